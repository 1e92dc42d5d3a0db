"""What runs in production never imports what stands under tests, the fake Stripe first of all. Reads files only."""

import ast
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
ROOMS = ["marketplace", "catalogue", "checkout", "offtakers"]
FORBIDDEN = {"tests", "fakestripe"}


def imported(source: str) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function, by statement or by name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "import_module",
            "__import__",
        }:
            yield from (str(argument.value) for argument in node.args if isinstance(argument, ast.Constant))


def from_tests(source: str) -> list[str]:
    return [name for name in imported(source) if name.split(".")[0] in FORBIDDEN]


def test_the_rule_bites():
    source = (
        "import tests.browser\ndef f():\n    from tests.fakestripe import api\nimport_module('tests.x')\n"
    )
    assert sorted(from_tests(source)) == ["tests.browser", "tests.fakestripe", "tests.x"]
    assert (
        from_tests("from . import tests\nimport testament\nfrom marketplace import tests_of_health\n") == []
    )


def test_production_never_imports_tests():
    files = [path for room in ROOMS for path in sorted((BASE / room).rglob("*.py"))] + [BASE / "manage.py"]
    assert len(files) > 100
    faults = {str(path.relative_to(BASE)): found for path in files if (found := from_tests(path.read_text()))}
    assert faults == {}


def test_the_image_has_no_tests():
    assert "tests" in (BASE / ".dockerignore").read_text().splitlines()

"""Files and functions stay short enough to be read at once. Reads files only: make check runs it too."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent.parent
ROOMS = ["marketplace", "catalogue", "checkout", "offtakers", "tools", "tests"]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in sorted((BASE / room).rglob("*.py")) if "migrations" not in path.parts)


def too_long(path: Path, text: str) -> list[str]:
    """What is over the budget in one file."""
    faults = []
    if (lines := text.count("\n")) > LONGEST_FILE:
        faults.append(f"{path}: {lines} lines")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                faults.append(f"{path}:{node.lineno} {node.name}: {length} lines")
    return faults


def test_the_rule_bites():
    long_function = "def f():\n" + "    pass\n" * LONGEST_FUNCTION
    assert too_long(Path("x.py"), long_function) == ["x.py:1 f: 61 lines"]
    assert too_long(Path("x.py"), "\n" * 501) == ["x.py: 501 lines"]
    assert too_long(Path("x.py"), "def f():\n" + "    pass\n" * (LONGEST_FUNCTION - 1)) == []


def test_files_and_functions_keep_their_budget():
    found = list(sources())
    assert len(found) > 100
    faults = [fault for path in found for fault in too_long(path.relative_to(BASE), path.read_text())]
    assert faults == []


def test_no_catch_all_module_of_our_own():
    # orders/utils.py only swaps Oscar's order number; Oscar looks for it under that name.
    names = [str(path.relative_to(BASE)) for path in sources() if path.name in {"utils.py", "helpers.py"}]
    assert names == ["marketplace/orders/utils.py"]


def test_the_order_of_locks_is_one_order():
    """Steps ascend, and no place stands twice in the table: what two changes left behind contradicts itself."""
    text = (BASE / "marketplace/fulfilment/LOCKS.md").read_text()
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", text, re.MULTILINE)]
    assert steps == list(range(len(steps)))
    rows = re.findall(r"^\| (?!who \|)([^-|][^|]*) \|", text, re.MULTILINE)
    assert len(rows) > 30
    twice = [row for row, count in Counter(rows).items() if count > 1]
    assert twice == []

"""Money is never a float: neither the word nor a number with a point stands where money or shares are counted."""

import ast
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
ROOMS = ("marketplace/ledger", "marketplace/payments", "marketplace/pooling")
# Not money: how alike two names are; what the solver is told, whose answer is checked in whole numbers.
ALLOWED = {
    ("marketplace/payments/queries.py", "0.35"),
    ("marketplace/payments/bank_lines.py", "0.5"),
    ("marketplace/payments/rates.py", "/"),  # of two Decimals, rounded once
    ("marketplace/pooling/solver.py", "0.0"),
    ("marketplace/pooling/solver.py", "0.5"),
    ("marketplace/pooling/solver.py", "1e-09"),
}


def floats(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            found.append(str(node.value))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            found.append("float()")
        if isinstance(node, ast.Attribute) and node.attr == "FloatField":
            found.append("FloatField")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _is_path(node):
            found.append("/")
    return found


def _is_path(node: ast.BinOp) -> bool:
    """folder / "name" divides nothing."""
    text = (ast.Constant, ast.JoinedStr)
    return isinstance(node.right, text) and isinstance(getattr(node.right, "value", ""), str)


@pytest.mark.parametrize("room", ROOMS)
def test_no_float(room: str) -> None:
    found = []
    for path in sorted((BASE / room).rglob("*.py")):
        name = str(path.relative_to(BASE))
        found += [f"{name}: {one}" for one in floats(path.read_text()) if (name, one) not in ALLOWED]
    assert found == []


def test_the_rule_bites() -> None:
    found = floats("x = 1.5; y = float('1'); z = a / b; p = folder / 'name'; m = models.FloatField()")
    assert sorted(found) == ["/", "1.5", "FloatField", "float()"]

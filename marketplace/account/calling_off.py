"""The calendar of a contract: what was planned month by month, what was called off, and what is left."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.sourcing import agreed, states
from marketplace.sourcing.models import CallOffLine, Contract, ContractLine


@dataclass(frozen=True)
class Cell:
    line: ContractLine
    planned: int
    called: int


@dataclass(frozen=True)
class Month:
    first: date
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Left:
    """What of a line can still be called off, tolerance included."""

    line: ContractLine
    units: int


def months(contract: Contract, lines: Sequence[ContractLine]) -> list[Month]:
    """Planned as agreed, called off by the first day of each call-off; three queries."""
    planned: dict[tuple[date, int], int] = defaultdict(int)
    called: dict[tuple[date, int], int] = defaultdict(int)
    for one in agreed.lines_of(contract):
        for part in one.schedule:
            planned[part.slot.first.replace(day=1), one.line.pk] += part.units
    rows = CallOffLine.objects.filter(call_off__contract=contract).exclude(call_off__state=states.CANCELLED)
    for row in rows.select_related("call_off"):
        called[row.call_off.first.replace(day=1), row.contract_line_id] += row.counts
    firsts = sorted({month for month, _line in [*planned, *called]})
    return [
        Month(first, [Cell(line, planned[first, line.pk], called[first, line.pk]) for line in lines])
        for first in firsts
    ]


def left(lines: Sequence[ContractLine]) -> list[Left]:
    return [Left(line, line.left) for line in lines]


def again(contract: Contract, number: str, lines: Sequence[ContractLine]) -> dict[str, int]:
    """What the form begins with where a delivery's missing goods are called off once more: as much as is still left."""
    if not number.isdecimal() or len(number) > 4:
        return {}
    left_of = {line.pk: line.left for line in lines}
    rows = CallOffLine.objects.filter(call_off__contract=contract, call_off__number=number, fell__gt=0)
    found = {row.contract_line_id: min(row.fell, left_of[row.contract_line_id]) for row in rows}
    return {f"line-{pk}": units for pk, units in found.items() if units}

"""The example in docs/pooling.md is what the allocator says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from marketplace.pooling.allocate import allocate
from marketplace.pooling.terms import Allocation, Limit, Supply, Wanted

DOC = Path(__file__).resolve().parent.parent.parent / "docs" / "pooling.md"


def day(number: int) -> int:
    return date(2027, 1, number).toordinal()


def tables() -> list[list[list[str]]]:
    """The rows of both tables, as cells."""
    found: list[list[list[str]]] = []
    for line in DOC.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[0] == "offer":
            found.append([])
        elif cells and cells[0].isdigit():
            found[-1].append(cells)
    return found


def told(answer: Allocation) -> list[list[str]]:
    return [
        [str(part.id), str(part.quantity), str(part.stretch), f"{part.reason} {part.amount or ''}".strip()]
        for part in answer.parts
    ]


def test_the_example() -> None:
    first, second = tables()
    wanted = Wanted(
        quantity=1_000,
        minus=20,
        plus=20,
        latest=day(20),
        wished=day(15),
        worst_grade=1,
        most_each=350,
        per_km=2_000,
        per_day=100,
        per_stretch=500,
    )
    offers = []
    for row in first:
        number, committed, stretch, price, pack, minimum, ready, km, grade, counts = map(int, row[:10])
        offer = Supply(number, committed, price, stretch, pack, minimum, day(ready), km, grade)
        assert wanted.weighed(offer) == counts
        offers.append(offer)
    answer = allocate(wanted, offers)
    assert told(answer) == [[row[0], *row[10:]] for row in first]
    assert answer.goods == 17_961_000

    held = {part.id: part.quantity for part in answer.parts}
    rest = [replace(offer, held=held[offer.id]) for offer in offers if offer.id != 2]
    again = allocate(replace(wanted, quantity=200), rest)
    assert told(again) == second
    assert (again.total, again.missing) == (170, 10)
    assert [one.limit for one in again.bottlenecks] == [Limit.CAP, Limit.READY, Limit.GRADE]
    assert again.bottleneck.within_reach == 200

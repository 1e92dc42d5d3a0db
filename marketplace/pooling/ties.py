"""Between answers of one cost: fewer stretch units first, then who is ready earlier, then nearer, then older.

The solver may pick any of several equally cheap answers. Moving units between two offers at one weighed price
changes no cost, so it is done in whole numbers afterwards, pair by pair, in one fixed order.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from math import lcm

from marketplace.pooling.bounds import Bounds


def settle(offers: Sequence[Bounds], units: Sequence[int], per_stretch: int) -> list[int]:
    """Units of each offer after the moves; `offers` stand in the order of their rank."""
    settled = list(units)
    _commitments_first(offers, settled, per_stretch)
    for _, group in groupby(range(len(offers)), key=lambda place: offers[place].unit):
        _early_first(offers, settled, list(group))
    return settled


def _commitments_first(offers: Sequence[Bounds], units: list[int], per_stretch: int) -> None:
    """What one gives beyond its commitment goes to another's commitment that costs the same."""
    at: dict[int, list[int]] = defaultdict(list)
    for place, offer in enumerate(offers):
        at[offer.unit].append(place)
    for late in reversed(range(len(offers))):
        for early in at[offers[late].unit + per_stretch]:
            beyond = offers[late].stretch(units[late])
            room = max(0, offers[early].committed - units[early])
            if early != late and beyond and room:
                _move(offers, units, early, late, min(room, beyond))


def _early_first(offers: Sequence[Bounds], units: list[int], places: list[int]) -> None:
    """Within one price: the first is filled from the last, as far as no more stretch is needed for it."""
    for early in places:
        for late in reversed(places):
            if late == early or units[early] == offers[early].last:
                break
            room = max(0, offers[early].committed - units[early])
            _move(offers, units, early, late, room + offers[late].stretch(units[late]))


def _move(offers: Sequence[Bounds], units: list[int], to: int, source: int, most: int) -> None:
    moved = movable(offers[to], units[to], offers[source], units[source], most)
    units[to] += moved
    units[source] -= moved


def movable(one: Bounds, has: int, other: Bounds, gives: int, most: int) -> int:
    """The most units, up to `most`, that can go from `other` to `one` and leave both within their bounds."""
    most = min(most, one.last - has, gives)
    step = lcm(one.step, other.step)
    moved = most // step * step
    if 0 < gives - moved < other.first:  # it gives its smallest share, or nothing
        moved = max(0, gives - other.first) // step * step
    return moved if moved and has + moved >= one.first else 0

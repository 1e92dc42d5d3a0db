"""Which totals can be had at all: exact, without a solver.

A set of totals is one large integer; bit t stands for t units. Adding an offer that gives nothing or one of n
equal steps takes log n shifts, so 500 offers and 100,000 units take milliseconds.
"""

from collections.abc import Iterable

from marketplace.pooling.bounds import Bounds
from marketplace.pooling.terms import Wanted


def totals(offers: Iterable[Bounds], most: int) -> int:
    """The totals from 0 to `most` that these offers add up to, as bits."""
    mask, reached = (1 << (most + 1)) - 1, 1
    for offer in offers:
        reached |= _steps(reached, offer, mask)
    return reached


def _steps(reached: int, offer: Bounds, mask: int) -> int:
    """`reached` moved by first, first + step … last: each round doubles how many of these are covered."""
    moved = reached << offer.first & mask
    wanted, covered = (offer.last - offer.first) // offer.step + 1, 1
    while covered < wanted:
        more = min(covered, wanted - covered)
        moved |= moved << offer.step * more & mask
        covered += more
    return moved


def best(reached: int, wanted: Wanted) -> int:
    """The total to take: the wanted one, else the nearest that is enough (of two, the smaller), else the most."""
    enough = reached >> wanted.lowest
    if not enough:
        return reached.bit_length() - 1
    below = (enough & (1 << (wanted.minus + 1)) - 1).bit_length() - 1  # as a distance from lowest; −1: none
    above = reached >> wanted.quantity
    up = (above & -above).bit_length() - 1  # −1: none
    down = wanted.minus - below
    if below >= 0 and (up < 0 or down <= up):
        return wanted.quantity - down
    return wanted.quantity + up

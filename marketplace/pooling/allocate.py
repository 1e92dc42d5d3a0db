"""One quantity from many offers: who supplies how much, at the lowest weighed cost, and why (docs/pooling.md).

In this order: 1. enough, and as near to the wanted quantity as whole packs allow; 2. the lowest cost of that
quantity: price, way, lateness and a price for what was not committed; 3. between equals, who is ready earlier,
then nearer, then whose offer is older. The same offers in any order give the same answer; nothing is read or
written here.
"""

from collections.abc import Sequence

from marketplace.pooling import reach, ties
from marketplace.pooling.bottleneck import bottlenecks
from marketplace.pooling.bounds import Bounds, all_bounds
from marketplace.pooling.core import cheapest
from marketplace.pooling.reasons import parts
from marketplace.pooling.solver import NotSolved
from marketplace.pooling.terms import MOST_SUPPLIES, Allocation, Supply, Unfit, Wanted


def allocate(wanted: Wanted, supplies: Sequence[Supply]) -> Allocation:
    """The answer; where the quantity cannot be reached, the most that can, and what stands in the way.

    Raises Unfit for a question that cannot be, NotSolved where the solver's answer fails the check.
    """
    if len({supply.id for supply in supplies}) != len(supplies) or len(supplies) > MOST_SUPPLIES:
        raise Unfit("the same offer twice, or too many offers")
    offers = all_bounds(supplies, wanted)
    total = reach.best(reach.totals(offers, wanted.highest), wanted)
    units = cheapest(offers, total, wanted.per_stretch) if offers else []
    check(offers, units, total)
    cost = weighed(offers, units, wanted.per_stretch)
    units = ties.settle(offers, units, wanted.per_stretch)
    check(offers, units, total)
    if weighed(offers, units, wanted.per_stretch) != cost:
        raise NotSolved("settling ties changed the cost")
    reached = total >= wanted.lowest
    given = {offer.supply.id: count for offer, count in zip(offers, units, strict=True)}
    return Allocation(
        total=total,
        reached=reached,
        missing=max(0, wanted.lowest - total),
        goods=sum(offer.supply.price * count for offer, count in zip(offers, units, strict=True)),
        weighed=cost,
        parts=parts(supplies, wanted, given),
        bottlenecks=() if reached else bottlenecks(supplies, wanted, total),
    )


def weighed(offers: Sequence[Bounds], units: Sequence[int], per_stretch: int) -> int:
    """What is made as small as possible, in whole rupiah."""
    return sum(offer.cost(count, per_stretch) for offer, count in zip(offers, units, strict=True))


def check(offers: Sequence[Bounds], units: Sequence[int], total: int) -> None:
    """Every rule again, in whole numbers: floats are not believed. Raises NotSolved."""
    if sum(units) != total:
        raise NotSolved(f"the parts are {sum(units)} units, not {total}")
    for offer, count in zip(offers, units, strict=True):
        if not offer.allows(count):
            raise NotSolved(f"offer {offer.supply.id} cannot give {count}")

"""What keeps the quantity out of reach: each rule is lifted in turn and the reach counted again."""

from collections.abc import Collection

from marketplace.pooling.bounds import all_bounds
from marketplace.pooling.reach import best, totals
from marketplace.pooling.terms import Bottleneck, Limit, Supply, Wanted

ORDER = (Limit.MINIMUMS, Limit.PACKS, Limit.CAP, Limit.READY, Limit.GRADE)


def reach(supplies: Collection[Supply], wanted: Wanted, lifted: Collection[Limit] = ()) -> int:
    return best(totals(all_bounds(supplies, wanted, lifted), wanted.highest), wanted)


def bottlenecks(supplies: Collection[Supply], wanted: Wanted, now: int) -> tuple[Bottleneck, ...]:
    """All that would help, the first to look at first; `now` units are within reach.

    Not enough is offered at all: that comes first. Else the first rule in ORDER that alone brings the quantity
    within reach; if none does, the one that alone brings most; if none brings anything alone, the first that does
    once those before it are lifted as well.
    """
    everything = reach(supplies, wanted, ORDER)
    alone = [Bottleneck(limit, reach(supplies, wanted, [limit])) for limit in ORDER]
    helping = sorted(
        (one for one in alone if one.within_reach > now),
        key=lambda one: (one.within_reach < wanted.lowest, -min(one.within_reach, wanted.lowest)),
    )  # stable: equals stay in ORDER
    if everything < wanted.lowest:
        return (Bottleneck(Limit.OFFERED, everything), *helping)
    return tuple(helping) or _together(supplies, wanted, now)


def _together(supplies: Collection[Supply], wanted: Wanted, now: int) -> tuple[Bottleneck, ...]:
    for count in range(2, len(ORDER) + 1):
        within = reach(supplies, wanted, ORDER[:count])
        if within > now:
            return (Bottleneck(ORDER[count - 1], within),)
    return ()

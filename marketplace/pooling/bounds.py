"""How much each offer may give: the rules turned into a first, a last and a step, all whole numbers."""

from collections.abc import Collection
from dataclasses import dataclass

from marketplace.pooling.terms import Limit, Supply, Wanted


@dataclass(frozen=True)
class Bounds:
    """An offer gives nothing, or `first`, `first + step` … `last` units. `committed` of them are no stretch."""

    supply: Supply
    unit: int  # weighed rupiah of a committed unit
    first: int
    last: int
    step: int
    committed: int

    def stretch(self, quantity: int) -> int:
        return max(0, quantity - self.committed)

    def cost(self, quantity: int, per_stretch: int) -> int:
        """Weighed rupiah of so many units."""
        return self.unit * quantity + per_stretch * self.stretch(quantity)

    def allows(self, quantity: int) -> bool:
        if quantity == 0:
            return True
        return self.first <= quantity <= self.last and quantity % self.step == 0

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Cheaper, then ready earlier, then nearer, then the older offer."""
        return self.unit, self.supply.ready, self.supply.km, self.supply.id


def left(supply: Supply) -> tuple[int, int]:
    """Committed and stretch units that no share holds yet."""
    committed = max(0, supply.committed - supply.held)
    return committed, max(0, supply.committed + supply.stretch - supply.held) - committed


def bounds(supply: Supply, wanted: Wanted, lifted: Collection[Limit] = ()) -> Bounds | None:
    """None: this offer can give nothing under the rules; those in `lifted` do not count."""
    late = supply.ready > wanted.latest and Limit.READY not in lifted
    if late or (supply.grade > wanted.worst_grade and Limit.GRADE not in lifted):
        return None
    committed, stretch = left(supply)
    most = min(committed + stretch, wanted.highest)
    if wanted.most_each is not None and Limit.CAP not in lifted:
        most = min(most, wanted.most_each - supply.held)
    step = 1 if Limit.PACKS in lifted else supply.pack
    least = 0 if supply.held or Limit.MINIMUMS in lifted else supply.minimum
    first, last = -(-max(least, 1) // step) * step, most // step * step
    if last < first:
        return None
    return Bounds(supply, wanted.weighed(supply), first, last, step, committed)


def all_bounds(supplies: Collection[Supply], wanted: Wanted, lifted: Collection[Limit] = ()) -> list[Bounds]:
    """Of every offer that can give something, cheapest first: never in the order they were given in."""
    found = (bounds(supply, wanted, lifted) for supply in supplies)
    return sorted((one for one in found if one is not None), key=lambda one: one.rank)

"""The cheapest way to a total: the solver decides about the offers near the margin, whole numbers prove the rest.

With λ the price of the marginal unit, an offer that gives q costs cost(q) − λ·q more than nothing; its `natural`
quantity makes that smallest. Every answer of the same total costs the sum of these smallest figures plus λ·total,
plus what each offer loses by leaving its natural quantity. So once some answer lies `gap` rupiah above that sum, no
better one can move an offer whose smallest loss is `gap` or more, and it need not be asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.pooling import reach, solver
from marketplace.pooling.bounds import Bounds

FIRST = 48  # offers asked about at first; most questions need no more


@dataclass(frozen=True)
class _Pull:
    """One offer under the price λ: its natural quantity and what leaving it loses at least."""

    place: int
    natural: int
    gain: int  # cost(natural) − λ·natural, zero or less
    loss: int | None  # None: it can give nothing else


def cheapest(offers: Sequence[Bounds], total: int, per_stretch: int) -> list[int]:
    """Units of each offer, in their order (that of their rank). `total` is known to be within reach.

    Raises solver.NotSolved, terms.Unfit.
    """
    price = _marginal(offers, total, per_stretch)
    pulls = [_pull(place, offer, price, per_stretch) for place, offer in enumerate(offers)]
    floor = price * total + sum(pull.gain for pull in pulls)
    movable = sorted((pull for pull in pulls if pull.loss is not None), key=lambda pull: pull.loss or 0)
    count = min(FIRST, len(movable))
    while True:
        units = _with_core(offers, pulls, movable[:count], total, per_stretch)
        if count == len(movable):
            if units is None:
                raise solver.NotSolved(f"{total} units are within reach, but no way was found")
            return units
        if units is None:
            count = min(2 * count, len(movable))
            continue
        gap = sum(offer.cost(unit, per_stretch) for offer, unit in zip(offers, units, strict=True)) - floor
        open_still = sum((pull.loss or 0) < gap for pull in movable)
        if open_still <= count:
            return units
        count = open_still


def _with_core(
    offers: Sequence[Bounds], pulls: Sequence[_Pull], core: Sequence[_Pull], total: int, per_stretch: int
) -> list[int] | None:
    """All but the core give their natural quantity. None: then the total is out of reach."""
    asked = sorted(pull.place for pull in core)
    units = [pull.natural for pull in pulls]
    rest = total - (sum(units) - sum(units[place] for place in asked))
    some = [offers[place] for place in asked]
    if rest < 0 or not reach.totals(some, rest) >> rest & 1:
        return None
    for place, unit in zip(asked, solver.cheapest(some, rest, per_stretch), strict=True):
        units[place] = unit
    return units


def _marginal(offers: Sequence[Bounds], total: int, per_stretch: int) -> int:
    """Rupiah of the last unit, if packs and smallest shares did not count."""
    layers = []
    for offer in offers:
        plain = min(offer.committed, offer.last)
        layers += [(offer.unit, plain), (offer.unit + per_stretch, offer.last - plain)]
    price, had = 0, 0
    for unit, amount in sorted(layers):
        if had >= total:
            break
        price, had = unit, had + amount
    return price


def _pull(place: int, offer: Bounds, price: int, per_stretch: int) -> _Pull:
    """Between 0, its smallest share, the end of what it committed, and all: the figure bends nowhere else."""

    def figure(quantity: int) -> int:
        return offer.cost(quantity, per_stretch) - price * quantity

    bend = offer.committed // offer.step * offer.step
    places = {0, offer.first, bend, bend + offer.step, offer.last}
    natural = min(sorted(filter(offer.allows, places)), key=figure)
    others = places | {natural - offer.step, natural + offer.step}
    losses = [figure(one) - figure(natural) for one in others if one != natural and offer.allows(one)]
    return _Pull(place, natural, figure(natural), min(losses, default=None))

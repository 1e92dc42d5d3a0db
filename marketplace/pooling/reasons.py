"""Why each offer gets what it gets: read off the answer, in a fixed order of questions."""

from collections.abc import Mapping, Sequence

from marketplace.pooling.bounds import bounds, left
from marketplace.pooling.terms import Limit, Part, Reason, Supply, Wanted

Dearest = tuple[int, tuple[int, int, int]]  # weighed rupiah of a unit, and whose turn it was


def parts(supplies: Sequence[Supply], wanted: Wanted, given: Mapping[int, int]) -> tuple[Part, ...]:
    """A part with its reason for every offer, in the order of their ids; `given`: units by id of the offer."""
    dearest = _dearest(supplies, wanted, given)
    found = []
    for supply in sorted(supplies, key=lambda one: one.id):
        quantity = given.get(supply.id, 0)
        reason, amount = _taken(supply, wanted, quantity, dearest), 0
        if not quantity:
            reason, amount = _left_out(supply, wanted, dearest)
        found.append(Part(supply.id, quantity, max(0, quantity - left(supply)[0]), reason, amount))
    return tuple(found)


def _dearest(supplies: Sequence[Supply], wanted: Wanted, given: Mapping[int, int]) -> Dearest | None:
    """The dearest unit that is taken, and of several the one that came first. None: nothing is taken."""
    found: list[Dearest] = []
    for supply in supplies:
        quantity = given.get(supply.id, 0)
        if quantity:
            beyond = quantity > left(supply)[0]
            unit = wanted.weighed(supply) + (wanted.per_stretch if beyond else 0)
            found.append((unit, _turn(supply)))
    return min(found, key=lambda one: (-one[0], one[1]), default=None)


def _turn(supply: Supply) -> tuple[int, int, int]:
    """Who comes first at one price: ready earlier, nearer, older."""
    return supply.ready, supply.km, supply.id


def _taken(supply: Supply, wanted: Wanted, quantity: int, dearest: Dearest | None) -> Reason:
    committed, stretch = left(supply)
    if quantity == committed + stretch:
        return Reason.ALL
    if quantity >= committed:
        return Reason.COMMITTED
    if _capped(supply, wanted, quantity):
        return Reason.CAP
    if committed + stretch - quantity < supply.pack:
        return Reason.PACKS
    if dearest is not None and wanted.weighed(supply) == dearest[0]:
        return Reason.LAST
    return Reason.FIT


def _capped(supply: Supply, wanted: Wanted, quantity: int) -> bool:
    """Whether one more pack would pass the cap."""
    most = wanted.most_each
    return most is not None and supply.held + quantity + supply.pack > most


def _left_out(supply: Supply, wanted: Wanted, dearest: Dearest | None) -> tuple[Reason, int]:
    reason = _barred(supply, wanted) if wanted.highest else Reason.FULL
    if reason is not None:
        return reason, 0
    unit = wanted.weighed(supply)
    if not left(supply)[0]:
        unit += wanted.per_stretch
    if dearest is None or unit < dearest[0]:
        return Reason.FIT, 0
    if unit > dearest[0]:
        return Reason.DEARER, unit - dearest[0]
    return (Reason.EQUAL if _turn(supply) > dearest[1] else Reason.FIT), 0


def _barred(supply: Supply, wanted: Wanted) -> Reason | None:
    """The rule that lets it give nothing at all, whatever the others offer."""
    if supply.ready > wanted.latest:
        return Reason.READY
    if supply.grade > wanted.worst_grade:
        return Reason.GRADE
    if not sum(left(supply)):
        return Reason.USED
    if bounds(supply, wanted) is not None:
        return None
    if bounds(supply, wanted, [Limit.CAP]) is not None:
        return Reason.CAP
    if bounds(supply, wanted, [Limit.CAP, Limit.MINIMUMS]) is not None:
        return Reason.MINIMUM
    return Reason.SMALL

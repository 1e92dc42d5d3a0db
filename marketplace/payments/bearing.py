"""What an exporter bears of units that fell away, as the fulfilment room tells it the books (decision 0047).

The money of an order stands in places: each balance that is not paid yet, and last what is held. What leaves the other
part there, and what goes back to the buyer there, differ by what the exporter bears there. The first is told; the
second is the contract's price shared alike, so that no step tells the purchase price, and never more than the buyer is
asked for at that place, or has paid and not got back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.ledger.money import Money, split
from marketplace.ledger.posting import NotEnough
from marketplace.orders.models import Line, Order


@dataclass(frozen=True)
class OwnPart:
    """The exporter's own part was released: it bears by a credit note on this line of it."""

    number: str
    line: Line
    released: Money  # of the line


@dataclass(frozen=True)
class Place:
    """A balance, or (last) what is held, before units fall away. Minor units."""

    gone: int  # leaves the other part there, at the purchase price
    room: int  # most that may go back to the buyer there
    own: int  # of the exporter's own part
    owes: int  # the exporter pays there in place of the buyer; below zero: it gets that once the buyer paid


@dataclass(frozen=True)
class Step:
    """What the exporter bears at one place: out of its own part, as a debt booked now (below zero: it is owed), and
    once the balance is paid. Below zero it comes to the exporter. Minor units."""

    own: int = 0
    debt: int = 0
    later: int = 0

    @property
    def whole(self) -> int:
        return self.own + self.debt + self.later


@dataclass(frozen=True)
class Bears:
    """Reckoned while the exporter's own part is locked; amounts below zero come to the exporter. The buyer gets
    `amount` on top of the purchase price."""

    order: Order
    partner_id: int  # the exporter
    part: str  # number of the part whose units fell away
    bringer_id: int  # who would have brought them
    price: Money  # units × (contract price − purchase price)
    amount: Money  # what of it the exporter bears
    steps: tuple[Step, ...]  # of each balance, and last of what is held; they add up to `amount`
    released: OwnPart | None = None

    @property
    def held(self) -> Step:
        return self.steps[-1]

    @property
    def own(self) -> int:
        """Out of its own part, or into it."""
        return sum(step.own for step in self.steps)

    @property
    def in_refund(self) -> Money:
        """Beside what is held of the purchase price."""
        return Money(self.amount.minor - sum(step.whole for step in self.steps[:-1]), self.amount.currency)


def share(places: Sequence[Place], to_buyer: Money, *, most: int | None) -> tuple[Step, ...]:
    """What the exporter bears at each place, if `to_buyer` goes back in all. `most`: so much its own part can give;
    nothing where it has none that could give or take. Raises NotEnough for more than the buyer has paid."""
    off = pieces(to_buyer, [place.gone for place in places], [place.room for place in places])
    found, left = [], most
    for number, (place, back) in enumerate(zip(places, off, strict=True), start=1):
        step = _step(place, back - place.gone, left, is_held=number == len(places))
        left = None if left is None else left - step.own
        found.append(step)
    return tuple(found)


def _step(place: Place, bears: int, left: int | None, *, is_held: bool) -> Step:
    if left is not None:
        if bears >= 0:
            own = max(min(bears, place.own, left), 0)
            return Step(own, bears - own)
        owed = min(-bears, max(place.owes, 0))  # made good before anything is added to its own part
        return Step(bears + owed, -owed)
    if is_held:
        return Step(debt=bears)
    debt = max(place.owes + bears, 0) - max(place.owes, 0)
    return Step(debt=debt, later=bears - debt)


def pieces(amount: Money, gone: Sequence[int], most: Sequence[int]) -> list[int]:
    """Share `amount` over the places as `gone` is shared over them, each at most `most`; what is too much for one comes
    out of what is held, then of the last balance. Minor units. Raises NotEnough for more than all of them hold."""
    if not sum(gone):
        gone = [0 for _one in gone[1:]] + [1]
    wanted = [one.minor for one in split(amount, gone)]
    found = [min(one, max(top, 0)) for one, top in zip(wanted, most, strict=True)]
    left = sum(wanted) - sum(found)
    for place in reversed(range(len(found))):
        more = min(left, max(most[place], 0) - found[place])
        found[place], left = found[place] + more, left - more
    if left:
        raise NotEnough("The buyer would get back more than it paid. Nothing was changed: look at the books.")
    return found

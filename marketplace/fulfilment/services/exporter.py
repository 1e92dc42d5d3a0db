"""What an exporter bears of units that it sold and that do not come, or are not kept (decision 0047).

Of an order under its contract each part of goods stands at the purchase price, and what the exporter adds is one unit
in its own part. That unit is worth the sum of (contract price − purchase price) over the units that the buyer keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Sum

from marketplace.common.actor import Actor
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import tempo
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments.bearing import Bears, OwnPart
from marketplace.payments.models import CreditNote, Due, PriceDifference, Refund
from marketplace.payments.services.credit_notes import credited as credited_of

LOST = frozenset({states.DECLINED, states.REJECTED, states.CANCELLED})
Units = Mapping[FulfilmentLine, int]


def locked(part: Fulfilment) -> Fulfilment:
    """The part, locked; with it the exporter's own part, in the order of their ids: whoever changes what that is
    worth is alone with it."""
    wanted = {part.pk}
    if part.order.sold_by_id:  # which it is never changes: looked up without a lock
        own = Fulfilment.objects.filter(order=part.order_id, partner=part.order.sold_by_id)
        wanted |= set(own.order_by().values_list("pk", flat=True))
    rows = Fulfilment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
    return {row.pk: row for row in rows.order_by("pk")}[part.pk]


@dataclass(frozen=True)
class _Own:
    """The exporter's own part of an order, as it stands now. There is none where it adds nothing in all."""

    order: Order
    part: Fulfilment | None
    line: FulfilmentLine | None  # the one unit that it adds to the goods

    @classmethod
    def of(cls, order: Order) -> "_Own":
        part = Fulfilment.objects.filter(order=order, partner=order.sold_by_id).first()
        lines = FulfilmentLine.objects.select_related("line__order", "fulfilment")
        added = lines.filter(fulfilment=part, line__sold_price=None).first() if part else None
        return cls(order, part, added)

    @property
    def is_lost(self) -> bool:
        """Whatever stood in it went back to the buyer."""
        if self.part is None or self.line is None:
            return False
        return self.part.state in LOST or not self.line.quantity or self.line.accepted == 0

    @property
    def is_released(self) -> bool:
        return self.part is not None and self.part.released_at is not None

    @property
    def added(self) -> Money:
        """What the exporter added to the goods that were ordered."""
        return self.line.unit_price if self.line else Money(0, self.order.currency)

    def borne(self) -> Money:
        """What fell away of it until now, by the contract."""
        rows = PriceDifference.objects.filter(order=self.order)
        return Money(rows.aggregate(sum=Sum("price"))["sum"] or 0, self.order.currency)

    def given(self) -> Money:
        """What credit notes about it gave the buyer beside that: it does not go back twice."""
        notes = CreditNote.objects.filter(order=self.order, partner=self.order.sold_by_id, for_part="")
        mine = self.line.line_id if self.line else 0
        rows = (row for note in notes for row in note.lines)
        return Money(sum(row["amount"] for row in rows if row["line"] == mine), self.order.currency)


def position(added: Money, given: Money, *, is_lost: bool) -> Money:
    """What the exporter has of the goods that the buyer keeps. `added`: contract price less purchase price of all of
    them; `given`: back to the buyer for its own part already. Below zero it pays for them itself: it bought some of
    them for more than it sold them for."""
    nothing = Money(0, added.currency)
    floor = min(added, nothing)
    return floor if is_lost else max(added - given, floor)


def knows_prices(order: Order) -> bool:
    """Whether any line has the contract's price beside its own: where none has, there is nothing to share (0047)."""
    return order.lines.filter(sold_price__isnull=False).exists()


def left_of(line: FulfilmentLine) -> Money:
    """Of what an exporter adds: what credit notes did not take of it yet."""
    taken = credited_of(line.line.order, line.fulfilment.partner_id)[line.line_id][1]
    return max(line.worth(1) - Money(taken, line.fulfilment.currency), line.unit_price * 0)


def reckon(
    part: Fulfilment,
    gone: Units,
    *,
    balances: Sequence[Due] = (),
    whole: bool = False,
    credited: bool = False,
) -> Bears | None:
    """What the exporter bears if these units of the part fall away; nothing where no exporter sold them.

    Reads only; who books it has called locked() before. `balances` are not paid yet; `whole`: the part is gone;
    `credited`: after the units were signed for. Raises NotEnough where the buyer would get more than it paid.
    """
    order = part.order
    if order.sold_by_id is None or not knows_prices(order):
        return None
    nothing = Money(0, part.currency)
    own = _Own.of(order)
    price = sum((line.line.shared(units).exporter for line, units in gone.items()), nothing)
    loses = own.line is not None and not own.is_lost and gone.get(own.line, 0) > 0
    # What it adds falls away itself: that is in the sum that goes back already.
    itself = left_of(own.line) if loses and own.line else nothing
    is_lost = own.is_lost or (loses and not credited)
    added, given = own.added - own.borne(), own.given()
    before = position(added, given, is_lost=own.is_lost)
    after = position(added - price, given + itself, is_lost=is_lost)
    bears = before - after - itself
    if not bears and not price:
        return None
    worth = own.line.price if own.line and not own.is_lost and not own.is_released else None
    purse = payments.Purse(
        order,
        order.sold_by_id,
        held_or_asked=own.part.goods.minor if own.part and worth is not None and not is_lost else None,
        most=worth.minor if worth is not None else 0,
        owes=((nothing if worth is None else worth) - before).minor,
    )
    steps = payments.share_out(
        purse,
        balances=balances,
        partner_id=part.partner_id,
        goods=sum((line.worth(units) for line, units in gone.items()), nothing),
        delivery=part.fee if whole else nothing,
        bears=bears,
        whole=whole,
    )
    gives_back = own.is_released and not is_lost and bears.minor > 0
    released = (
        OwnPart(own.part.number, own.line.line, own.line.price)
        if gives_back and own.part and own.line
        else None
    )
    return Bears(order, order.sold_by_id, part.number, part.partner_id, price, bears, steps, released)


def left_alone(order: Order) -> Fulfilment | None:
    """The exporter's own part, if it is all that is left of the order: no goods in it, and none in another part."""
    own = _Own.of(order)
    if own.part is None or own.line is None or own.part.state not in (states.OFFERED, states.ACCEPTED):
        return None
    if own.part.ships and not knows_prices(order):
        return None  # its line is goods of its own, not what it adds
    others = Fulfilment.objects.filter(order=order).exclude(pk=own.part.pk)
    if not others.exists() or others.exclude(state__in=LOST).exists() or own.part.lines.count() > 1:
        return None
    return own.part


def take_off(bears: Bears | None) -> None:
    """What its own part is worth from now on, before any journal. Side effects: FulfilmentLine of the exporter; the
    shared accounts of both sellers are locked (LOCKS.md)."""
    if bears is None:
        return
    payments.lock_sellers(bears)
    if bears.own and not bears.released:
        own = _Own.of(bears.order).line
        assert own
        FulfilmentLine.objects.filter(pk=own.pk).update(taken_off=own.taken_off + bears.own)


def give_back(
    *,
    part: Fulfilment,
    goods: Money,
    delivery: Money,
    bears: Bears | None,
    due: Due | None,
    reason: str,
    why: str,
    actor: Actor,
    key: str = "",
    balances: list[Due] | None = None,
    whole: bool = False,
) -> None:
    """Units of a part do not come or are not kept: their price goes back, off what is still to be paid first.

    `goods` is the purchase price; what the exporter `bears` is in the same refund. `whole`: the part is gone. Side
    effects: those of tempo.take_back, or of payments.drop_part or lower_part; of payments.bear.
    """
    key = key or f"{reason}/{part.number}"
    facts: dict[str, Any] = {"goods": goods, "key": key, "reason": reason, "actor": actor}
    if balances:
        way = partial(payments.drop_part, delivery=delivery) if whole else payments.lower_part
        refund = way(balances=balances, partner_id=part.partner_id, bears=bears, **facts)
    else:
        beside = bears.in_refund if bears else None
        refund = tempo.take_back(due=due, part=part, delivery=delivery, beside=beside, **facts)
    book(bears, refund, key=key, reason=reason, why=why, actor=actor)


def book(
    bears: Bears | None,
    refund: Refund | None,
    *,
    key: str,
    reason: str,
    why: str,
    actor: Actor,
) -> None:
    """What the exporter bears, and a mail to its members."""
    if bears is None:
        return
    row = payments.bear(bears=bears, refund=refund, key=key, reason=reason, why=why, actor=actor)
    own = Fulfilment.objects.filter(order=bears.order, partner=bears.partner_id).first()
    if own and row.amount and bears.part != own.number:
        mails.exporter_bears(own, row, why)

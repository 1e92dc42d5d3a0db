"""An exporter bears, of each unit that its buyer does not keep, the contract's price less the purchase price."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from django.db.models import Sum

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.orders.models import Order
from marketplace.payments import states as due_states
from marketplace.payments.models import Attempt, CarriedOver, CreditNote, PriceDifference, Receipt, Refund

LOST = (states.DECLINED, states.REJECTED)


def differences() -> Iterator[str]:
    """Orders of which an exporter sold the goods: prices, units that fell away, and what the exporter bore of them."""
    sold = Order.objects.filter(sold_by__isnull=False, lines__sold_price__isnull=False).distinct()
    orders = list(sold.prefetch_related("fulfilments__lines__line__order", "fulfilments__lines__fulfilment"))
    if not orders:
        return
    rows: dict[int, list[PriceDifference]] = defaultdict(list)
    for row in PriceDifference.objects.iterator():
        rows[row.order_id].append(row)
    notes: dict[int, list[CreditNote]] = defaultdict(list)
    for note in CreditNote.objects.filter(order__sold_by__isnull=False).iterator():
        notes[note.order_id].append(note)
    yield from _paid_back(orders)
    for order in orders:
        for fault in _order(order, rows[order.pk], notes[order.pk]):
            yield f"order {order.number}: {fault}"


def _paid_back(orders: list[Order]) -> Iterator[str]:
    """Nobody is owed back more than came in for the order: by bank, by card, or carried over from another."""
    came: dict[int | None, int] = defaultdict(int)
    paid = Attempt.objects.filter(due__order__in=orders, state=due_states.PAID)
    for order, amount in chain(
        Receipt.objects.filter(due__order__in=orders).values_list("due__order", "amount"),
        paid.values_list("due__order", "amount"),
        CarriedOver.objects.filter(due__order__in=orders).values_list("due__order", "amount"),
    ):
        came[order] += amount
    owed = Refund.objects.filter(order__in=orders).order_by()
    back = dict(owed.values_list("order").annotate(sum=Sum("amount")))
    for order in orders:
        if back.get(order.pk, 0) > came[order.pk]:
            yield f"order {order.number}: {back[order.pk]} paid or owed back, {came[order.pk]} came in"


def _order(order: Order, rows: list[PriceDifference], notes: list[CreditNote]) -> Iterator[str]:
    parts = list(order.fulfilments.all())
    lines = [line for part in parts for line in part.lines.all()]
    goods = [line for line in lines if line.line.sold_price is not None]
    sold = sum(line.to_buyer(line.ordered).minor for line in goods)
    if sold != order.goods.minor:
        yield f"{order.goods.minor} for the goods, {sold} by the prices of the contract"
    fell = sum(line.line.shared(_gone(line, notes)).exporter.minor for line in goods)
    told = sum(row.price for row in rows)
    if fell != told:
        yield f"the exporter's share of what fell away is {fell}, written down {told}"
    own = next((part for part in parts if part.partner_id == order.sold_by_id), None)
    added = next((line for line in lines if line.line.sold_price is None), None)
    moved = sum(row.from_held + row.from_asked for row in rows) if added else 0
    if moved != (added.taken_off if added else 0):
        yield f"{moved} left what the exporter adds, its line says {added.taken_off if added else 0}"
    borne = sum(row.amount for row in rows)
    about = [row for note in notes if not note.for_part for row in note.lines]
    given = added is not None and any(row["line"] == added.line_id for row in about)
    if not given and not _is_lost(own, added) and borne != told:
        yield f"the exporter bore {borne}, its share of what fell away is {told}"


def _is_lost(own: Fulfilment | None, added: FulfilmentLine | None) -> bool:
    """Its own part went back to the buyer: what fell away later had no more of it."""
    if own is None or added is None:
        return False
    return own.state in LOST or added.accepted == 0 or not added.quantity


def _gone(line: FulfilmentLine, notes: list[CreditNote]) -> int:
    """Units that the buyer does not keep: they do not come, were declined, refused, or credited."""
    part = line.fulfilment
    rows = [row for note in notes if note.partner_id == part.partner_id for row in note.lines]
    credited = sum(row["quantity"] for row in rows if row["line"] == line.line_id)
    at_hand_over = part.release_on == states.ON_HAND_OVER and part.released_at
    if part.state in LOST and not at_hand_over:
        return line.short + line.quantity + credited
    refused = (
        line.quantity - (line.accepted or 0) if part.state == states.RECEIVED and not at_hand_over else 0
    )
    return int(line.short + refused + credited)

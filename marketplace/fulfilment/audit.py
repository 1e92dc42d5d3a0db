"""Recomputes what is stored twice: books, order totals and states, dues, stock, quantities."""

from collections.abc import Iterator

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.following import derived
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.payments import held
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Receipt
from marketplace.pesantren.models import StockRecord

RESERVING = {states.WAITING, states.OFFERED, states.ACCEPTED, states.PACKED}
HOLDING = {states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED}


def audit() -> list[str]:
    """Everything that does not agree, in words; empty when all is well. Reads only."""
    return [*ledger.audit(), *_orders(), *_dues(), *_quantities(), *_stock(), *_held()]


def _orders() -> Iterator[str]:
    for order in Order.objects.annotate(
        goods_sum=Coalesce(
            Sum("lines__line_price_incl_tax"), 0, output_field=Order._meta.get_field("total_incl_tax")
        )
    ).iterator():
        if order.goods_sum + order.shipping_incl_tax != order.total_incl_tax:
            yield f"order {order.number}: lines and delivery do not add up to its total"
        if order.fulfilments.exists() and order.status != derived(order):
            yield f"order {order.number}: is {order.status}, its parts say {derived(order)}"


def _dues() -> Iterator[str]:
    for due in Due.objects.select_related("order").iterator():
        parts = sum(part["goods"] + part["delivery"] for part in due.split.values())
        if parts != due.amount or due.total != due.order.total:
            yield f"due {due.reference}: {due.amount}, its parts {parts}, its order {due.order.total.minor}"
        if (due.state == due_states.SETTLED) != (due.received == due.amount):
            yield f"due {due.reference}: is {due.state} with {due.received} of {due.amount} received"
    for receipt in Receipt.objects.filter(state=due_states.UNMATCHED).iterator():
        waiting = ledger.balance(Kind.SUSPENSE, receipt.currency, f"receipt/{receipt.pk}")
        if waiting != receipt.total:
            yield f"receipt {receipt.bank_reference}: {receipt.amount}, in suspense {waiting.minor}"


def _quantities() -> Iterator[str]:
    for line in Line.objects.annotate(sent=Sum("parts__quantity")).exclude(sent=F("quantity")).iterator():
        yield f"order line {line.pk}: {line.quantity} ordered, fulfilments bring {line.sent}"


def _stock() -> Iterator[str]:
    reserved = dict(
        FulfilmentLine.objects.filter(fulfilment__state__in=RESERVING)
        .values_list("line__stockrecord")
        .annotate(total=Sum("quantity"))
    )
    tracked = StockRecord.objects.filter(product__product_class__track_stock=True)
    for record in tracked.iterator():
        if (record.num_allocated or 0) != reserved.get(record.pk, 0):
            yield f"stock {record.pk}: {record.num_allocated} reserved, orders say {reserved.get(record.pk, 0)}"


def _held() -> Iterator[str]:
    parts = (
        Fulfilment.objects.exclude(state=states.WAITING)
        .select_related("order")
        .prefetch_related("lines__line__order")
    )
    for part in parts.iterator(chunk_size=500):
        expected = part.goods if part.state in HOLDING else Money(0, part.currency)
        found = held.held(part.order.number, part.partner_id, part.currency)
        if found != expected:
            yield f"fulfilment {part.number}: {found.minor} held, {expected.minor} expected"

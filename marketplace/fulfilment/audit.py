"""Recomputes what is stored twice: books, order totals and states, dues, refunds, stock, quantities."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.following import derived
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Account, Kind
from marketplace.orders.models import Line, Order
from marketplace.payments import held
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Receipt, Refund
from marketplace.pesantren.models import StockRecord

RESERVING = {states.WAITING, states.OFFERED, states.ACCEPTED, states.PACKED}
HOLDING = {states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED}


def audit() -> list[str]:
    """Everything that does not agree, in words; empty when all is well. Reads only, all at one moment."""
    with _one_moment():
        return [*ledger.audit(), *_orders(), *_dues(), *_quantities(), *_stock(), *_books()]


@contextmanager
def _one_moment() -> Iterator[None]:
    """One snapshot: without it an order paid between two of our queries would look like a fault."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def _orders() -> Iterator[str]:
    amount = Order._meta.get_field("total_incl_tax")
    orders = Order.objects.annotate(
        goods_sum=Coalesce(Sum("lines__line_price_incl_tax"), 0, output_field=amount)
    )
    for order in orders.prefetch_related("fulfilments", "dues").iterator(chunk_size=500):
        if order.goods_sum + order.shipping_incl_tax != order.total_incl_tax:
            yield f"order {order.number}: lines and delivery do not add up to its total"
        if not order.fulfilments.all():
            yield f"order {order.number}: nobody delivers it"
        elif order.status != derived(order):
            yield f"order {order.number}: is {order.status}, its parts say {derived(order)}"
        paid = {due.state for due in order.dues.all()} == {due_states.SETTLED}
        begun = any(part.state not in (states.WAITING, states.CANCELLED) for part in order.fulfilments.all())
        if paid != begun:
            yield f"order {order.number}: {'paid' if paid else 'not paid'}, but its parts say otherwise"
    discounted = Line.objects.exclude(line_price_incl_tax=F("unit_price_incl_tax") * F("quantity"))
    for line in discounted.iterator():
        yield f"order line {line.pk}: its price is not its quantity times its unit price"


def _dues() -> Iterator[str]:
    for due in Due.objects.select_related("order").iterator():
        parts = sum(part["goods"] + part["delivery"] for part in due.split.values())
        if parts != due.amount or due.total != due.order.total:
            yield f"due {due.reference}: {due.amount}, its parts {parts}, its order {due.order.total.minor}"
        if (due.state == due_states.SETTLED) != (due.received == due.amount):
            yield f"due {due.reference}: is {due.state} with {due.received} of {due.amount} received"


def _quantities() -> Iterator[str]:
    lines = Line.objects.annotate(sent=Coalesce(Sum("parts__quantity"), 0))
    for line in lines.exclude(sent=F("quantity")).iterator():
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
            said = reserved.get(record.pk, 0)
            yield f"stock {record.pk}: {record.num_allocated} reserved, orders say {said}"


def _books() -> Iterator[str]:
    """Each account must hold what receipts, dues, refunds and parts say, and no other may exist."""
    expected: dict[tuple[str, str, str], int] = defaultdict(int)
    _expect_money_in(expected)
    _expect_parts(expected)
    found = {(row.kind, row.ref, row.currency): row.balance for row in Account.objects.iterator()}
    for key in sorted(expected.keys() | found.keys()):
        if found.get(key, 0) != expected.get(key, 0):
            kind, where, currency = key
            name = f"{Kind(kind).value} {where} {currency}".replace("  ", " ")
            yield f"account {name}: {found.get(key, 0)} in the books, {expected.get(key, 0)} expected"


def _expect_money_in(expected: dict[tuple[str, str, str], int]) -> None:
    """Money waits in suspense until somebody says what it is for, then under its due while that is open."""
    for receipt in Receipt.objects.iterator():
        expected[Kind.BANK, "", receipt.currency] += receipt.amount
        if receipt.state == due_states.UNMATCHED:
            expected[Kind.SUSPENSE, payments.receipt_ref(receipt), receipt.currency] += receipt.amount
    for due in Due.objects.filter(state=due_states.OPEN).iterator():
        expected[Kind.SUSPENSE, payments.collected_ref(due), due.currency] += due.received
    for refund in Refund.objects.iterator():
        if refund.state == due_states.OWED:
            expected[Kind.REFUND_DUE, payments.refund_ref(refund), refund.currency] += refund.amount
        else:
            expected[Kind.BANK, "", refund.currency] -= refund.amount


def _expect_parts(expected: dict[tuple[str, str, str], int]) -> None:
    """A paid part is held until it ends; what the buyer took is owed to its pesantren."""
    every = Fulfilment.objects.select_related("order").prefetch_related("lines__line")
    for part in every.iterator(chunk_size=500):
        where = held.ref(part.order.number, part.partner_id)
        if part.state in HOLDING:
            expected[Kind.HELD, where, part.currency] += part.goods.minor
            expected[Kind.SHIPPING_DUE, where, part.currency] += part.delivery_fee
        if part.state == states.RECEIVED:
            taken = [line.unit_price * (line.accepted or 0) for line in part.lines.all()]
            owed = sum(taken, part.fee)
            expected[Kind.PAYABLE, held.payable_ref(part.partner_id), part.currency] += owed.minor

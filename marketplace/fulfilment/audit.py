"""Recomputes what is stored twice: books, order totals and states, dues, refunds, stock, weeks, quantities, shares of
pools; and holds the card provider's statement against our rows."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from marketplace.fulfilment import carried_audit, exporter_audit, lot_audit, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, ShortDelivery
from marketplace.fulfilment.services.following import derived
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.payments import held, provider_check
from marketplace.payments import states as due_states
from marketplace.payments.commission import Fee
from marketplace.payments.commission import fee as count_fee
from marketplace.payments.expected import Books
from marketplace.payments.expected import expect as expect_payments
from marketplace.payments.models import CreditNote, Dispute, Due, LineTerms, Refund
from marketplace.pesantren.models import CapacityWeek, StockRecord
from marketplace.pooling import audit as pooling

RESERVING = {states.WAITING, states.OFFERED, states.ACCEPTED, states.PACKED}
HOLDING = {states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED}


def audit() -> list[str]:
    """Everything that does not agree, in words; empty when all is well. Reads only, all at one moment."""
    with _one_moment():
        return [
            *ledger.audit(),
            *_orders(),
            *_dues(),
            *carried_audit.differences(),
            *exporter_audit.differences(),
            *_quantities(),
            *_stock(),
            *lot_audit.lots(),
            *_capacity(),
            *_books(),
            *provider_check.differences(),
            *pooling.differences(),
            *(fault for look in _more for fault in look()),
        ]


_more: list[Callable[[], Iterator[str]]] = []


def register(look: Callable[[], Iterator[str]]) -> None:
    """For rooms above this one that store something twice; called once, when the programme starts."""
    if look not in _more:
        _more.append(look)


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
        first = [due for due in order.dues.all() if not due.is_balance]  # balances come while they work on it
        paid = all(due.is_on_tempo or due.state == due_states.SETTLED for due in first)
        begun = any(part.state not in (states.WAITING, states.CANCELLED) for part in order.fulfilments.all())
        if paid != begun:
            yield f"order {order.number}: {'paid' if paid else 'not paid'}, but its parts say otherwise"
        owed = any(due.is_balance and due.state == due_states.OPEN for due in order.dues.all())
        if owed and any(part.state in (states.RECEIVED, states.REJECTED) for part in order.fulfilments.all()):
            yield f"order {order.number}: signed for before its balance was paid"
    discounted = Line.objects.exclude(line_price_incl_tax=F("unit_price_incl_tax") * F("quantity"))
    for line in discounted.iterator():
        yield f"order line {line.pk}: its price is not its quantity times its unit price"


def _dues() -> Iterator[str]:
    asked = dict(Due.objects.order_by().values_list("order").annotate(sum=Sum("amount")))
    for due in Due.objects.select_related("order").iterator():
        parts = sum(part["goods"] + part["delivery"] for part in due.split.values())
        steps = Money(asked.get(due.order_id, 0), due.currency)
        if parts != due.amount or steps != due.order.total:
            yield f"due {due.reference}: {due.amount}, its parts {parts}, its order {due.order.total.minor}"
        covered = due.received + due.credited
        if not _fits(due, covered):
            yield f"due {due.reference}: is {due.state} with {covered} of {due.amount} received or taken off"
        if due.is_balance and due.credited != due.fell_away:
            yield f"due {due.reference}: {due.credited} taken off, its split says {due.fell_away}"
    yield from _credits()


def _fits(due: Due, covered: int) -> bool:
    """Whether the state says what the amounts say. What a prepaid due got before it ended was owed back."""
    if due.state == due_states.SETTLED:
        return covered == due.amount and due.received > 0
    if due.state == due_states.OPEN or not (due.is_on_tempo or due.credited):
        return covered < due.amount
    return due.credited == due.amount


def _credits() -> Iterator[str]:
    """What fell away of an order on tempo was taken off its bill or is owed back, to the rupiah."""
    lost: dict[int, int] = defaultdict(int)
    parts = Fulfilment.objects.filter(order__dues__terms_days__gt=0)
    for part in parts.prefetch_related("lines__line__order").iterator(chunk_size=500):
        lost[part.order_id] += _lost(part).minor
    for note in CreditNote.objects.filter(order__dues__terms_days__gt=0):
        lost[note.order_id] += note.amount
    refunds = Refund.objects.filter(reason__in=["declined", "rejected", "claim", "missing"]).order_by()
    back: dict[int | None, int] = dict(refunds.values_list("order").annotate(owed=Sum("amount")))
    for due in Due.objects.filter(terms_days__gt=0).iterator():
        if due.credited + back.get(due.order_id, 0) != lost[due.order_id]:
            yield (
                f"due {due.reference}: {due.credited} taken off and {back.get(due.order_id, 0)} owed back,"
                f" {lost[due.order_id]} fell away"
            )


def _lost(part: Fulfilment) -> Money:
    return part.short_price + lost_later(part)


def lost_later(part: Fulfilment) -> Money:
    """Of what the pesantren said it would bring: its price, if it went back before the money was released."""
    nothing = Money(0, part.currency)
    if part.release_on == states.ON_HAND_OVER and part.released_at:
        return nothing  # a credit note says what fell away
    if part.state in (states.DECLINED, states.REJECTED):
        return part.goods + part.fee
    if part.state != states.RECEIVED:
        return nothing
    return sum((line.price - line.worth(line.accepted or 0) for line in part.lines.all()), nothing)


def _quantities() -> Iterator[str]:
    lines = Line.objects.annotate(sent=Coalesce(Sum(F("parts__quantity") + F("parts__short")), 0))
    for line in lines.exclude(sent=F("quantity")).iterator():
        yield f"order line {line.pk}: {line.quantity} ordered, fulfilments bring or miss {line.sent}"
    told: dict[int, int] = defaultdict(int)
    for rows in ShortDelivery.objects.values_list("lines", flat=True):
        for row in rows:
            told[row["line"]] += row["quantity"]
    missing = dict(FulfilmentLine.objects.filter(short__gt=0).values_list("pk", "short"))
    for pk in sorted(told.keys() | missing.keys()):
        if told[pk] != missing.get(pk, 0):
            yield f"part line {pk}: {missing.get(pk, 0)} missing, the pesantren said {told[pk]}"
    yield from _returns()


def _returns() -> Iterator[str]:
    """No more is expected back than the buyer refused or credit notes took."""
    lines = FulfilmentLine.objects.annotate(back=Sum("returns__quantity")).filter(back__gt=0)
    for line in lines.select_related("fulfilment").prefetch_related("returns__back"):
        refused = line.quantity - (line.accepted or 0)
        expected = sum(one.quantity for one in line.returns.all() if not one.back.credit_note)
        if expected > refused or line.back > line.quantity:
            yield f"part line {line.pk}: {line.back} expected back, {refused} refused of {line.quantity}"


def _stock() -> Iterator[str]:
    reserved = dict(
        FulfilmentLine.objects.filter(fulfilment__state__in=RESERVING, line__made_by=None)
        .values_list("line__stockrecord")
        .annotate(total=Sum("quantity"))
    )
    tracked = StockRecord.objects.filter(product__product_class__track_stock=True)
    for record in tracked.iterator():
        if (record.num_allocated or 0) != reserved.get(record.pk, 0):
            said = reserved.get(record.pk, 0)
            yield f"stock {record.pk}: {record.num_allocated} reserved, orders say {said}"


def _capacity() -> Iterator[str]:
    """Weeks hold what order lines hold of them; a made line holds what its parts still have to bring."""
    for week in CapacityWeek.objects.annotate(sum=Coalesce(Sum("holds__quantity"), 0)).exclude(held=F("sum")):
        yield f"week {week.week} of stock {week.stockrecord_id}: {week.held} held, order lines say {week.sum}"
    reserved = dict(
        FulfilmentLine.objects.filter(fulfilment__state__in=RESERVING, line__made_by__isnull=False)
        .values_list("line")
        .annotate(total=Sum("quantity"))
    )
    made = Line.objects.filter(made_by__isnull=False, stockrecord__isnull=False)
    left = Coalesce(Sum(F("holds__quantity") - F("holds__used")), 0)
    for line in made.annotate(left=left).iterator():
        said = reserved.get(line.pk, 0)
        if (line.left, line.num_allocated) != (said, said):
            yield f"order line {line.pk}: {line.left} held in weeks, {line.num_allocated} counted, parts say {said}"


def _books() -> Iterator[str]:
    """Each account must hold what receipts, dues, refunds and parts say, and no other may exist."""
    expected: Books = defaultdict(int)
    expect_payments(expected)
    _expect_parts(expected)
    found = {(row.kind, row.ref, row.currency): row.balance for row in Account.objects.iterator()}
    for key in sorted(expected.keys() | found.keys()):
        if found.get(key, 0) != expected.get(key, 0):
            kind, where, currency = key
            name = f"{Kind(kind).value} {where} {currency}".replace("  ", " ")
            yield f"account {name}: {found.get(key, 0)} in the books, {expected.get(key, 0)} expected"


def _expect_parts(expected: Books) -> None:
    """A paid part is held until its milestone; then it is owed to its pesantren, less the operator's fee and tax.

    A part on tempo is held as well (the company owes it); it is owed once the company has paid all, and what was
    released while a dispute was open once that is over. What credit notes took: payments.expected.credit_notes.
    """
    waits, disputed = _waiting()
    every = Fulfilment.objects.select_related("order").prefetch_related("lines__line__money_terms")
    for part in every.iterator(chunk_size=500):
        where = held.ref(part.order.number, part.partner_id)
        units = _released(part)
        if units is None:
            if part.state in HOLDING:
                expected[Kind.HELD, where, part.currency] += part.goods.minor
                expected[Kind.SHIPPING_DUE, where, part.currency] += part.delivery_fee
            continue
        since = disputed.get(part.order_id)
        later = part.order_id in waits or (since and part.released_at and part.released_at >= since)
        kind = Kind.PAYABLE_LATER if later else Kind.PAYABLE
        goods, fee = _sums(part, units)
        net = goods + part.fee - fee.whole
        expected[kind, where if later else held.payable_ref(part.partner_id), part.currency] += net.minor
        expected[Kind.COMMISSION, "", part.currency] += fee.commission.minor
        expected[Kind.TAX_DUE, held.TAX_REF, part.currency] += fee.tax.minor


def _waiting() -> tuple[set[int], dict[int, datetime]]:
    """Orders whose bill on tempo is open, and since when the payment of others is disputed."""
    bills = Due.objects.filter(state=due_states.OPEN, terms_days__gt=0).values_list("order", flat=True)
    disputes = Dispute.objects.filter(state=due_states.DISPUTED)
    return set(bills), dict(disputes.values_list("attempt__due__order", "opened_at"))


def _released(part: Fulfilment) -> dict[FulfilmentLine, int] | None:
    """Units by line that its milestone released; nothing before."""
    lines = part.lines.all()
    if part.release_on == states.ON_HAND_OVER and part.released_at:
        return {line: line.quantity for line in lines}
    return {line: line.accepted or 0 for line in lines} if part.state == states.RECEIVED else None


def _sums(part: Fulfilment, units: dict[FulfilmentLine, int]) -> tuple[Money, Fee]:
    goods, fee = Money(0, part.currency), Fee.none(part.currency)
    for line, count in units.items():
        value = line.worth(count)
        goods, fee = goods + value, fee + count_fee(value, line.unit_price, _terms(line))
    return goods, fee


def _terms(line: FulfilmentLine) -> LineTerms | None:
    """Orders from before rules have none."""
    return getattr(line.line, "money_terms", None)

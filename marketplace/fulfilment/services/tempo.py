"""Orders on tempo: when the company has to pay, and what happens to its bill when a part falls away."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Refund
from marketplace.reference import working_days

LOST = frozenset({states.DECLINED, states.CANCELLED})
NOTICE_DAYS = 3  # a company is never told later than this before its last day to pay


def locked_due(order: Order) -> Due | None:
    """The order's due on tempo, locked; nothing for an order that was paid first. Call before locking a part."""
    found = Due.objects.select_for_update(of=("self",), no_key=True).select_related("order")
    return found.filter(order=order, terms_days__gt=0).first()


def take_back(
    *,
    due: Due | None,
    part: Fulfilment,
    goods: Money,
    delivery: Money,
    reason: str,
    actor: Actor,
    key: str = "",
    beside: Money | None = None,
) -> Refund | None:
    """What fell away of a part: off the bill while the company has not paid it, else owed back to the buyer.

    `beside`: what an exporter bears of it, in the same refund. An order under a contract is never on tempo.
    Side effects: those of payments.credit_part or payments.refund_part, once for each `key`; without one, once for
    each part and reason.
    """
    key = key or f"{reason}/{part.number}"
    if due and due.state == due_states.OPEN:
        payments.credit_part(
            due=due,
            partner_id=part.partner_id,
            goods=goods,
            delivery=delivery,
            key=key,
            reason=reason,
            actor=actor,
        )
        return None
    return payments.refund_part(
        order=part.order,
        partner_id=part.partner_id,
        goods=goods,
        delivery=delivery,
        key=key,
        reason=reason,
        actor=actor,
        beside=beside,
    )


def is_paid(due: Due | None) -> bool:
    """Whether what the buyer accepts is the pesantren's at once."""
    return due is None or due.state != due_states.OPEN


def recount(due: Due | None) -> None:
    """A part arrived or fell away: count the last day to pay again. Fixed once no part is on its way."""
    if due is None or due.state != due_states.OPEN or not due.is_estimate:
        return
    parts = list(Fulfilment.objects.filter(order=due.order_id).exclude(state__in=LOST))
    if not parts:
        return
    last, is_estimate = last_day(parts, due.terms_days)
    if not is_estimate:
        last = max(last, working_days.today() + timedelta(days=NOTICE_DAYS))
    payments.set_due_at(due=due, due_at=end_of(last), is_estimate=is_estimate)


def last_day(parts: Iterable[Fulfilment], terms_days: int) -> tuple[date, bool]:
    """`terms_days` calendar days after the last part arrived, or is promised to; true while that is a promise."""
    days, is_estimate = [], False
    for part in parts:
        if part.delivered_at:
            days.append(timezone.localdate(part.delivered_at, working_days.JAKARTA))
        else:
            is_estimate = True
            days.append(part.arrives_to or working_days.today())
    return max(days) + timedelta(days=terms_days), is_estimate


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=working_days.JAKARTA)

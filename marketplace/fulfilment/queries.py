"""Reading fulfilments; the first argument is who asks."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from marketplace.common.access import OFFICE, is_staff
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Courier, Fulfilment, FulfilmentLine
from marketplace.orders.models import Order
from marketplace.payments import queries as payment_queries
from marketplace.payments import states as due_states
from marketplace.payments.models import Due
from marketplace.pesantren.access import pesantren_of
from marketplace.reference import working_days


def _with_lines(found: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    lines = FulfilmentLine.objects.select_related("line__order", "line__product", "fulfilment")
    return found.select_related("order__shipping_address__regency", "partner__regency").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


def for_members(user: Any) -> QuerySet[Fulfilment]:
    """The parts of this person's pesantren, newest first. Unpaid ones are not shown: nothing is asked yet."""
    mine = Fulfilment.objects.filter(partner__in=pesantren_of(user))
    paid = mine.exclude(state__in=[states.WAITING, states.CANCELLED])
    return _with_lines(paid).order_by("-offered_at", "-pk")


def for_staff(user: Any) -> QuerySet[Fulfilment]:
    """All parts, for the office and export coordinators."""
    if not is_staff(user):
        return Fulfilment.objects.none()
    return _with_lines(Fulfilment.objects.order_by("-offered_at", "-pk"))


def of_order(order: Order) -> QuerySet[Fulfilment]:
    """The parts of an order the caller may already see."""
    return _with_lines(order.fulfilments.order_by("number")).select_related(
        "acceptance", "order__shipping_address__regency", "partner__regency"
    )


def couriers(user: Any) -> QuerySet[Courier]:
    """All couriers, for the office, which edits them."""
    return Courier.objects.all() if is_staff(user, OFFICE) else Courier.objects.none()


# What the timetable looks for.

BILL_STAGES = (-3, 0, 7, 14, 30)  # days late at which a company on tempo is reminded, each once


def dues_past_deadline() -> QuerySet[Due]:
    """Oldest first, without those for which money waits at the bank: they must not fill the batch."""
    late = Due.objects.filter(state=due_states.OPEN, terms_days=0, due_at__lte=timezone.now())
    late = late.exclude(step=due_states.BALANCE)
    return late.exclude(reference__in=payment_queries.references_waiting()).order_by("due_at", "pk")


def dues_to_remind() -> QuerySet[Due]:
    """Open dues in the last quarter of their time, not reminded yet."""
    now = timezone.now()
    soon = now + timedelta(hours=settings.PAYMENT_HOURS / 4)
    waiting = Due.objects.filter(state=due_states.OPEN, terms_days=0, reminded_at=None)
    waiting = waiting.exclude(step=due_states.BALANCE)  # overseas.balances_to_remind
    return waiting.filter(due_at__gt=now, due_at__lte=soon).order_by("due_at")


def bills_to_remind() -> QuerySet[Due]:
    """Open bills on tempo whose last day is fixed and near or over, the longest late first."""
    soon = timezone.now() + timedelta(days=1 - BILL_STAGES[0])
    fixed = Due.objects.filter(state=due_states.OPEN, terms_days__gt=0, is_estimate=False, due_at__lte=soon)
    return fixed.exclude(reminded_for=BILL_STAGES[-1]).order_by("due_at")


def bill_stage(due: Due) -> int | None:
    """The latest stage this bill has reached, unless its reminder was written; stages missed are left out."""
    late = (working_days.today() - timezone.localdate(due.due_at, working_days.JAKARTA)).days
    stage = next((stage for stage in reversed(BILL_STAGES) if late >= stage), None)
    if stage is None or (due.reminded_for is not None and due.reminded_for >= stage):
        return None
    return stage


def offers_to_remind() -> QuerySet[Fulfilment]:
    since = timezone.now() - timedelta(hours=settings.OFFER_REMIND_HOURS)
    return Fulfilment.objects.filter(state=states.OFFERED, offered_at__lte=since, reminded_at=None)


def offers_to_escalate() -> QuerySet[Fulfilment]:
    since = timezone.now() - timedelta(hours=settings.OFFER_ESCALATE_HOURS)
    return Fulfilment.objects.filter(state=states.OFFERED, offered_at__lte=since, escalated_at=None)


def unanswered(user: Any) -> QuerySet[Fulfilment]:
    """Parts that stand in the office's queue because the pesantren did not answer."""
    return for_staff(user).filter(state=states.OFFERED).exclude(escalated_at=None)


def claims_over() -> QuerySet[Fulfilment]:
    return Fulfilment.objects.filter(state=states.DELIVERED, claim_until__lte=timezone.now()).order_by(
        "claim_until"
    )

"""Reading fulfilments; the first argument is who asks."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from catalogue.lots.models import Lot
from marketplace.common.access import OFFICE, is_staff
from marketplace.fulfilment import states
from marketplace.fulfilment.models import (
    AcceptancePhoto,
    Courier,
    Fulfilment,
    FulfilmentLine,
    FulfilmentLot,
    HandOverPhoto,
    Return,
    ReturnLine,
)
from marketplace.notices.services import told_by
from marketplace.orders.models import Order
from marketplace.payments import queries as payment_queries
from marketplace.payments import states as due_states
from marketplace.payments import waterfall
from marketplace.payments.models import Due
from marketplace.pesantren.access import pesantren_of
from marketplace.reference import working_days


def _with_lines(found: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    lines = FulfilmentLine.objects.select_related("line__order", "line__product", "fulfilment")
    near = "order__shipping_address__regency", "order__sold_by__regency", "partner__regency"
    return found.select_related(*near).prefetch_related(Prefetch("lines", queryset=lines))


def for_members(user: Any) -> QuerySet[Fulfilment]:
    """The parts of this person's pesantren, newest first. Unpaid ones are not shown: nothing is asked yet."""
    mine = Fulfilment.objects.filter(partner__in=pesantren_of(user))
    paid = mine.exclude(state__in=[states.WAITING, states.CANCELLED])
    return _with_lines(paid).order_by("-offered_at", "-pk")


def returns_for_members(user: Any) -> QuerySet[Return]:
    """Goods on their way back to this person's pesantren, and those that came or never did; oldest first."""
    found = Return.objects.filter(fulfilment__partner__in=pesantren_of(user))
    return (
        found.select_related("fulfilment__order__sold_by", "fulfilment__partner")
        .prefetch_related(
            Prefetch("lines", ReturnLine.objects.select_related("line__line", "line__fulfilment"))
        )
        .order_by("created", "pk")
    )


def returns_of(part: Fulfilment) -> QuerySet[Return]:
    """What came or comes back of a part the caller may see, with its lines. Two queries."""
    lines = ReturnLine.objects.select_related("line__line")
    return part.returns.prefetch_related(Prefetch("lines", lines)).order_by("pk")


def for_staff(user: Any) -> QuerySet[Fulfilment]:
    """All parts, for the office and export coordinators."""
    if not is_staff(user):
        return Fulfilment.objects.none()
    return _with_lines(Fulfilment.objects.order_by("-offered_at", "-pk"))


def open_for_staff(user: Any) -> QuerySet[Fulfilment]:
    """Parts that were paid or are paid later, and are not over yet."""
    return for_staff(user).filter(
        state__in=[states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED]
    )


def of_order(order: Order) -> QuerySet[Fulfilment]:
    """The parts of an order the caller may already see."""
    return _with_lines(order.fulfilments.order_by("number")).select_related("acceptance")


def from_lot(user: Any, lot: Lot) -> QuerySet[FulfilmentLot]:
    """Which parts of this person's pesantren were packed from a lot, and how much; the newest first."""
    found = FulfilmentLot.objects.filter(lot=lot, line__fulfilment__partner__in=pesantren_of(user))
    return found.select_related("line__fulfilment__order__sold_by", "line__line").order_by("-pk")


def short_of(order_ids: Iterable[int]) -> dict[int, int]:
    """Units that do not come, by order line, of orders the caller may see. One query."""
    found = FulfilmentLine.objects.filter(fulfilment__order__in=list(order_ids), short__gt=0)
    return dict(found.values_list("line", "short"))


def waterfalls(parts: Iterable[Fulfilment]) -> dict[waterfall.Key, waterfall.Waterfall]:
    """From the buyer's price to the pesantren's money, of parts found with their lines. Five queries."""
    parts = list(parts)
    short = {line.line_id: line.short for part in parts for line in part.lines.all() if line.short}
    return waterfall.of_parts([(part.order, part.partner_id) for part in parts], short)


def photo_of(parts: QuerySet[Fulfilment], token: UUID, *, hand_over: bool = True) -> File | None:
    """The file of a photo of faulty goods, or of handing over, of one of these parts that the caller may see."""
    mine = parts.order_by().values("pk")
    faulty = AcceptancePhoto.objects.filter(token=token, fulfilment__in=mine).first()
    if faulty or not hand_over:
        return faulty.file if faulty else None
    handed = HandOverPhoto.objects.filter(token=token, fulfilment__in=mine).first()
    return handed.file if handed else None


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
    """Their hours begin when the mail goes out: of what was offered at night in the morning."""
    since = told_by(timezone.now() - timedelta(hours=settings.OFFER_REMIND_HOURS))
    return Fulfilment.objects.filter(state=states.OFFERED, offered_at__lte=since, reminded_at=None)


def offers_to_escalate() -> QuerySet[Fulfilment]:
    since = told_by(timezone.now() - timedelta(hours=settings.OFFER_ESCALATE_HOURS))
    return Fulfilment.objects.filter(state=states.OFFERED, offered_at__lte=since, escalated_at=None)


def unanswered(user: Any) -> QuerySet[Fulfilment]:
    """Parts that stand in the office's queue because the pesantren did not answer."""
    return for_staff(user).filter(state=states.OFFERED).exclude(escalated_at=None)


def exporters_left_alone() -> QuerySet[Fulfilment]:
    """An exporter's own part that has not begun, of an order none of whose goods come or were kept."""
    lost = [states.DECLINED, states.REJECTED, states.CANCELLED]
    others = Fulfilment.objects.filter(order=OuterRef("order")).exclude(partner=OuterRef("partner"))
    own = Fulfilment.objects.filter(state__in=[states.OFFERED, states.ACCEPTED])
    own = own.filter(order__sold_by=F("partner"), delivery_kind="")
    return own.filter(Exists(others)).exclude(Exists(others.exclude(state__in=lost))).order_by("pk")


def claims_over() -> QuerySet[Fulfilment]:
    return Fulfilment.objects.filter(state=states.DELIVERED, claim_until__lte=timezone.now()).order_by(
        "claim_until"
    )

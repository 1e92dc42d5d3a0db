"""What the timetable and pages look for in orders from abroad: balances, and what letters of credit ask for next."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments import letters
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, LetterOfCredit
from marketplace.reference import working_days

STAGES = (-7, -1, 3, 10)  # days late at which a buyer is reminded of a balance, each once
ENDED = (states.DECLINED, states.CANCELLED)


def open_balances() -> QuerySet[Due]:
    """Balances of orders whose deposit is paid, the one due first at the top. The caller asks who may see them."""
    paid = Due.objects.filter(order=OuterRef("order"), step=due_states.DEPOSIT, state=due_states.SETTLED)
    found = Due.objects.filter(Exists(paid), step=due_states.BALANCE, state=due_states.OPEN)
    return found.select_related("order__user", "letter_of_credit").order_by("due_at", "pk")


def balances_to_remind() -> QuerySet[Due]:
    """Those near or past their day that no letter of credit stands for, not reminded of the last stage."""
    soon = timezone.now() + timedelta(days=1 - STAGES[0])
    promised = LetterOfCredit.objects.filter(due=OuterRef("pk"), state__in=letters.OPEN)
    waiting = open_balances().filter(due_at__lte=soon).exclude(reminded_for=STAGES[-1])
    return waiting.exclude(Exists(promised))


def balance_stage(due: Due) -> int | None:
    """The latest stage this balance has reached, unless its reminder was written."""
    late = days_late(due)
    stage = next((stage for stage in reversed(STAGES) if late >= stage), None)
    if stage is None or (due.reminded_for is not None and due.reminded_for >= stage):
        return None
    return stage


def days_late(due: Due) -> int:
    """Whole days after the last day to pay; zero or less: not late."""
    return (working_days.today() - timezone.localdate(due.due_at, working_days.JAKARTA)).days


def shipped_on(order_ids: list[int]) -> dict[int, date]:
    """Per order the day the last of its goods left, once all that still come have. One query."""
    found: dict[int, date | None] = {}
    parts = Fulfilment.objects.filter(order__in=order_ids).exclude(state__in=ENDED)
    for order_id, handed_over, done in parts.values_list("order", "handed_over_at", "delivered_at"):
        left_at = handed_over or done  # a service has only its end
        day = timezone.localdate(left_at, working_days.JAKARTA) if left_at else None
        before = found.get(order_id, date.min)
        found[order_id] = max(before, day) if before and day else None
    return {order_id: day for order_id, day in found.items() if day}


def next_steps(rows: list[LetterOfCredit]) -> list[tuple[LetterOfCredit, letters.Next | None]]:
    """Each letter with what it asks for next. One query; `due` is selected with the rows."""
    shipped = shipped_on([row.due.order_id for row in rows])
    return [(row, letters.next_step(row, shipped.get(row.due.order_id))) for row in rows]

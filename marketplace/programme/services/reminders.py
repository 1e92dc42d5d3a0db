"""What became of it? Asked of both sides and the mentor 30, 90 and 180 days after the event, each round once."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, OuterRef, QuerySet, When
from django.db.models.functions import Coalesce

from marketplace.programme import states
from marketplace.programme.commitments import mails
from marketplace.programme.commitments.stages import PAID, stages_of
from marketplace.programme.models import Commitment, Reminder
from marketplace.reference import working_days

ROUNDS = {1: 30, 2: 90, 3: 180}  # days after the event's last day
MOST_DAYS = 365  # after a year nobody is asked any more


def waiting(day: date) -> QuerySet[Any]:
    """Promises neither closed nor disputed, and not asked yet in the newest round that is due on this day (`due`). A
    round that was missed is not made up for."""
    ended = Coalesce("event__ends_on", "event__starts_on")
    rounds = sorted(ROUNDS.items(), reverse=True)
    due = Case(*[When(ended__lte=day - timedelta(days=days), then=number) for number, days in rounds])
    asked = Reminder.objects.filter(commitment=OuterRef("pk"), round=OuterRef("due"))
    found = Commitment.objects.alias(ended=ended).annotate(due=due).filter(~Exists(asked), due__isnull=False)
    found = found.filter(
        ended__gte=day - timedelta(days=MOST_DAYS), state__in=[states.RECORDED, states.CONFIRMED]
    )
    return found.select_related("event", "exhibitor__partner", "guest__company")


def remind_all(day: date | None = None) -> int:
    """Send what is due today; on working days alone. Safe to run twice. Returns how many were asked.

    Side effects: Reminder rows, mails (by day, where each reader lives).
    """
    day = day or working_days.today()
    if not working_days.is_working_day(day):
        return 0
    due = list(waiting(day).order_by("pk"))
    reached = stages_of(due)
    return sum(_remind(one, one.due) for one in due if reached[one.pk].stage != PAID)


def _remind(commitment: Commitment, number: int) -> bool:
    try:
        with transaction.atomic():
            Reminder.objects.create(commitment=commitment, round=number)
            mails.remind(commitment, number, ROUNDS[number])
    except IntegrityError:  # another worker was first
        return False
    return True

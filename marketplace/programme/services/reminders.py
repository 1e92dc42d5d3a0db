"""What became of it? Asked of both sides and the mentor 30, 90 and 180 days after the event, each round once."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from marketplace.programme import mails, states
from marketplace.programme.models import Commitment, Reminder
from marketplace.programme.stages import PAID, stages_of
from marketplace.reference import working_days

ROUNDS = {1: 30, 2: 90, 3: 180}  # days after the event's last day


def waiting() -> QuerySet[Commitment]:
    """Neither closed nor disputed, at an event that is over."""
    over = Q(event__ends_on__isnull=False) | Q(event__starts_on__isnull=False)
    open_ = Commitment.objects.filter(over, state__in=[states.RECORDED, states.CONFIRMED])
    return open_.select_related("event", "exhibitor__partner", "guest__company").prefetch_related("reminders")


def round_of(commitment: Commitment, day: date) -> int:
    """The newest round that is due on this day; 0 before the first. A round that was missed is not made up for."""
    ended = commitment.event.ends_on or commitment.event.starts_on
    if ended is None:
        return 0
    passed = (day - ended).days
    return max((number for number, days in ROUNDS.items() if passed >= days), default=0)


def remind_all(day: date | None = None) -> int:
    """Send what is due today; on working days alone. Safe to run twice. Returns how many were asked.

    Side effects: Reminder rows, mails (by day, where each reader lives).
    """
    day = day or working_days.today()
    if not working_days.is_working_day(day):
        return 0
    due = []
    for one in waiting().order_by("pk").iterator(chunk_size=500):
        number = round_of(one, day)
        asked = {reminder.round for reminder in one.reminders.all()}
        if number and number not in asked:
            due.append((one, number))
    reached = stages_of([one for one, _number in due])
    return sum(_remind(one, number) for one, number in due if reached[one.pk].stage != PAID)


def _remind(commitment: Commitment, number: int) -> bool:
    try:
        with transaction.atomic():
            Reminder.objects.create(commitment=commitment, round=number)
            mails.remind(commitment, number, ROUNDS[number])
    except IntegrityError:  # another worker was first
        return False
    return True

"""On which days payouts are drafted: fixed weekdays, and the next working day where the bank is closed."""

from datetime import date, datetime, timedelta

from django.conf import settings

from marketplace.reference import working_days

HOUR = 9  # in West Java; the timetable drafts then (marketplace/celery_settings.py)


def next_day(moment: datetime) -> date:
    """The first payout day whose drafting is still to come at `moment`."""
    local = moment.astimezone(working_days.JAKARTA)
    day = local.date() + timedelta(days=1 if local.hour >= HOUR else 0)
    while not is_payout_day(day):
        day += timedelta(days=1)
    return day


def is_payout_day(day: date) -> bool:
    """Whether `day` is a payout day that is open, or the first open day after one that was not.

    Saturdays count as closed here: banks settle bulk transfers from Monday to Friday.
    """
    if not _is_open(day):
        return False
    while day.isoweekday() not in settings.PAYOUT_WEEKDAYS:
        day -= timedelta(days=1)
        if _is_open(day):
            return False
    return True


def _is_open(day: date) -> bool:
    return day.isoweekday() < 6 and working_days.is_working_day(day)

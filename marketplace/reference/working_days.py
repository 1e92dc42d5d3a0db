"""Working days: public holidays come from the `holidays` package as maintained data, Sundays are off (A)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date
from django.utils import timezone

JAKARTA = ZoneInfo("Asia/Jakarta")
SUNDAY = 6
DaysOff = Iterable[tuple[date, date]]  # first and last day of each closure, both included


@lru_cache(maxsize=8)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("ID", years=year))


def is_working_day(day: date, days_off: DaysOff = ()) -> bool:
    """Whether goods are prepared on this day: no Sunday, no public holiday, no closure of the seller."""
    if day.weekday() == SUNDAY or day in _public_holidays(day.year):
        return False
    return not any(first <= day <= last for first, last in days_off)


def after(start: date, days: int, days_off: DaysOff = ()) -> date:
    """The day on which `days` working days after `start` have passed (0: the next working day from `start` on)."""
    off = list(days_off)
    day = start
    while not is_working_day(day, off):
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day, off):
            day += timedelta(days=1)
    return day


def passed_since(days: int) -> date:
    """The last day since which more than `days` working days have passed by now."""
    day = today()
    while after(day, days) >= today():
        day -= timedelta(days=1)
    return day


def counted_from(moment: datetime, cut_off_hour: int | None) -> date:
    """The day an order made at `moment` counts from: tomorrow once the seller's cut-off hour (WIB) has passed."""
    local = moment.astimezone(JAKARTA)
    late = cut_off_hour is not None and local.hour >= cut_off_hour
    return local.date() + timedelta(days=1 if late else 0)


def indonesian(moment: date | datetime) -> str:
    """The day (WIB) in Indonesian, for messages to pesantren: 3 November 2026."""
    day = moment.astimezone(JAKARTA).date() if isinstance(moment, datetime) else moment
    return format_date(day, "d MMMM y", locale="id")


def today(zone: ZoneInfo = JAKARTA) -> date:
    return timezone.now().astimezone(zone).date()

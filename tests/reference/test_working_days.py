"""Working days in Indonesia: Sundays, public holidays, a seller's own days off, and the cut-off hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from marketplace.reference.working_days import after, counted_from, is_working_day, today

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 21), True),  # Saturday: pesantren work
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), True),
        (date(2026, 8, 17), False),  # Independence Day
        (date(2027, 8, 17), False),
        (date(2026, 1, 1), False),
        (date(2026, 12, 25), False),
        (date(2026, 3, 20), True),  # Friday before Lebaran; joint leave is no public holiday
        (date(2026, 3, 21), False),  # Lebaran 1447
        (date(2026, 3, 22), False),
        (date(2026, 3, 23), True),
        (date(2027, 3, 10), False),  # Lebaran 1448
        (date(2027, 3, 11), False),
        (date(2027, 3, 9), True),
        (date(2027, 3, 12), True),
    ],
)
def test_is_working_day(day: date, works: bool) -> None:
    assert is_working_day(day) is works


def test_a_sellers_own_days_off_count_first_and_last() -> None:
    closure = [(date(2026, 11, 24), date(2026, 11, 25))]
    works = [is_working_day(date(2026, 11, number), closure) for number in (23, 24, 25, 26)]
    assert works == [True, False, False, True]


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 22), 0, date(2026, 11, 23)),  # Sunday: work begins on Monday
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
        (date(2026, 11, 20), 2, date(2026, 11, 23)),  # Friday + 2: Saturday, Monday
        (date(2026, 8, 15), 1, date(2026, 8, 18)),  # Saturday + 1: over Sunday and 17 August
        (date(2027, 3, 9), 1, date(2027, 3, 12)),  # over Lebaran
    ],
)
def test_after(start: date, days: int, end: date) -> None:
    assert after(start, days) == end


def test_after_goes_around_closures() -> None:
    closures = ((first, last) for first, last in [(date(2026, 11, 24), date(2026, 11, 28))])  # any iterable
    assert after(date(2026, 11, 23), 1, closures) == date(2026, 11, 30)
    assert after(date(2026, 11, 24), 0, [(date(2026, 11, 24), date(2026, 11, 24))]) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("hour", "minute", "cut_off", "day"),
    [
        (13, 59, 14, 23),
        (14, 0, 14, 24),  # at the hour it has passed
        (23, 59, 14, 24),
        (0, 0, 14, 23),
        (23, 59, None, 23),
        (0, 0, 0, 24),
    ],
)
def test_counted_from_the_sellers_hour_in_jakarta(
    hour: int, minute: int, cut_off: int | None, day: int
) -> None:
    moment = datetime(2026, 11, 23, hour, minute, tzinfo=JAKARTA)
    assert counted_from(moment, cut_off) == date(2026, 11, day)
    assert counted_from(moment.astimezone(UTC), cut_off) == date(2026, 11, day)


def test_today_is_the_day_in_jakarta() -> None:
    evening = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # midnight in Jakarta
    with time_machine.travel(evening - timedelta(seconds=1), tick=False):
        assert today() == date(2026, 11, 23)
    with time_machine.travel(evening, tick=False):
        assert today() == date(2026, 11, 24)

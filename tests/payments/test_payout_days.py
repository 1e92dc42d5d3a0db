"""When payouts are drafted, holidays and weekends included, and that the timetable asks every day."""

from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from celery.schedules import crontab

from marketplace.celery_settings import beat_schedule
from marketplace.payments import tasks
from marketplace.payments.models import PayoutBatch
from marketplace.payments.payout_days import HOUR, is_payout_day, next_day
from tests.payments.test_payouts import ready

TUESDAY_AND_FRIDAY = {2, 5}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-24", True),  # a Tuesday
        ("2026-11-25", False),
        ("2026-11-27", True),  # a Friday
        ("2026-11-28", False),
        ("2026-11-30", False),  # the Monday after a Friday that was open
        ("2026-12-25", False),  # Christmas, a Friday
        ("2026-12-26", False),
        ("2026-12-28", True),  # the Monday after it
        ("2026-12-29", True),  # and the Tuesday as always
    ],
)
def test_days(settings: Any, day: str, expected: bool) -> None:
    settings.PAYOUT_WEEKDAYS = TUESDAY_AND_FRIDAY
    assert is_payout_day(date.fromisoformat(day)) is expected


def test_the_timetable_asks_every_morning() -> None:
    entry = beat_schedule["draft payouts"]
    assert (entry["task"], entry["schedule"]) == (tasks.draft_payouts.name, crontab(hour=HOUR, minute=0))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24 08:59+07:00", "2026-11-24"),  # a Tuesday, before the drafting
        ("2026-11-24 09:00+07:00", "2026-11-27"),
        ("2026-11-24 01:30+00:00", "2026-11-24"),  # 08:30 in West Java
        ("2026-11-27 20:00+00:00", "2026-12-01"),  # Saturday there
        ("2026-12-24 12:00+07:00", "2026-12-28"),  # Friday is Christmas
        ("2026-12-28 10:00+07:00", "2026-12-29"),
    ],
)
def test_the_next_day(settings: Any, now: str, day: str) -> None:
    settings.PAYOUT_WEEKDAYS = TUESDAY_AND_FRIDAY
    assert next_day(datetime.fromisoformat(now)) == date.fromisoformat(day)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("now", "batches"), [("2026-11-24 02:00+00:00", 1), ("2026-11-25 02:00+00:00", 0)])
def test_the_task(settings: Any, now: str, batches: int) -> None:
    settings.PAYOUT_WEEKDAYS = TUESDAY_AND_FRIDAY
    with time_machine.travel(datetime.fromisoformat("2026-11-23 02:00+00:00"), tick=False):
        ready()
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        tasks.draft_payouts()
        tasks.draft_payouts()  # sent twice by the broker
    assert PayoutBatch.objects.count() == batches

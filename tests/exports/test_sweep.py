"""The timetable's look at all open consignments: what one costs, and that one bad row holds up nobody."""

import os
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.common import sweeping
from marketplace.exports.models import Alert, Consignment
from marketplace.exports.services import looking
from marketplace.exports.tracking import tasks
from tests.factories.exports import desk, many

pytestmark = pytest.mark.django_db
# docs/bench.md was measured with SWEEP=2000.
ROWS, EVENTS = int(os.environ.get("SWEEP", "60")), 40
MOST_QUERIES = 12  # of one, with both ends of its transaction
MOST_MS = 60  # processor time of one: 2,000 fit into the two minutes of a sweep; usual are 21 (docs/bench.md)


def queries_of(key: int) -> int:
    with CaptureQueriesContext(connection) as caught:
        looking.look(key=key, now=timezone.now())
    return len(caught)


def test_a_sweep_costs_the_same_for_each_consignment(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "SECONDS", 3_600)  # to measure all of it, however busy the machine is
    many(desk(), ROWS, EVENTS)
    one = Consignment.objects.get(number="XB-1")
    looking.look(key=one.pk, now=timezone.now())  # raises what holds
    assert queries_of(one.pk) <= MOST_QUERIES
    with CaptureQueriesContext(connection) as caught:
        tasks.look()
    begun, clock = time.process_time(), time.monotonic()
    tasks.look()
    spent, waited = time.process_time() - begun, time.monotonic() - clock
    with capsys.disabled():
        print(f"\n{ROWS} consignments: {spent:.1f} s of processor, {waited:.1f} s, {len(caught)} queries")  # noqa: T201
    assert (
        Alert.objects.filter(kind="silence", ended_at=None).count() == 0
    )  # nobody is under way: all were looked at
    assert spent * 1000 / ROWS < MOST_MS
    assert len(caught) <= (MOST_QUERIES + 4) * (ROWS + 2)


def test_more_events_and_goods_ask_no_more() -> None:
    of = desk()
    many(of, 2, 1)
    one, other = Consignment.objects.filter(number__startswith="XB-").order_by("number")
    counts = []
    for key in (one.pk, other.pk):
        looking.look(key=key, now=timezone.now())
        counts.append(queries_of(key))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into exports_event (consignment_id, family, code, classifier, at, offset_minutes, location, "
            "recorded_at, source, source_id, is_partial, reason, actor_name) "
            "select %s, 'FSU', 'BKD', 'ACT', now(), 0, '', now(), 'hand', 'm' || n, false, '', 'x' "
            "from generate_series(1, 200) n",
            [other.pk],
        )
    other.lines.first().delete()
    assert counts == [counts[0]] * 2
    assert queries_of(other.pk) == counts[0]


def test_one_bad_row_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    many(desk(), 5, 1)
    bad = Consignment.objects.get(number="XB-3")
    bad.papers.create(kind="nobody-knows-it", needed_before="loading", state="issued", due_at=timezone.now())
    tasks.look()
    assert "Timetable" in caplog.text
    still = Alert.objects.filter(kind="silence", ended_at=None)
    assert [alert.consignment.number for alert in still] == ["XB-3"]

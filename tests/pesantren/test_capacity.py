"""Made to order as a pesantren says it: exact rows, refusals that name the week, what lists call free, windows."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from catalogue import queries as catalogue
from catalogue.search.models import Entry
from marketplace.common.actor import Actor
from marketplace.common.states import history
from marketplace.pesantren import capacity, queries, services, tasks
from marketplace.pesantren.exceptions import OutOfStock, Promised
from marketplace.pesantren.models import CapacityWeek, StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_pesantren, make_product

MEMBER = Actor(7, "Contoh Anggota")
TUESDAY = "2026-12-01 02:00+00:00"  # 9:00 in Jakarta
FIRST, SECOND, LAST = date(2026, 11, 30), date(2026, 12, 7), date(2027, 2, 15)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


def made(weekly: int = 50, **kw: Any) -> StockRecord:
    """50 a week, ready after two working days: the first week is that of 30 November."""
    return make_product(weekly=weekly, **kw).stockrecords.get()


def fresh(record: StockRecord) -> StockRecord:
    return StockRecord.objects.get(pk=record.pk)


def hold(record: StockRecord, quantity: int) -> None:
    """What an order does, without the order."""
    found = capacity.plan(fresh(record), quantity)
    assert found
    capacity.hold(fresh(record), found)


def rows(record: StockRecord) -> list[tuple[date, int, int]]:
    return list(CapacityWeek.objects.filter(stockrecord=record).values_list("week", "capacity", "held"))


def free(record: StockRecord) -> list[int]:
    return [week.free for week in capacity.ahead(fresh(record))]


def test_held_weeks_and_what_lists_call_free() -> None:
    record = made()
    assert record.free_ahead == 600
    hold(record, 80)
    assert rows(record) == [(FIRST, 50, 50), (SECOND, 50, 30)]
    assert free(record)[:3] == [0, 20, 50]
    assert (fresh(record).free_ahead, capacity.free(fresh(record))) == (520, 520)
    assert capacity.plan(fresh(record), 521) is None
    capacity.give_back(record, [(CapacityWeek.objects.get(week=SECOND).pk, 30)])
    assert fresh(record).free_ahead == 550


def test_twelve_weeks_ahead_and_no_further() -> None:
    ahead = capacity.ahead(made())
    assert (ahead[0].first, ahead[-1].first, len(ahead)) == (FIRST, LAST, 12)
    assert capacity.ahead(made(lead_days=10))[0].first == date(2026, 12, 7)
    assert capacity.ahead(made(lead_days=60))[0].first == date(2027, 2, 8)


def test_refused_below_what_is_promised_and_history_of_each_change() -> None:
    record = made()
    hold(record, 80)
    with pytest.raises(Promised) as refused:
        services.set_capacity(record=record, weekly=49, off_season=0, actor=MEMBER)
    assert (refused.value.week, refused.value.number) == (FIRST, 50)
    with pytest.raises(Promised) as refused:
        services.set_week(record=record, week=SECOND, units=29, actor=MEMBER)
    assert (refused.value.week, refused.value.number) == (SECOND, 30)
    assert not history(record).exists()
    services.set_week(record=record, week=SECOND, units=30, actor=MEMBER)
    services.set_capacity(record=record, weekly=60, off_season=0, actor=MEMBER)
    assert rows(record) == [(FIRST, 60, 50), (SECOND, 30, 30)]
    assert free(record)[:3] == [10, 0, 60]
    services.set_week(record=record, week=SECOND, units=None, actor=MEMBER)
    assert free(record)[1] == 30
    services.set_capacity(record=record, weekly=None, off_season=0, actor=MEMBER)
    assert [(h.before, h.after, h.why) for h in history(record)] == [
        ("50", "30", "week: 2026-12-07"),
        ("50", "60", "capacity: units a week"),
        ("30", "60", "week: 2026-12-07"),
        ("60", "counted", "capacity: units a week"),
    ]
    assert rows(record)[0] == (FIRST, 60, 50), "what is promised stays promised"


def test_outside_the_harvest_and_on_days_off() -> None:
    record = made(harvest_months=[12], off_season=5, perishable=True)
    assert free(record)[:6] == [50, 50, 50, 50, 50, 5]  # 4 January counts to January
    partner = record.partner
    closure = services.close(
        partner=partner, first=date(2026, 12, 7), last=date(2026, 12, 9), reason="", actor=MEMBER
    )
    assert free(record)[:2] == [50, 25]
    assert fresh(record).free_ahead == 5 * 50 - 25 + 7 * 5
    services.open_again(closure=closure, on=date(2026, 12, 1), actor=MEMBER)
    assert fresh(record).free_ahead == 5 * 50 + 7 * 5


def test_the_database_has_the_last_word() -> None:
    record = made()
    hold(record, 50)
    for change in ({"held": 51}, {"capacity": 49}, {"week": date(2026, 12, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CapacityWeek.objects.filter(week=FIRST).update(**change)


@pytest.mark.django_db(transaction=True)
def test_an_old_plan_without_a_lock_promises_nothing_twice() -> None:
    record = made(weekly=10)
    found = capacity.plan(record, 10)
    assert found

    def promise() -> str:
        try:
            capacity.hold(fresh(record), found)
        except OutOfStock:
            return "none left"
        return "held"

    assert sorted(race(*[promise] * 4)) == ["held"] + ["none left"] * 3
    assert rows(record) == [(FIRST, 10, 10)]


def test_lists_and_search_follow() -> None:
    record = made(minimum=30, weekly=30)
    product = record.product

    def found() -> tuple[bool, bool]:
        orderable = catalogue.orderable(catalogue.listed()).filter(pk=product.pk).exists()
        return orderable, Entry.objects.get(product=product).orderable

    assert found() == (True, True)
    StockRecord.objects.update(num_in_stock=0)
    assert found() == (True, True)
    hold(record, 30 * 11 + 1)
    assert found() == (False, False)
    services.set_capacity(record=record, weekly=None, off_season=0, actor=MEMBER)
    assert found() == (False, False)
    StockRecord.objects.update(num_in_stock=30)
    assert found() == (True, True)


def test_each_night_what_is_free_is_counted_anew(tuesday: Any) -> None:
    record = made(harvest_months=[12], perishable=True)
    assert record.free_ahead == 250
    tuesday.move_to("2026-12-21 17:10+00:00")
    tasks.refresh_free()
    assert fresh(record).free_ahead == 100


def test_free_in_a_window_with_constant_queries(django_assert_num_queries: Callable) -> None:
    record, counted = made(), make_product(stock=40).stockrecords.get()
    other = make_product(make_pesantren("belum", sells=False), weekly=9).stockrecords.get()
    hold(record, 80)
    counted.allocate(15)
    with django_assert_num_queries(3):
        found = queries.free_in(
            None, [record.pk, counted.pk, other.pk], date(2026, 12, 6), date(2026, 12, 14)
        )
    assert found == {record.pk: 0 + 20 + 50, counted.pk: 25}
    more = [made(title=f"Sarung {n}").pk for n in range(4)]
    with django_assert_num_queries(3):
        far = queries.free_in(None, [record.pk, *more], date(2027, 6, 1), date(2027, 6, 30))
    assert far == dict.fromkeys([record.pk, *more], 5 * 50)
    assert queries.free_in(None, [record.pk], date(2026, 11, 1), date(2026, 11, 29)) == {record.pk: 0}
    assert queries.free_in(None, [record.pk], date(2026, 12, 9), date(2026, 12, 1)) == {record.pk: 0}

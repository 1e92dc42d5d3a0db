"""Which weeks of a contract will fall short: weekly capacity, harvest, and what the agreement has left."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.weeks import monday
from marketplace.reference.working_days import today
from marketplace.sourcing import calendar
from marketplace.sourcing.models import Contract
from tests.factories.catalogue import make_pesantren
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote

pytestmark = pytest.mark.django_db


def running(first: int, last: int, months: list[int] | None = None) -> Contract:
    """1,000 kg in a window of so many Mondays from now, straight from one pesantren."""
    manggis = make_commodity()
    goods = goods_of(make_pesantren("contoh-kebun"), manggis, stock=5_000, harvest_months=months or [])
    start = monday(today())
    window = {"first": start + timedelta(weeks=first), "last": start + timedelta(weeks=last, days=-1)}
    return make_contract(make_quote(make_demand([a_good(manggis, **window)]), goods, 1_000))


def made_to_order(weekly: int) -> None:
    StockRecord.objects.update(weekly_capacity=weekly, off_season_capacity=weekly, lead_days=1)


def seen(contract: Contract) -> list[tuple[int, int, int]]:
    [ahead] = calendar.weeks_of(contract)
    return [(week.asked, week.can, week.missing) for week in ahead.weeks]


def test_each_week_brings_no_more_than_its_capacity() -> None:
    contract = running(13, 17)  # weeks without a day off of the public calendar would give 200 each
    made_to_order(200)
    found = seen(contract)
    assert [row[0] for row in found] == [250, 250, 250, 250]
    assert all(0 < can <= 200 and miss == 250 - can for _asked, can, miss in found), found
    made_to_order(1_000)
    assert seen(contract) == [(250, 250, 0)] * 4


def test_stock_is_taken_by_the_earliest_weeks() -> None:
    contract = running(2, 6)
    StockRecord.objects.update(num_in_stock=600)
    assert seen(contract) == [(250, 250, 0), (250, 250, 0), (250, 100, 150), (250, 0, 250)]


def test_nothing_outside_the_harvest() -> None:
    start = monday(today()) + timedelta(weeks=2)
    month = (start + timedelta(days=70)).month  # ten weeks later than the window begins
    contract = running(2, 4, [month])
    assert seen(contract) == [(500, 0, 500)] * 2


def test_weeks_after_the_half_year_are_not_shown() -> None:
    assert len(seen(running(24, 28))) == 2


def test_one_set_of_queries_for_any_number_of_weeks() -> None:
    counted = []
    for last in (3, 20):
        contract = running(2, last) if last == 3 else Contract.objects.get()
        slot = contract.lines.get().demand_line.slots.get()
        slot.last = slot.first + timedelta(weeks=last - 2, days=-1)
        type(slot).objects.filter(pk=slot.pk).update(last=slot.last)
        made_to_order(200)
        with CaptureQueriesContext(connection) as asked:
            [ahead] = calendar.weeks_of(contract)
        assert len(ahead.weeks) == last - 2
        counted.append(len(asked))
    assert counted[0] == counted[1]

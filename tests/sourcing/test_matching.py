"""Who fits a demand, by the formula that the page shows: exact points, order, caps, constant queries."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import Certificate, Product
from marketplace.sourcing import matching
from marketplace.sourcing.matching import (
    DISTANCE,
    FREE,
    RECORD,
    SEASON,
    distance_points,
    free_points,
    months_between,
    record_points,
    season_points,
)
from marketplace.sourcing.models import Invited
from marketplace.sourcing.records import NONE, Record
from marketplace.sourcing.services import inviting
from tests.factories.catalogue import make_pesantren, make_regency
from tests.factories.permits import a_rule
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_demand

pytestmark = pytest.mark.django_db
WINTER = {"first": date(2026, 12, 10), "last": date(2027, 2, 20)}


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 12, 31), date(2026, 12, 31), [12]),
        (date(2026, 11, 30), date(2027, 2, 1), [11, 12, 1, 2]),
        (date(2026, 3, 1), date(2028, 3, 1), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2]),
    ],
)
def test_months_of_a_window(first: date, last: date, months: list[int]) -> None:
    assert months_between(first, last) == months


def test_points_at_their_edges() -> None:
    assert [free_points(free, 300) for free in (None, 0, 100, 300, 900)] == [150, 0, 100, 300, 300]
    assert season_points([], [1, 2]) == SEASON
    assert season_points([12, 1], [11, 12, 1, 2]) == SEASON // 2
    assert season_points([7], [1]) == 0
    assert [distance_points(km) for km in (None, 0, 150, 300, 900)] == [100, DISTANCE, DISTANCE // 2, 0, 0]
    assert record_points(NONE) == record_points(Record(2, None, None)) == 175
    assert record_points(Record(3, 1000, 1000)) == RECORD
    assert record_points(Record(3, 500, None)) == RECORD // 2
    assert record_points(Record(5, 1000, 0)) == RECORD // 2


@given(
    st.one_of(st.none(), st.integers(0, 10**7)),
    st.integers(1, 10**7),
    st.sets(st.integers(1, 12)),
    st.one_of(st.none(), st.integers(0, 1000)),
)
def test_a_score_is_between_nothing_and_a_thousand(
    free: int | None, wanted: int, harvest: set[int], km: int | None
) -> None:
    assert FREE + SEASON + RECORD + DISTANCE == 1000
    points = free_points(free, wanted) + season_points(harvest, [1, 2, 3]) + distance_points(km)
    assert 0 <= points <= 1000 - RECORD


def test_the_same_good_of_who_sells_here_and_the_best_listing_of_each() -> None:
    manggis, salak = make_commodity("manggis"), make_commodity("salak", [])
    near = make_pesantren("contoh-dekat", regency=make_regency("32.73"))
    far = make_pesantren("contoh-jauh", regency=make_regency("32.06"))
    small, large = goods_of(near, manggis, stock=100), goods_of(near, manggis, stock=900)
    other = goods_of(far, manggis, stock=1000, harvest_months=[])
    goods_of(far, salak)
    hidden = goods_of(make_pesantren("contoh-baca", sells=False), manggis)
    paused = goods_of(make_pesantren("contoh-libur"), manggis)
    Product.objects.filter(pk=paused.pk).update(is_public=False)
    demand = make_demand([a_good(manggis, 1000, **WINTER)], open_it=False)
    line = demand.lines.get()
    found = matching.fits(line, make_regency("32.73"))
    assert [(fit.product.pk, fit.score) for fit in found] == [
        (large.pk, 270 + 250 + 175 + 200),
        (other.pk, 300 + 250 + 175 + distance_points(found[1].facts["km"])),
    ]
    assert found[0].facts["months"] == [12, 1, 2]
    assert {small.pk, hidden.pk, paused.pk}.isdisjoint(fit.product.pk for fit in found)


def test_who_lacks_a_permit_comes_last_and_hears_which() -> None:
    manggis = make_commodity("manggis")
    product = goods_of(make_pesantren("contoh-satu"), manggis)
    demand = make_demand([a_good(manggis)], open_it=False)
    a_rule(product, "psat")
    [fit] = matching.fits(demand.lines.get(), None)
    lacks = [{"any_of": ["paper:psat"], "asked_by": "home", "forbids": True}]
    assert (fit.is_ready, fit.is_whole, fit.facts["lacks"]) == (False, False, lacks)


def test_who_lacks_what_is_only_wished_is_ready_but_comes_later() -> None:
    manggis = make_commodity("manggis")
    without = goods_of(make_pesantren("contoh-tanpa"), manggis)
    having = goods_of(make_pesantren("contoh-punya"), manggis, stock=10)
    Certificate.objects.create(product=having, kind="organic", number="1")
    demand = make_demand([a_good(manggis)], open_it=False, papers=["organic"])
    found = matching.fits(demand.lines.get(), None)
    assert [(fit.product.pk, fit.is_ready, fit.is_whole) for fit in found] == [
        (having.pk, True, True),
        (without.pk, True, False),
    ]
    assert found[0].score < found[1].score


def test_queries_do_not_grow_with_listings(django_assert_num_queries: Any) -> None:
    manggis = make_commodity("manggis")
    demand = make_demand([a_good(manggis)], open_it=False)
    line, near, counts = demand.lines.prefetch_related("slots").get(), make_regency("32.73"), []
    for number in (1, 4):
        for index in range(number):
            goods_of(make_pesantren(f"contoh-{number}-{index}"), manggis)
        with django_assert_num_queries(10):
            counts.append(len(matching.fits(line, near)))
    assert counts == [1, 5]


def test_each_is_told_once(queued: list[tuple[Any, ...]], django_capture_on_commit_callbacks: Any) -> None:
    manggis = make_commodity("manggis")
    goods_of(make_pesantren("contoh-satu"), manggis)
    with django_capture_on_commit_callbacks(execute=True):
        demand = make_demand([a_good(manggis)])
    assert ("sourcing.match", demand.pk) in queued
    assert inviting.invite(demand=demand) == 0, "a second run of the task"
    row = Invited.objects.get()
    assert (row.demand, row.is_ready, sum(row.facts["points"].values())) == (demand, True, row.score)

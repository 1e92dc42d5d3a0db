"""Every count of every facet against brute force over the cards of a small world, and what broad counts cost."""

from itertools import product as every

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import facets
from catalogue.filters import CERTIFICATES, KINDS, Filters, month_bit
from catalogue.models import Certificate
from catalogue.search.models import Entry
from tests.factories import catalogue as cat

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> None:
    here = cat.make_pesantren("a", regency=cat.make_regency("32.04"))
    there = cat.make_pesantren("b", regency=cat.make_regency("32.05"))
    prices, minimums, months = (10_000, 25_000, 100_000, 600_000), (5, 100, 700), ([], [1, 2], [2, 11])
    for number, (price, minimum, harvest) in enumerate(every(prices, minimums, months)):
        goods = cat.make_product(
            here if number % 2 else there,
            f"Barang {number}",
            price=price,
            minimum=minimum,
            harvest_months=harvest,
            stock=0 if number % 5 == 0 else 1000,
            delivery_kinds=("courier", "pickup") if number % 3 else ("cargo",),
            sector=cat.make_sector("fesyen") if number % 4 else cat.make_sector("makanan", "Makanan"),
        )
        if number % 7 == 0:
            Certificate.objects.create(product=goods, kind="halal", number=str(number))
        if number % 9 == 0:
            Certificate.objects.create(product=goods, kind="md", number=str(number))


ASKED = {
    "sector": ["", "fesyen", "makanan", "unknown"],
    "place": ["", "32.04", "32.05", "99.99"],
    "month": ["", "1", "2", "now", "13"],
    "certificate": ["", "halal", "pirt", "md"],
    "minimum": ["", "10", "100", "11"],
    "price_from": ["", "25000", "abc"],
    "price_to": ["", "25.000", "100000"],
    "delivery": ["", "courier", "cargo"],
    "orderable": ["", "1"],
}


def fits(entry: Entry, filters: Filters, places: dict[str, int], sectors: dict[str, int]) -> bool:
    return all(
        (
            not filters.sector or entry.sector_id == sectors[filters.sector],
            not filters.place or entry.regency_id == places[filters.place],
            not filters.month or entry.months >> month_bit(filters.month) & 1,
            not filters.certificate or entry.certificates >> CERTIFICATES.index(filters.certificate) & 1,
            not filters.minimum or entry.minimum <= int(filters.minimum),
            not filters.price_from or entry.price >= int(filters.price_from),
            not filters.price_to or entry.price <= int(filters.price_to),
            not filters.delivery or entry.kinds >> KINDS.index(filters.delivery) & 1,
            not filters.orderable or entry.orderable,
        )
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.fixed_dictionaries({name: st.sampled_from(values) for name, values in ASKED.items()}))
def test_each_count_is_what_choosing_it_would_show(world: None, asked: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(asked)
    filters, rows = Filters.of(query), list(Entry.objects.all())
    places = {place.code: place.pk for place in facets.queries.places()}
    sectors = {sector.code: sector.pk for sector in facets.queries.sectors()}
    counts = facets.count(Entry.objects.all(), filters, "test")

    def brute(chosen: Filters) -> int:
        return sum(bool(fits(row, chosen, places, sectors)) for row in rows)

    assert counts.total == brute(filters) == Entry.objects.filter(*filters.conditions().values()).count()
    for name, options in facets.choices(counts, filters).items():
        for option in options:
            if name == "export":
                continue
            low, _, high = option.value.partition("-")
            change = {"price_from": low, "price_to": high} if name == "price" else {name: option.value}
            assert option.count == brute(Filters(**{**vars(filters), **change})), (name, option)


def test_only_broad_counts_are_kept(
    world: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries
) -> None:
    everything = Entry.objects.all()
    assert facets.count(everything, Filters(), "").total == 36
    with django_assert_num_queries(1):
        facets.count(everything, Filters(), "")
    monkeypatch.setattr(facets, "BROAD", 35)
    facets.count(everything, Filters(), "")
    with django_assert_num_queries(0):
        assert facets.count(everything, Filters(sort="price"), "").total == 36
    with django_assert_num_queries(1):
        assert facets.count(everything.none() | everything, Filters(), "another list").total == 36


def test_nothing_can_be_found(world: None) -> None:
    assert facets.count(Entry.objects.none(), Filters(), "none").total == 0


def test_rare_papers_are_offered_where_goods_have_them(world: None) -> None:
    def offered(filters: Filters) -> list[str]:
        counts = facets.count(Entry.objects.all(), filters, "")
        return [one.value for one in facets.choices(counts, filters)["certificate"]]

    usual = ["halal", "pirt", "organic", "phyto", "gap", "brand"]
    assert offered(Filters()) == [*usual, "md"]
    assert offered(Filters(certificate="sni")) == [*usual, "md", "sni"]

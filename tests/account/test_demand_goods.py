"""A line that is typed by hand is of the good that it names, in any language, so that pesantren are told of it."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from catalogue.loading import kinds, rows
from marketplace.account.demand_goods import commodity_of, kind_of
from marketplace.sourcing.models import Demand, DemandSlot
from marketplace.sourcing.services import inviting
from tests.factories.catalogue import make_pesantren, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_demand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mangosteen", "manggis"),
        ("mangosteens, grade A", "manggis"),
        ("Manggis Subang", "manggis"),
        ("المانغوستين", "manggis"),
        ("Snake fruit", "salak"),
        ("KOPIAH", "peci"),
        ("kopi robusta", "kopi"),
        ("Prayer cloak", "mukena"),
        ("Fresh shrimp", None),  # frozen shrimp is another good
        ("Durian", None),
        ("", None),
    ],
)
def test_named_in_any_language(text: str, code: str | None) -> None:
    kinds.load(rows.Tally())
    found = commodity_of(text)
    assert (found.code if found else None) == code


def test_a_kind_of_goods_is_named_exactly() -> None:
    kinds.load(rows.Tally())
    found = kind_of("Fresh produce")
    assert found is not None
    assert found.slug == "fresh_produce"
    assert kind_of("Fresh produce of Subang") is None
    assert kind_of("") is None


def test_a_typed_line_tells_those_who_have_it_and_an_unknown_one_says_so(client: Any) -> None:
    kinds.load(rows.Tally())
    manggis = make_commodity()
    goods_of(make_pesantren("contoh-satu"), manggis)
    company = make_company(make_user("pembeli-besar@example.com"))
    demand = make_demand([a_good(manggis)], company, open_it=False)
    client.force_login(admin_of(company))
    start = client.get(reverse("account:demand-lines", args=[demand.number])).context["form"]["start"].initial
    for name in ("Mangosteen", "Batu akik"):
        line = {"do": "add", "name": name, "quantity": "10", "unit": "kg", "start": start, "months": "1"}
        client.post(reverse("account:demand-lines", args=[demand.number]), line)
    assert "We do not know “Batu akik”" in client.get(reverse("account:demand", args=[demand.number])).text
    client.post(reverse("account:demand-open", args=[demand.number]))
    inviting.invite(demand=Demand.objects.get())
    told = demand.invited.values_list("line__name", flat=True)
    assert list(told) == ["Mangosteen", "Mangosteen"]


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        (date(2027, 2, 1), date(2027, 2, 28), True),
        (date(2027, 12, 1), date(2027, 12, 31), True),
        (date(2027, 2, 2), date(2027, 2, 28), False),
        (date(2027, 1, 1), date(2027, 2, 28), False),
    ],
)
def test_a_whole_month_is_called_by_its_name(first: date, last: date, whole: bool) -> None:
    assert DemandSlot(first=first, last=last, quantity=1).is_month is whole

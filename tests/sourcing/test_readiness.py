"""What is missing for a demand: what forbids an answer, what is only said, and who gets which paper."""

from typing import Any

import pytest
from django.utils import translation

from catalogue.models import Certificate, ProductClass
from marketplace.pesantren.models import StockRecord
from marketplace.sourcing.readiness import Readiness
from marketplace.sourcing.services import quotes
from marketplace.sourcing.services.quotes import QuoteError
from offtakers.models import Company
from tests.factories.catalogue import make_pesantren
from tests.factories.sourcing import SELLER, a_good, goods_of, make_commodity, make_demand, make_quote
from tests.sourcing.steps import refused

pytestmark = pytest.mark.django_db


def listed(code: str, **facts: Any) -> Any:
    """A listing of this class that says all an exporter needs of it."""
    product = goods_of(make_pesantren(f"contoh-{code}"), make_commodity())
    product.product_class = ProductClass.objects.get_or_create(slug=code, defaults={"name": code})[0]
    product.hs6, product.net_weight_g, product.gross_weight_g = "080450", 1_000, 1_100
    for name, value in facts.items():
        setattr(product, name, value)
    product.save()
    StockRecord.objects.filter(product=product).update(export_minimum=100)
    return product


def asked(country: str, *papers: str) -> Any:
    facts = {"country": country, "papers": list(papers)}
    if country != "ID":
        facts |= {"regency": None, "currency": "USD", "mode": "air"}
    return make_demand([a_good(make_commodity())], Company.objects.first(), **facts)


def lacks(product: Any, demand: Any) -> list[tuple[str, str, bool, bool]]:
    found = Readiness([product]).lacks(product, demand)
    return [(" ".join(one.any_of), one.asked_by, one.forbids, one.by_exporter) for one in found]


def test_a_paper_that_a_source_names_forbids_and_what_is_assumed_does_not() -> None:
    fruit, chips = listed("fresh_produce"), listed("dry_food")
    demand = asked("AE")
    assert lacks(fruit, demand) == [("paper:gap", "country", False, False)]
    assert lacks(chips, demand) == [("paper:halal", "country", True, False)]
    assert lacks(chips, asked("IT")) == []
    assert lacks(chips, asked("ID")) == []
    quote = make_quote(demand, chips, kind="supply", send=False)
    assert refused(QuoteError, quotes.send, quote=quote, person=None, actor=SELLER) == "ready"
    Certificate.objects.create(product=chips, kind="halal", number="ID1")
    quotes.send(quote=quote, person=None, actor=SELLER)
    make_quote(demand, fruit, kind="supply")  # an assumption forbids nothing


def test_facts_of_the_listing_are_the_exporters_to_ask_for() -> None:
    fruit = listed("fresh_produce", hs6="", net_weight_g=None)
    Certificate.objects.create(product=fruit, kind="gap", number="GAP-1")
    demand = asked("AE")
    assert lacks(fruit, demand) == [
        ("field:hs6", "country", False, False),
        ("field:weight", "country", False, False),
    ]
    with translation.override("en"):
        [first, _second] = Readiness([fruit]).lacks(fruit, demand)
        assert first.said == (
            "For United Arab Emirates your listing should say: HS code. You can answer; the exporter asks you for it."
        )


def test_what_the_buyer_wished_counts_for_goods_that_can_have_it() -> None:
    fruit, sarong = listed("fresh_produce"), listed("sarong")
    Certificate.objects.create(product=fruit, kind="gap", number="GAP-1")
    demand = asked("AE", "halal", "phyto", "organic")
    wished = [("paper:phyto", "wish", False, True), ("paper:organic", "wish", False, False)]
    assert lacks(fruit, demand) == wished
    assert lacks(sarong, demand) == wished, "no sarong has a halal certificate"
    at_home = asked("ID", "halal", "phyto")
    assert lacks(fruit, at_home) == [("paper:phyto", "wish", False, False)]
    assert lacks(listed("dry_food"), at_home)[0] == ("paper:halal", "wish", False, False)
    with translation.override("en"):
        said = [one.said for one in Readiness([fruit]).lacks(fruit, demand)]
    assert said == [
        "Phytosanitary certificate: the exporter gets it for the consignment. You can answer.",
        "The buyer asks for: Organic certificate. You can answer without it; say what you can show.",
    ]


def test_the_country_and_the_buyer_ask_for_one_paper_once() -> None:
    chips = listed("dry_food")
    assert lacks(chips, asked("AE", "halal")) == [("paper:halal", "country", True, False)]


def test_queries_do_not_grow(django_assert_num_queries: Any) -> None:
    demand = asked("AE", "organic")
    goods = [listed("fresh_produce"), listed("dry_food"), listed("sarong")]
    with django_assert_num_queries(5):
        papers = Readiness(goods)
        assert all(papers.lacks(one, demand) for one in goods)

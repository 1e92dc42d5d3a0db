"""For which countries goods are ready: the database against a plain reading of the CSV, and what the page says."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product as every
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from catalogue import export
from catalogue import queries as goods_queries
from catalogue.models import Certificate, Product, ProductClass
from catalogue.search.models import Entry
from marketplace.pesantren.models import StockRecord
from marketplace.reference.working_days import today
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db
CLASSES = ["fresh_produce", "dry_food", "frozen_food", "craft", "service"]
PAPERS: list[list[tuple[str, int | None]]] = [
    [],
    [("halal", None), ("gap", 0)],  # days from today on which it ends
    [("halal", -1), ("gap", -1)],
    [("halal", -1), ("halal", 400)],
    [("pirt", None)],
]
FACTS = [
    {},
    {"hs6": ""},
    {"net_weight_g": None},
    {"gross_weight_g": None},
]


def goods(
    code: str, facts: dict[str, Any], papers: list[tuple[str, int | None]], least: int | None
) -> Product:
    kind, _new = ProductClass.objects.get_or_create(slug=code, defaults={"name": code})
    found = make.make_product(**({"hs6": "080450"} | facts))
    Product.objects.filter(pk=found.pk).update(product_class=kind)
    StockRecord.objects.filter(product=found).update(export_minimum=least)
    for number, (paper, days) in enumerate(papers):
        ends = None if days is None else today() + timedelta(days=days)
        Certificate.objects.create(product=found, kind=paper, number=f"{number}", expires_on=ends)
    return Product.objects.get(pk=found.pk)


def brute(product: Product) -> list[str]:
    """The countries, read from the file by hand: once for all goods a country knows, every line of it holds."""
    with export.NEEDS.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["class_code"] == product.product_class.slug]

    def holds(one: str) -> bool:
        kind, code = one.split(":")
        if kind == "paper":
            papers = product.certificates.filter(kind=code)
            return any(paper.expires_on is None or paper.expires_on >= today() for paper in papers)
        return {
            "hs6": bool(product.hs6),
            "weight": bool(product.net_weight_g and product.gross_weight_g),
            "export_minimum": bool(product.stockrecords.get().export_minimum),
        }[code]

    return [
        country
        for country in sorted({r["country"] for r in rows})
        if all(any(map(holds, r["any_of"].split())) for r in rows if r["country"] == country)
    ]


def entry(product: Product) -> list[str]:
    return list(Entry.objects.get(pk=product.pk).export_to)


def test_the_database_reads_the_needs_as_a_person_would() -> None:
    export.load_needs()
    found = [goods(*one) for one in every(CLASSES, FACTS, PAPERS, [None, 0, 50])]
    expected = {product.pk: brute(product) for product in found}
    assert {product.pk: entry(product) for product in found} == expected
    seen = {(product.product_class.slug, tuple(expected[product.pk])) for product in found}
    assert seen == {
        ("fresh_produce", ()),
        ("fresh_produce", ("AE", "IT", "SA", "TR")),
        ("dry_food", ()),
        ("dry_food", ("IT", "TR")),
        ("dry_food", ("AE", "IT", "SA", "TR")),
        ("frozen_food", ()),
        ("frozen_food", ("TR",)),
        ("frozen_food", ("AE", "TR")),
        ("craft", ()),
        ("craft", ("AE", "IT", "SA", "TR")),
        ("service", ()),
    }


def test_the_page_and_the_database_agree() -> None:
    export.load_needs()
    for one in every(CLASSES, FACTS[:2], PAPERS[:3], [None, 50]):
        product = goods(*one)
        shown = export.export(goods_queries.listing(product.pk))
        if shown is None:
            assert product.product_class.slug == "service"
            continue
        ready = [country.name for country in shown.countries if country.known and not country.missing]
        names = {"AE": "Uni Emirat Arab", "IT": "Italia", "SA": "Arab Saudi", "TR": "Turki"}
        assert [names[code] for code in entry(product)] == ready


def test_each_change_is_followed() -> None:
    export.load_needs()
    product = goods("dry_food", {}, [], 50)
    assert entry(product) == ["IT", "TR"]
    paper = Certificate.objects.create(product=product, kind="halal", number="1", expires_on=today())
    assert entry(product) == ["AE", "IT", "SA", "TR"]
    paper.expires_on = today() - timedelta(days=1)
    paper.save()
    assert entry(product) == ["IT", "TR"]
    StockRecord.objects.update(export_minimum=None)
    assert entry(product) == []
    StockRecord.objects.update(export_minimum=10)
    Product.objects.update(hs6="")
    assert entry(product) == []
    Product.objects.update(hs6="080450")
    assert entry(product) == ["IT", "TR"]
    product.seller.sells = False
    product.seller.save()
    assert entry(product) == []


def test_a_changed_file_reaches_every_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    export.load_needs()
    product = goods("craft", {}, [], 50)
    assert entry(product) == ["AE", "IT", "SA", "TR"]
    monkeypatch.setattr(
        export, "needs", lambda: [export.Need("TR", "craft", "brand", ("paper:brand",), False)]
    )
    export.load_needs()
    assert entry(product) == []
    Certificate.objects.create(product=product, kind="brand", number="1")
    assert entry(product) == ["TR"]


def test_loading_the_same_again_writes_nothing() -> None:
    export.load_needs()
    goods("craft", {}, [], 50)
    with connection.execute_wrapper(_reads_only):
        export.load_needs()


def _reads_only(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    assert sql.startswith(("SELECT", "SAVEPOINT", "RELEASE")), sql
    assert "opop_index_facts" not in sql
    return execute(sql, params, many, context)


def rows(client: Client, product: Product) -> dict[str, str]:
    with translation.override("en"):
        text = client.get(product.get_absolute_url()).content.decode()
    part = re.search(r'aria-labelledby="export">(.*?)</section>', text, re.DOTALL)
    if part is None:
        return {}
    found = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', part[1], re.DOTALL)
    note = re.search(r'<p class="small">(.*?)</p>', part[1], re.DOTALL)
    assert note
    return {name: re.sub(r"<[^>]+>", "", said).strip() for name, said in found} | {"note": note[1]}


def test_the_page_says_what_is_missing(client: Client) -> None:
    product = goods("frozen_food", {"gross_weight_g": None}, [("halal", -1)], 50)
    shown = rows(client, product)
    assert shown == {
        "United Arab Emirates": "Not yet. Missing: net and gross weight; Halal certificate, valid today",
        "Italy": "We do not know yet what these goods need there.",
        "Saudi Arabia": "We do not know yet what these goods need there.",
        "Türkiye": "Not yet. Missing: net and gross weight",
        "note": "This is what the listing itself needs. Papers of a consignment come with the order."
        " Assumed by us, no source names it: minimum for export.",
    }
    Product.objects.update(gross_weight_g=400)
    shown = rows(client, product)
    assert (shown["United Arab Emirates"], shown["Türkiye"]) == (
        "Not yet. Missing: Halal certificate, valid today",
        "Ready",
    )


def test_nothing_is_said_where_nothing_can_be_bought(client: Client) -> None:
    product = goods("craft", {}, [], 50)
    assert rows(client, product)["Italy"] == "Ready"
    service = goods("service", {}, [], 50)
    assert rows(client, service) == {}
    product.seller.sells = False
    product.seller.save()
    assert rows(client, product) == {}


def test_the_page_asks_the_database_once(client: Client, queries: Callable[..., list[str]]) -> None:
    product = goods("craft", {}, PAPERS[1], 50)
    asked = queries(client, product.get_absolute_url())
    assert len([sql for sql in asked if "opop_export" in sql]) == 1
    assert len(asked) <= 12
    assert len(queries(client, product.get_absolute_url())) <= 8  # what stands below it is kept five minutes

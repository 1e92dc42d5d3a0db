"""For which countries a listing is ready, by the needs of data/export_needs.csv (column `assumed` says which of
them no source names). Only what a pesantren can have before anything is sold; papers of a consignment do not count.

Lists ask the database (opop_export_to of search/migrations/0002_export.py); the page of a listing says why.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalogue.models import Certificate, Product
from marketplace.pesantren.models import StockRecord

NEEDS = Path(__file__).resolve().parent / "data" / "export_needs.csv"
FIELDS = {
    "hs6": gettext_lazy("HS code"),
    "weight": gettext_lazy("net and gross weight"),
    "carton": gettext_lazy("size and content of a carton"),
    "export_minimum": gettext_lazy("minimum for export"),
}


@dataclass(frozen=True)
class Need:
    """What goods of one class need for one country: one of these papers or fields."""

    country: str
    class_code: str
    need: str
    any_of: tuple[str, ...]
    assumed: bool

    @property
    def text(self) -> str:
        return _(" or ").join(_word(one) for one in self.any_of)


@dataclass(frozen=True)
class Country:
    """One row on the page of a listing. `known`: we know what such goods need there."""

    name: str
    known: bool
    missing: list[str]


@dataclass(frozen=True)
class Export:
    countries: list[Country]
    assumed: list[str]


@cache
def needs() -> list[Need]:
    with NEEDS.open(encoding="utf-8", newline="") as file:
        return [
            Need(r["country"], r["class_code"], r["need"], tuple(r["any_of"].split()), r["assumed"] == "yes")
            for r in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Gap:
    """One need that a listing does not meet, and the countries that ask for it."""

    text: str
    any_of: tuple[str, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True)
class Readiness:
    ready: list[str]  # names of countries
    gaps: list[Gap]


def readiness(product: Product) -> Readiness | None:
    """The same for whoever keeps the listing, need by need; None for goods that nobody sells abroad from here.

    One query. Shown before it sells here, too: it can be made ready.
    """
    kind = product.product_class
    asked = [need for need in needs() if kind and need.class_code == kind.slug]
    if not asked:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT opop_export_has(%s)", [product.pk])
        has = set(cursor.fetchone()[0])
    names = Locale.parse(get_language() or "id").territories
    lacks: dict[tuple[str, ...], list[Need]] = {}
    for need in asked:
        if not has & set(need.any_of):
            lacks.setdefault(need.any_of, []).append(need)
    short = {need.country for rows in lacks.values() for need in rows}
    return Readiness(
        ready=[names.get(code, code) for code in sorted({need.country for need in asked} - short)],
        gaps=[
            Gap(rows[0].text, any_of, tuple(names.get(need.country, need.country) for need in rows))
            for any_of, rows in lacks.items()
        ],
    )


def export(product: Product) -> Export | None:
    """What is ready and what is missing, country by country; None for goods that nobody sells abroad from here.

    Expects a listing from queries.listing.
    """
    kind = product.product_class
    asked = [need for need in needs() if kind and need.class_code == kind.slug]
    if not asked or not product.seller.sells:
        return None
    has = set(product.export_has)  # type: ignore[attr-defined]
    known = {need.country for need in asked}
    names = Locale.parse(get_language() or "id").territories
    return Export(
        countries=[
            Country(
                name=names.get(code, code),
                known=code in known,
                missing=[n.text for n in asked if n.country == code and not has & set(n.any_of)],
            )
            for code in sorted({need.country for need in needs()})
        ],
        assumed=list(dict.fromkeys(need.text for need in asked if need.assumed)),
    )


def words_of(products: Iterable[Product], day: date) -> dict[int, set[str]]:
    """What each of these has on a day, by id, in the words of any_of; opop_export_has says it of today. Two queries."""
    goods = list(products)
    ids = [one.pk for one in goods]
    lasts = Q(expires_on=None) | Q(expires_on__gte=day)
    papers = Certificate.objects.filter(lasts, product__in=ids).values_list("product", "kind")
    exported = StockRecord.objects.filter(product__in=ids, export_minimum__gt=0)
    least = set(exported.values_list("product", flat=True))
    found: dict[int, set[str]] = {}
    for one in goods:
        said = {
            "field:hs6": bool(one.hs6),
            "field:weight": bool(one.net_weight_g and one.gross_weight_g),
            "field:carton": bool(one.carton_quantity and one.carton_cm),
            "field:export_minimum": one.pk in least,
        }
        found[one.pk] = {word for word, is_there in said.items() if is_there}
    for product, kind in papers:
        found[product].add(f"paper:{kind}")
    return found


def _word(one: str) -> str:
    kind, _colon, code = one.partition(":")
    if kind == "field":
        return str(FIELDS[code])
    return _("%(paper)s, valid today") % {"paper": dict(Certificate.KINDS)[code]}


def load_needs() -> None:
    """Bring the table to what the file says; where that changed, every entry is made to follow."""
    rows = {(one.country, one.class_code, one.need, one.any_of) for one in needs()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT country, class_code, need, any_of FROM search_export_need")
        if {
            (country, code, need, tuple(any_of)) for country, code, need, any_of in cursor.fetchall()
        } == rows:
            return
        cursor.execute("DELETE FROM search_export_need")
        insert = "INSERT INTO search_export_need (country, class_code, need, any_of) VALUES (%s, %s, %s, %s)"
        cursor.executemany(insert, [(*row[:3], list(row[3])) for row in sorted(rows)])
        cursor.execute("SELECT opop_index_facts(ARRAY(SELECT product_id FROM search_entry))")

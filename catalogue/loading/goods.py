"""The listings: facts, price, terms, steps, attributes, certificates."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from catalogue.loading.rows import DATA, Row, Tally, put, read
from catalogue.models import (
    Category,
    Certificate,
    Commodity,
    Product,
    ProductAttribute,
    ProductAttributeValue,
    ProductCategory,
    ProductClass,
    Unit,
)
from catalogue.permits import states as permit_states
from catalogue.permits.kinds import DECLARED, Kind
from catalogue.permits.models import Permit
from marketplace.pesantren import capacity
from marketplace.pesantren.models import Partner, PriceTier, StockRecord
from marketplace.reference.models import Regency


@dataclass(frozen=True)
class Sources:
    """The files the listings come from."""

    goods: tuple[Path, ...] = (DATA / "products.csv", DATA / "contoh_products.csv")
    certificates: Path = DATA / "certificates.csv"


@dataclass
class Known:
    """What rows may name by code, read once."""

    partners: dict[str, Partner] = field(default_factory=lambda: {p.code: p for p in Partner.objects.all()})
    joined: set[str] = field(
        default_factory=lambda: set(
            Partner.objects.filter(members__isnull=False).values_list("code", flat=True)
        )
    )
    sectors: dict[str, Category] = field(
        default_factory=lambda: {c.code: c for c in Category.objects.exclude(code=None)}
    )
    classes: dict[str, ProductClass] = field(
        default_factory=lambda: {c.slug: c for c in ProductClass.objects.all()}
    )
    units: dict[str, Unit] = field(default_factory=lambda: {u.code: u for u in Unit.objects.all()})
    commodities: dict[str, Commodity] = field(
        default_factory=lambda: {c.code: c for c in Commodity.objects.all()}
    )
    regencies: dict[str, Regency] = field(default_factory=lambda: {r.code: r for r in Regency.objects.all()})
    attributes: dict[tuple[int, str], ProductAttribute] = field(
        default_factory=lambda: {(a.product_class_id, a.code): a for a in ProductAttribute.objects.all()}
    )
    values: dict[str, Row] = field(
        default_factory=lambda: {row.text("value_id"): row for row in read(DATA / "attribute_values.csv")}
    )


def load(tally: Tally, sources: Sources) -> Iterator[tuple[Row, Product]]:
    """Each listing with the row it came from, so that pictures can follow; certificates at the end."""
    known = Known()
    for path in sources.goods:
        for row in read(path):
            product, is_kept = _product(tally, row, known)
            if not is_kept:
                sector = row.pick("sector", known.sectors)
                put(tally, ProductCategory, {"product": product, "category": sector}, {})
            _stock(tally, row, product)
            if row.cells.get("attributes") and not is_kept:
                _attributes(tally, row, product, known)
            yield row, product
    for row in read(sources.certificates):
        _certificate(tally, row)


def _product(tally: Tally, row: Row, known: Known) -> tuple[Product, bool]:
    """The listing, and whether it is kept as it is: somebody works for its pesantren here and says what it is."""
    code = row.text("code", required=True)
    is_kept = row.text("pesantren") in known.joined and Product.objects.filter(code=code).exists()
    facts: dict[str, Any] = row.texts("name", "title") | row.texts("description")
    row.text("name_id", required=True)
    facts |= {
        "slug": slugify(code),
        "product_class": row.pick("class_code", known.classes),
        "partner": row.pick("pesantren", known.partners),
        "unit": row.pick("unit", known.units),
        "commodity": row.maybe("commodity", known.commodities),
        "origin": row.maybe("origin_regency_code", known.regencies),
        "harvest_months": row.months("harvest_months"),
        "hs6": row.text("hs6"),
        "hs8": row.text("id_hs8"),
        "net_weight_g": row.number("net_weight_g", least=1),
        "gross_weight_g": row.number("gross_weight_g", least=1),
        "carton_quantity": row.number("carton_quantity", least=1),
        "carton_cm": row.text("carton_cm"),
        "source": row.text("source"),
    }
    return put(tally, Product, {"code": code}, facts, once=is_kept), is_kept


def _stock(tally: Tally, row: Row, product: Product) -> None:
    """Price, stock and terms. A seller's own are set once: what was sold or changed since stays as it is."""
    code, partner = row.text("code"), product.seller
    facts = {
        "partner": partner,
        "partner_sku": code,
        "price_currency": "IDR",
        "price": Decimal(row.number("price_idr", required=True, least=1) or 0),
        "num_in_stock": (row.number("stock") or 0) if partner.sells else 0,
        "minimum": row.number("minimum_domestic", required=True, least=1),
        "multiple": row.number("multiple_domestic", required=True, least=1),
        "export_minimum": row.number("minimum_export"),
        "export_multiple": row.number("multiple_export") or 1,
        "lead_days": row.number("lead_days"),
        "example_fields": row.words("example_fields"),
    }
    if "weekly_capacity" in row.cells:
        facts["weekly_capacity"] = row.number("weekly_capacity", least=1)  # made to order; empty: by count
    record = put(tally, StockRecord, {"product": product}, facts, once=partner.sells)
    capacity.refresh(record)
    if "tiers" in row.cells and not record.tiers.exists():
        _tiers(tally, row, record)


def _tiers(tally: Tally, row: Row, record: StockRecord) -> None:
    """The first step is the price itself, from the minimum on; later steps are rows."""
    for pair in row.words("tiers"):
        quantity, _, price = pair.partition(":")
        if not (quantity.isdigit() and price.isdigit()):
            raise row.fault(f'"tiers" should read like "10:38000 100:36000", not "{pair}".')
        if int(quantity) > record.minimum:
            put(tally, PriceTier, {"stockrecord": record, "quantity": int(quantity)}, {"price": int(price)})


def _attributes(tally: Tally, row: Row, product: Product, known: Known) -> None:
    for pair in row.text("attributes").split("|"):
        code, _, value = pair.partition("=")
        attribute = known.attributes.get((product.product_class_id, code.strip()))
        if attribute is None:
            raise row.fault(f'"attributes" names "{code}", which its class does not have.')
        values = _value(row, attribute, value.strip(), known)
        put(tally, ProductAttributeValue, {"product": product, "attribute": attribute}, values)


def _value(row: Row, attribute: ProductAttribute, value: str, known: Known) -> dict[str, Any]:
    if attribute.type == ProductAttribute.TEXT:
        translated = known.values.get(value)
        other = translated.texts("value", "value_text") if translated else {}
        return other | {"value_text_ind": value}
    try:
        if attribute.type == ProductAttribute.BOOLEAN:
            return {"value_boolean": {"true": True, "false": False}[value]}
        return {f"value_{attribute.type}": float(value) if attribute.type == "float" else int(value)}
    except (KeyError, ValueError) as error:
        raise row.fault(
            f'"{attribute.code}" should be {attribute.get_type_display()}, not "{value}".'
        ) from error


def _certificate(tally: Tally, row: Row) -> None:
    """A paper of a fictional pesantren: the confirmed permit, and the certificate that its page shows."""
    product = Product.objects.filter(code=row.text("product_code", required=True)).first()
    if product is None:
        raise row.fault(f'"product_code" names "{row.text("product_code")}", which no file defines.')
    kind = row.text("kind", required=True)
    if kind not in Kind.values:
        raise row.fault(f'"kind" knows no "{kind}".')
    facts = {
        "issuer": row.text("issuer"),
        "valid_from": row.date("valid_from"),
        "expires_on": row.date("expires_on"),
        "is_example": row.flag("is_example"),
    }
    number = row.text("number", kind not in DECLARED)
    key = {"partner": product.seller, "kind": kind, "number": number, "state": permit_states.CONFIRMED}
    put(tally, Permit, key, facts).products.add(product)
    if kind not in DECLARED:
        put(tally, Certificate, {"product": product, "kind": kind, "number": number}, facts)

"""The facts of a listing as rows: what one receives, certificates, sources."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from catalogue import season
from catalogue.cards import quantity_text
from catalogue.models import Certificate, DeliveryKind, Product, ProductAttributeValue  # type: ignore[attr-defined]
from marketplace.pesantren.models import StockRecord
from marketplace.reference import working_days


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    is_example: bool = False
    is_code: bool = False


@dataclass(frozen=True)
class Paper:
    label: str
    number: str
    issuer: str
    valid_text: str
    expired: bool
    is_example: bool


def grams(weight: int) -> str:
    if weight < 1000:
        return f"{weight} g"
    kilograms = Decimal(weight) / 1000
    return f"{number_format(f'{kilograms.normalize():f}', force_grouping=True)} kg"


def _range(text: str) -> str:
    """ "12..14" of the data as words."""
    first, dots, last = text.partition("..")
    return season.span(first, last) if dots else text


def facts(product: Product, record: StockRecord | None, unit: str, examples: frozenset[str]) -> list[Fact]:
    """The table "What you receive": attributes of the class, pack, codes, places."""
    found = [attribute_fact(value, "attributes" in examples) for value in product.attribute_values.all()]
    given = {value.attribute.code for value in product.attribute_values.all()}
    found += commodity_facts(product, given, examples)
    weight, carton = "weight" in examples, "carton" in examples
    if product.net_weight_g:
        label = _("Net weight per %(unit)s") % {"unit": unit}
        found.append(Fact(label, grams(product.net_weight_g), weight))
    if product.gross_weight_g:
        label = _("Gross weight per %(unit)s") % {"unit": unit}
        found.append(Fact(label, grams(product.gross_weight_g), weight))
    if product.carton_quantity:
        size = f", {product.carton_cm.replace('x', ' × ')} cm" if product.carton_cm else ""
        found.append(Fact(_("Carton"), quantity_text(product.carton_quantity, unit) + size, carton))
    if product.seller.sells:
        found.append(Fact(_("Delivery"), delivery_text(product)))
    found += [
        Fact(label, code, "hs6" in examples, is_code=True)
        for label, code in ((_("HS code (6 digits)"), product.hs6), (_("Indonesian HS code"), product.hs8))
        if code
    ]
    if record and record.export_minimum and record.export_minimum != record.minimum:
        text = quantity_text(record.export_minimum, unit)
        found.append(Fact(_("Minimum for export"), text, "minimum" in examples))
    return found


def delivery_text(product: Product) -> str:
    """How goods of this class may travel; what each costs depends on the address, at checkout."""
    kind = product.product_class
    if kind is None or not kind.requires_shipping:
        return _("A service: nothing is shipped")
    labels = dict(DeliveryKind.choices)
    return _(", ").join(str(labels[code]) for code in kind.delivery_kinds if code in labels)


def attribute_fact(value: ProductAttributeValue, is_example: bool) -> Fact:
    shown: Any = value.value
    if isinstance(shown, bool):
        shown = _("Yes") if shown else _("No")
    return Fact(value.attribute.name, str(shown), is_example)


def commodity_facts(product: Product, given: set[str], examples: frozenset[str]) -> list[Fact]:
    """Facts of the commodity that the listing does not state itself."""
    commodity = product.commodity
    if commodity is None:
        return []
    rows = [
        ("storage_celsius", _("Storage temperature"), commodity.storage_celsius, "%s °C"),
        ("humidity", _("Humidity in storage"), commodity.humidity.replace("-", ".."), "%s"),
        ("shelf_life", _("Shelf life"), commodity.shelf_life_days, _("%s days")),
    ]
    return [
        Fact(label, form % _range(text), bool({code, f"{code}_days"} & examples))
        for code, label, text, form in rows
        if text and code not in given
    ]


def paper(row: Certificate) -> Paper:
    expired = row.expires_on is not None and row.expires_on < working_days.today()
    text = ""
    if row.expires_on:
        day = date_format(row.expires_on, "j F Y")
        text = _("expired on %(day)s") % {"day": day} if expired else _("valid until %(day)s") % {"day": day}
    label = str(row.get_kind_display())
    return Paper(label, row.number, row.issuer, text, expired, row.is_example)


def source_links(source: str) -> list[str]:
    """The web addresses in a note on sources; notes themselves are for the keepers of the data."""
    return list(dict.fromkeys(re.findall(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[^\s;,\[\]]+", source)))

"""What goods can be: units, sectors (Oscar's root categories), classes with their attributes, commodities."""

from typing import Any

from catalogue.loading import claims
from catalogue.loading.rows import DATA, Row, Tally, put, read
from catalogue.models import Category, Commodity, DeliveryKind, ProductAttribute, ProductClass, Unit
from catalogue.permits.kinds import Kind
from catalogue.permits.models import PermitRule


def load(tally: Tally) -> None:
    for row in read(DATA / "units.csv"):
        facts: dict[str, Any] = row.texts("name") | {"pieces": row.number("pieces", required=True, least=1)}
        facts["net_g"] = row.number("net_g", least=1)
        put(tally, Unit, {"code": row.text("code", required=True)}, facts)
    for row in read(DATA / "sectors.csv"):
        _sector(tally, row)
    sectors = {sector.code: sector for sector in Category.objects.exclude(code=None)}
    for row in read(DATA / "product_classes.csv"):
        _class(tally, row, sectors)
    classes = {kind.slug: kind for kind in ProductClass.objects.all()}
    for row in read(DATA / "class_attributes.csv"):
        key = {"product_class": row.pick("class_code", classes), "code": row.text("code", required=True)}
        put(tally, ProductAttribute, key, row.texts("name") | {"type": row.text("type", required=True)})
    for row in read(DATA / "commodities.csv"):
        _commodity(tally, row, classes)
    goods = {commodity.code: commodity for commodity in Commodity.objects.all()}
    for row in read(DATA / "permit_rules.csv"):
        _rule(tally, row, classes, goods)
    claims.load(tally)


def _sector(tally: Tally, row: Row) -> None:
    code, names = row.text("code", required=True), row.texts("name")
    if Category.objects.filter(code=code).exists():
        put(tally, Category, {"code": code}, names)
        return
    Category.objects.add_root(instance=Category(code=code, slug=code, **names))
    tally.new["category"] += 1


def _class(tally: Tally, row: Row, sectors: dict[str, Category]) -> None:
    kinds = row.words("delivery_kinds")
    unknown = set(kinds) - set(DeliveryKind.values)
    if unknown:
        raise row.fault(f'"delivery_kinds" knows no "{sorted(unknown)[0]}".')
    facts = row.texts("name") | {
        "requires_shipping": row.flag("ships"),
        "track_stock": True,
        "perishable": row.flag("perishable"),
        "grows": row.flag("grows"),
        "delivery_kinds": kinds,
        "claim_hours": row.number("claim_hours", required=True, least=1),
        "sector": row.pick("sector", sectors),
    }
    put(tally, ProductClass, {"slug": row.text("code", required=True)}, facts)


def _commodity(tally: Tally, row: Row, classes: dict[str, ProductClass]) -> None:
    code = row.text("code", required=True)
    plain = ("also", "hs6", "storage_celsius", "humidity", "shelf_life_days", "grades", "export_mode", "note")
    facts: dict[str, Any] = row.texts("name") | {name: row.text(name) for name in plain}
    facts |= {
        "product_class": row.pick("class_code", classes),
        "hs8": row.text("id_hs8"),
        "harvest_months": row.months("harvest_months"),
        "assumed": row.words("assumed"),
    }
    put(tally, Commodity, {"code": code}, facts)


def _rule(tally: Tally, row: Row, classes: dict[str, ProductClass], goods: dict[str, Commodity]) -> None:
    kinds = row.words("kinds")
    if unknown := set(kinds) - set(Kind.values):
        raise row.fault(f'"kinds" knows no "{sorted(unknown)[0]}".')
    key = {
        "product_class": row.pick("class_code", classes),
        "commodity": row.maybe("commodity", goods),
        "topic": row.text("topic", required=True),
        "valid_from": row.date("valid_from"),
    }
    facts = {
        "kinds": kinds,
        "valid_until": row.date("valid_until"),
        "source": row.text("source", required=True),
        "is_assumed": row.flag("is_assumed"),
    }
    put(tally, PermitRule, key, facts)

"""Goods that reach the packing house of the exporter of the tests."""

from typing import Any

from catalogue.lots.models import Lot
from catalogue.models import Product
from marketplace.exports.goods import allowance
from marketplace.exports.models import ConsignmentLine, GoodsReceipt, PackingHouse, ReceiptLine
from marketplace.exports.services import goods, receiving
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.pesantren.models import Partner
from tests.factories import lots
from tests.factories.exports import DESK, Desk


def a_house(exporter: Partner, name: str = "Rumah Kemas Contoh") -> PackingHouse:
    return PackingHouse.objects.create(
        exporter=exporter, name=name, address="Jl. Contoh 1", regency=exporter.regency
    )


def fresh(of: Desk) -> Desk:
    """As the catalogue has them: 12..14, 10..13 and 12 °C; they keep 14, 7 and 7 days at least."""
    facts = {"manggis": ("12..14", "14..28"), "jengkol": ("10..13", "7..14"), "rambutan": ("12", "7..21")}
    for part in of.parts:
        for line in part.lines.select_related("line__product__commodity"):
            kind = line.line.product.commodity
            kind.storage_celsius, kind.shelf_life_days = facts[kind.code]
            kind.save()
    return of


def line_of(of: Desk, code: str) -> FulfilmentLine:
    """The line of a part with this commodity, as it is now."""
    rows = FulfilmentLine.objects.filter(fulfilment__order=of.order, line__product__commodity__code=code)
    return rows.select_related("fulfilment__order", "fulfilment__partner", "line__product").get()


def a_lot(product: Product, quantity: int = 1000, **kw: Any) -> Lot:
    """Harvested today unless told otherwise."""
    return lots.a_lot(product, quantity, **kw)


def wanted(line: FulfilmentLine, quantity: int, lot: Lot | None = None, **facts: Any) -> goods.Wanted:
    """In baskets of 10 kg, half a kilogram each."""
    packages = -(-quantity // 10)
    packed = {
        "description": line.line.title,
        "unit_value": 200,
        "packing": ConsignmentLine.Packing.BASKET,
        "packages": packages,
        "net_g": quantity * 1000,
        "gross_g": quantity * 1000 + packages * 500,
    }
    return goods.Wanted(line, lot, quantity, {**packed, **facts})


def weighed(
    receipt: GoodsReceipt, line: FulfilmentLine, accepted: int, lot: Lot | None = None, **rest: int
) -> ReceiptLine:
    """So many grams; the rest is downgraded, rejected, shrinkage."""
    amounts = {"weighed": accepted + sum(rest.values()), "accepted": accepted, **rest}
    facts = {"amounts": amounts, "reason": "di bawah mutu" if rest else "", "actor": DESK}
    return receiving.weigh(receipt=receipt, line=line, lot=lot, **facts)


def a_receipt(part: Fulfilment, house: PackingHouse | None = None) -> GoodsReceipt:
    house = house or PackingHouse.objects.first()
    assert house
    return receiving.open_receipt(part=part, house=house, actor=DESK, grader="Contoh Juru Timbang")


def left(line: FulfilmentLine) -> int:
    """What consignments may still take of it."""
    return allowance.may_travel(line) - allowance.held(line)

"""For the access table: a consignment that is being prepared, a truck, and goods on the scales."""

from typing import Any
from uuid import uuid4

from marketplace.exports.services import pick_ups
from marketplace.reference.working_days import today
from tests.factories.exports import DESK, a_consignment, desk
from tests.factories.receiving import a_house, a_receipt


def with_export_desk() -> dict[str, Any]:
    of = desk()
    row = a_consignment(of)
    house = a_house(of.exporter)
    stops = [pick_ups.Stop(of.parts[1])]
    truck = pick_ups.plan(house=house, day=today(), vehicle="D 1 XY", stops=stops, actor=DESK)
    return {
        "export_consignment": row.number,
        "consignment_line": row.lines.all()[0].pk,
        "part_line": row.lines.all()[0].part_id,
        "packing_house": house.pk,
        "pick_up": truck.number,
        "goods_receipt": (receipt := a_receipt(of.parts[0], house)).number,
        "weighed_line": receipt.part.lines.all()[0].pk,
        "no_lot": 0,
        "receipt_photo": uuid4(),
    }

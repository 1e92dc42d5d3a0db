"""How goods are packed if nobody says otherwise: from the listing, to be looked over by the coordinator."""

import re
from typing import Any

from django.utils import translation

from marketplace.exports import tariffs
from marketplace.exports.goods import storage, units
from marketplace.exports.models import ConsignmentLine
from marketplace.fulfilment.models import FulfilmentLine

PER_PACKAGE_G = 10_000  # where the listing says nothing of cartons (assumed)


def suggested(line: FulfilmentLine, quantity: int, country: str, unit_value: int) -> dict[str, Any]:
    """Values of goods.PACK_FIELDS. `line` comes with its product, commodity and unit."""
    product = line.line.product
    net = units.net_g(line) * quantity or quantity
    gross = max(units.gross_g(line) * quantity, net)
    carton = product.carton_quantity if product else None
    packages = -(-quantity // carton) if carton else max(-(-net // PER_PACKAGE_G), 1)
    cooled = storage.need_of(product).is_cooled
    sizes = [int(side) * 10 for side in re.findall(r"\d+", product.carton_cm if product else "")][:3]
    length, width, height = sizes if len(sizes) == 3 else (0, 0, 0)
    return {
        "description": english(line),
        "unit_value": unit_value,
        "packing": ConsignmentLine.Packing.BASKET if cooled else ConsignmentLine.Packing.CARTON,
        "packages": packages,
        "net_g": net,
        "gross_g": gross,
        "length_mm": length,
        "width_mm": width,
        "height_mm": height,
        "hs_origin": tariffs.code_of(product, "ID") if product else "",
        "hs_destination": tariffs.code_of(product, country) if product else "",
    }


def english(line: FulfilmentLine) -> str:
    """As papers name it: the frozen English name, else the commodity's."""
    product = line.line.product
    with translation.override("en"):
        name = line.line.title_texts.get("en")
        name = name or (product.commodity.name if product and product.commodity else line.line.title)
    return str(name)[:120]

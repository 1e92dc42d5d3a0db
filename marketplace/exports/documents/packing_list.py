"""Packing list: what is in which package, and what it weighs. It shows no value."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place"),
    "exporter": ("name", "address"),
    "consignee": ("name", "address"),
    "notify": ("name", "address"),
    "goods": (
        "description",
        "quantity",
        "unit",
        "packing",
        "packages",
        "first_mark",
        "last_mark",
        "net_g",
        "gross_g",
        "size_mm",
        "volume_cm3",
        "lot",
        "grown_in",
    ),
    "totals": ("packages", "net_g", "gross_g", "volume_cm3"),
    "transport": ("origin", "destination", "setpoint"),
    "dates": (),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    total = part["totals"]
    return base.plain(
        "Packing list",
        boxes=[
            base.box("exporter", part["exporter"]),
            base.box("consignee", part["consignee"]),
            base.box("notify", part["notify"]),
        ],
        facts=[*base.way(part), base.cell("setpoint", part["transport"]["setpoint"])],
        columns=[
            base.column("marks"),
            base.column("description", "1fr"),
            base.column("packages"),
            base.column("quantity", end=True),
            base.column("net", end=True, more=", kg"),
            base.column("gross", end=True, more=", kg"),
            base.column("size", end=True),
            base.column("volume", end=True, more=", m³"),
        ],
        rows=[_row(line) for line in part["goods"]],
        foot=[
            "Total",
            "",
            f"{total['packages']:,}",
            "",
            base.kg(total["net_g"]),
            base.kg(total["gross_g"]),
            "",
            base.m3(total["volume_cm3"]),
        ],
        notes=["Numbers are those on the packages. Sizes are of one package: length × width × height."],
    )


def _row(line: Facts) -> list[str]:
    lot = f"Lot {line['lot']}, {line['grown_in']}" if line["lot"] else line["grown_in"]
    return [
        base.marks(line),
        f"{line['description']}\n{lot}",
        base.packages(line),
        base.quantity(line),
        base.kg(line["net_g"]),
        base.kg(line["gross_g"]),
        base.size(line),
        base.m3(line["volume_cm3"]),
    ]

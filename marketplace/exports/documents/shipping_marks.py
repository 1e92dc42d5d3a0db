"""Shipping marks: one label for each package, to be read from a distance by people who know no English."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import Head
from marketplace.exports.papers.facts import Facts, Shows

TEMPLATE = "export_marks"
SHOWS: Shows = {
    "consignment": ("number", "place"),
    "exporter": ("name",),
    "consignee": ("name",),
    "goods": ("description", "packages", "first_mark", "last_mark", "net_g", "gross_g", "lot"),
    "totals": ("packages",),
    "transport": ("destination", "setpoint"),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    labels = [
        {
            "number": str(mark),
            "goods": line["description"],
            "net": base.kg(line["net_g"] // line["packages"]),
            "gross": base.kg(line["gross_g"] // line["packages"]),
            "lot": line["lot"],
        }
        for line in sorted(part["goods"], key=lambda line: line["first_mark"])
        for mark in range(line["first_mark"], line["last_mark"] + 1)
    ]
    return {
        **base.plain("Shipping marks", signatures=[]),
        "labels": labels,
        "of": part["totals"]["packages"],
        "consignee": part["consignee"]["name"],
        "to": base.place(part["transport"]["destination"]),
        "setpoint": part["transport"]["setpoint"],
        "from": part["exporter"]["name"],
        "columns": [
            base.column("marks", end=True),
            base.column("description", "1fr"),
            base.column("net", end=True, more=", kg"),
            base.column("gross", end=True, more=", kg"),
        ],
        "rows": [[one["number"], one["goods"], one["net"], one["gross"]] for one in labels],
    }

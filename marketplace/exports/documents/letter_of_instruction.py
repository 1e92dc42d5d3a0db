"""Shipper's letter of instruction: what the forwarder books, on which terms, and how the goods are kept."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import WITH_FREIGHT, Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place", "country"),
    "exporter": ("name", "address", "npwp"),
    "consignee": ("name", "address"),
    "notify": ("name", "address"),
    "goods": ("description", "hs_origin", "packing", "packages", "net_g", "gross_g", "volume_cm3"),
    "totals": ("packages", "net_g", "gross_g", "volume_cm3"),
    "transport": ("origin", "destination", "setpoint"),
    "dates": ("cutoff_at", "departs_at", "arrives_at"),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    total, dates = part["totals"], part["dates"]
    return base.plain(
        "Shipper's letter of instruction",
        "Surat instruksi pengapalan",
        boxes=[
            base.box("exporter", part["exporter"], True),
            base.box("consignee", part["consignee"], True),
            base.box("notify", part["notify"], True),
        ],
        facts=[
            *base.way(part, True),
            base.cell("arrives", base.moment(dates["arrives_at"]), True),
            base.cell("setpoint", part["transport"]["setpoint"] or "Dry, not cooled", True),
        ],
        columns=[
            base.column("description", "1fr", True),
            base.column("hs", both=True),
            base.column("packages", both=True),
            base.column("net", both=True, end=True, more=", kg"),
            base.column("gross", both=True, end=True, more=", kg"),
            base.column("volume", both=True, end=True, more=", m³"),
        ],
        rows=[_row(line) for line in part["goods"]],
        foot=[
            "Total",
            "",
            f"{total['packages']:,}",
            base.kg(total["net_g"]),
            base.kg(total["gross_g"]),
            base.m3(total["volume_cm3"]),
        ],
        notes=_notes(part),
        signatures=[base.word("signature", True)],
    )


def _row(line: Facts) -> list[str]:
    return [
        line["description"],
        line["hs_origin"] or "–",
        base.packages(line),
        base.kg(line["net_g"]),
        base.kg(line["gross_g"]),
        base.m3(line["volume_cm3"]),
    ]


def _notes(part: Facts) -> list[str]:
    prepaid = part["consignment"]["incoterm"] in WITH_FREIGHT
    cooled = part["transport"]["setpoint"]
    notes = [
        "Please book the goods above and send us the confirmation with the cut-off.",
        "Freight prepaid." if prepaid else "Freight collect: it is paid by the consignee.",
    ]
    if cooled:
        notes.append(
            f"Keep at {cooled} all the way, with a temperature logger; never freeze, never leave in the sun."
        )
    return notes

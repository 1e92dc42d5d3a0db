"""Request for a phytosanitary certificate: reported online to Badan Karantina at least 24 hours before loading."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place", "country"),
    "exporter": ("name", "address", "npwp"),
    "consignee": ("name", "address"),
    "goods": (
        "description",
        "hs_origin",
        "quantity",
        "unit",
        "packing",
        "packages",
        "first_mark",
        "last_mark",
        "net_g",
        "gross_g",
        "grown_in",
        "lot",
    ),
    "totals": ("packages", "net_g", "gross_g"),
    "transport": ("carrier", "voyage", "container", "origin", "destination"),
    "dates": ("cutoff_at", "departs_at"),
    "papers": ("packing_list",),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    total, transport = part["totals"], part["transport"]
    packed = part["papers"].get("packing_list", {"number": ""})
    return base.plain(
        "Phytosanitary certificate request",
        "Permohonan sertifikat fitosanitari",
        boxes=[
            base.box("exporter", part["exporter"], True, [f"NPWP {part['exporter']['npwp']}"]),
            base.box("consignee", part["consignee"], True),
        ],
        facts=[
            *base.way(part, True),
            base.cell("country", base.country(part["consignment"]["country"]), True),
            base.cell("voyage", base.vessel(transport), True),
            base.cell("cutoff", base.moment(part["dates"]["cutoff_at"]), True),
            base.cell("packing list", packed["number"], True),
        ],
        columns=[
            base.column("description", "1fr", True),
            base.column("hs", both=True),
            base.column("grown_in", both=True),
            base.column("marks", both=True),
            base.column("packages", both=True),
            base.column("net", both=True, end=True, more=", kg"),
            base.column("gross", both=True, end=True, more=", kg"),
        ],
        rows=[_row(line) for line in part["goods"]],
        foot=[
            "Total",
            "",
            "",
            "",
            f"{total['packages']:,}",
            base.kg(total["net_g"]),
            base.kg(total["gross_g"]),
        ],
        notes=[
            "To Badan Karantina Indonesia. Reported online at least 24 hours before loading.",
            "Kepada Badan Karantina Indonesia. Dilaporkan daring paling lambat 24 jam sebelum pemuatan.",
        ],
        signatures=[base.word("signature", True)],
    )


def _row(line: Facts) -> list[str]:
    return [
        line["description"] + (f"\nLot {line['lot']}" if line["lot"] else ""),
        line["hs_origin"] or "–",
        line["grown_in"],
        base.marks(line),
        base.packages(line),
        base.kg(line["net_g"]),
        base.kg(line["gross_g"]),
    ]

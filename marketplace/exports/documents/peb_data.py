"""PEB data sheet: what the exporter or the customs broker types into the PEB. Five fields are never corrected later."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.documents.invoices import sums
from marketplace.exports.papers import rules
from marketplace.exports.papers.facts import Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
SHOWS: Shows = {
    "peb": ("exporter name", "exporter identity", "customs office", "export type", "facility type"),
    "consignment": ("number", "mode", "incoterm", "place", "country"),
    "exporter": ("name", "address", "npwp", "nib"),
    "buyer": ("name", "address", "country"),
    "consignee": ("name", "address"),
    "goods": (
        "position",
        "description",
        "hs_origin",
        "quantity",
        "unit",
        "packing",
        "packages",
        "net_g",
        "gross_g",
        "value",
    ),
    "totals": ("packages", "net_g", "gross_g"),
    "values": ("currency", "fob", "freight", "insurance", "total"),
    "transport": ("carrier", "voyage", "booking", "container", "origin", "destination"),
    "dates": ("departs_at",),
    "papers": ("commercial_invoice", "packing_list"),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    currency, total = part["values"]["currency"], part["totals"]
    return base.plain(
        "PEB data sheet",
        "Lembar data pemberitahuan ekspor barang",
        marked=[base.cell(name, part["peb"][name], True) for name in rules.peb_fields()],
        boxes=[
            base.box("exporter", part["exporter"], True, [f"NIB {part['exporter']['nib']}"]),
            base.box("buyer", part["buyer"], True),
            base.box("consignee", part["consignee"], True),
        ],
        facts=_facts(part),
        columns=[
            {"head": "No.", "beside": "", "width": "auto", "end": True},
            base.column("hs", both=True),
            base.column("description", "1fr", True),
            base.column("quantity", both=True, end=True),
            base.column("packages", both=True),
            base.column("net", both=True, end=True, more=", kg"),
            base.column("fob", both=True, end=True, more=f", {currency}"),
        ],
        rows=[_row(line, currency) for line in part["goods"]],
        foot=[
            "",
            "Total",
            "",
            "",
            f"{total['packages']:,}",
            base.kg(total["net_g"]),
            base.amount(part["values"]["fob"], currency),
        ],
        sums=sums(part, True),
        notes=[
            f"Gross {base.kg(total['gross_g'])} kg. FOB, freight and insurance are declared apart.",
            "The fields in the frame cannot be corrected once the PEB is filed: a wrong PEB is cancelled, and that is "
            "reported within 3 days. A second person confirms them before it is filed.",
            "Isian dalam bingkai tidak dapat dibetulkan setelah PEB diajukan.",
        ],
        signatures=[
            ["Filled in by", "Diisi oleh"],
            ["Confirmed by a second person", "Dibenarkan orang kedua"],
        ],
    )


def _facts(part: Facts) -> list[list[str]]:
    transport = part["transport"]
    named = {
        key: part["papers"].get(key, {"number": "", "on": ""})
        for key in ("commercial_invoice", "packing_list")
    }
    return [
        *base.way(part, True),
        base.cell("country", base.country(part["consignment"]["country"]), True),
        base.cell("carrier", transport["carrier"], True),
        base.cell("voyage", transport["voyage"], True),
        base.cell("booking", transport["booking"], True),
        *([base.cell("container", transport["container"], True)] if transport["container"] else []),
        base.cell("invoice", named_on(named["commercial_invoice"]), True),
        base.cell("packing list", named_on(named["packing_list"]), True),
    ]


def named_on(paper: Facts) -> str:
    return f"{paper['number']}, {base.on(paper['on'])}" if paper["number"] else "–"


def _row(line: Facts, currency: str) -> list[str]:
    return [
        str(line["position"]),
        line["hs_origin"] or "–",
        line["description"],
        base.quantity(line),
        base.packages(line),
        base.kg(line["net_g"]),
        base.amount(line["value"], currency),
    ]

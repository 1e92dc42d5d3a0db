"""Request for a certificate of origin (e-SKA). The office takes it with PEB, NPE and the transport document."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.documents.peb_data import named_on
from marketplace.exports.papers.facts import Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
FORMS = {"AE": "Form IUAE (IUAE-CEPA)"}  # elsewhere the non-preferential form
NO_PREFERENCE = "Form B, without preference"
SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place", "country"),
    "exporter": ("name", "address", "npwp", "nib"),
    "consignee": ("name", "address"),
    "goods": (
        "description",
        "hs_origin",
        "hs_destination",
        "quantity",
        "unit",
        "packing",
        "packages",
        "first_mark",
        "last_mark",
        "gross_g",
        "value",
        "grown_in",
    ),
    "totals": ("packages", "gross_g"),
    "values": ("currency", "fob"),
    "transport": ("carrier", "voyage", "transport_number", "origin", "destination"),
    "dates": ("departs_at",),
    "papers": ("commercial_invoice", "peb", "npe", "transport_document"),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    currency, total = part["values"]["currency"], part["totals"]
    return base.plain(
        "Certificate of origin request",
        "Permohonan surat keterangan asal (e-SKA)",
        boxes=[
            base.box("exporter", part["exporter"], True, [f"NPWP {part['exporter']['npwp']}"]),
            base.box("consignee", part["consignee"], True),
        ],
        marked=_marked(part),
        facts=[
            *base.way(part, True),
            base.cell("country", base.country(part["consignment"]["country"]), True),
            base.cell("voyage", part["transport"]["voyage"], True),
        ],
        columns=[
            base.column("marks", both=True),
            base.column("description", "1fr", True),
            base.column("hs", both=True),
            base.column("grown_in", both=True),
            base.column("packages", both=True),
            base.column("gross", both=True, end=True, more=", kg"),
            base.column("fob", both=True, end=True, more=f", {currency}"),
        ],
        rows=[_row(line, currency) for line in part["goods"]],
        foot=[
            "",
            "Total",
            "",
            "",
            f"{total['packages']:,}",
            base.kg(total["gross_g"]),
            base.amount(part["values"]["fob"], currency),
        ],
        notes=[
            "To IPSKA, Disperindag Jawa Barat. Enclosed: PEB, NPE, transport document, invoice, packing list."
        ],
        signatures=[base.word("signature", True)],
    )


def _marked(part: Facts) -> list[list[str]]:
    form = FORMS.get(part["consignment"]["country"], NO_PREFERENCE)
    none = {"number": "", "on": ""}
    papers = [
        ("invoice", "commercial_invoice"),
        ("peb", "peb"),
        ("npe", "npe"),
        ("transport", "transport_document"),
    ]
    return [
        ["Form asked for", "Formulir", form],
        *(base.cell(key, named_on(part["papers"].get(kind, none)), True) for key, kind in papers),
    ]


def _row(line: Facts, currency: str) -> list[str]:
    return [
        base.marks(line),
        line["description"],
        base.codes(line, "\n"),
        line["grown_in"],
        base.packages(line),
        base.kg(line["gross_g"]),
        base.amount(line["value"], currency),
    ]

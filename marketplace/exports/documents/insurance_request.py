"""Request for marine or air cargo insurance: 110 % of the CIF value, with the clause that the Incoterm asks for."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.documents.base import TEMPLATE, Head
from marketplace.exports.papers.facts import INSURED_PERCENT, Facts, Shows

__all__ = ["SHOWS", "TEMPLATE", "content"]
SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place"),
    "exporter": ("name", "address"),
    "consignee": ("name", "address"),
    "goods": ("description", "quantity", "unit", "packing", "packages", "gross_g", "value"),
    "totals": ("packages", "gross_g"),
    "values": ("currency", "fob", "freight", "insurance", "cif", "insured", "clause"),
    "transport": ("carrier", "voyage", "transport_number", "setpoint", "origin", "destination"),
    "dates": ("departs_at",),
    "papers": ("commercial_invoice",),
}


def content(part: Facts, head: Head) -> dict[str, Any]:
    money, transport = part["values"], part["transport"]
    currency, invoice = money["currency"], part["papers"].get("commercial_invoice", {"number": ""})
    return base.plain(
        "Insurance request",
        "Permohonan asuransi pengangkutan",
        boxes=[base.box("exporter", part["exporter"], True), base.box("consignee", part["consignee"], True)],
        facts=[
            *base.way(part, True),
            base.cell("voyage", base.vessel(transport), True),
            base.cell("transport", transport["transport_number"], True),
            base.cell("setpoint", transport["setpoint"] or "Dry, not cooled", True),
            base.cell("invoice", invoice["number"], True),
        ],
        marked=[
            base.cell("clause", clause(part), True),
            base.cell("insured", f"{currency} {base.amount(money['insured'], currency)}", True),
        ],
        columns=[
            base.column("description", "1fr", True),
            base.column("quantity", both=True, end=True),
            base.column("packages", both=True),
            base.column("gross", both=True, end=True, more=", kg"),
            base.column("value", both=True, end=True, more=f", {currency}"),
        ],
        rows=[_row(line, currency) for line in part["goods"]],
        sums=_sums(part),
        notes=["Claims are payable at destination to the consignee, in the currency of the invoice."],
        signatures=[base.word("signature", True)],
    )


def clause(part: Facts) -> str:
    """The least that the Incoterm asks for; by air there is one set of clauses, as wide as (A)."""
    if part["consignment"]["mode"] == "air" and part["values"]["clause"]:
        return "Institute Cargo Clauses (Air), as wide as (A)"
    return str(part["values"]["clause"]) or "Not asked for by this Incoterm"


def _row(line: Facts, currency: str) -> list[str]:
    return [
        line["description"],
        base.quantity(line),
        base.packages(line),
        base.kg(line["gross_g"]),
        base.amount(line["value"], currency),
    ]


def _sums(part: Facts) -> list[list[Any]]:
    money = part["values"]
    currency = money["currency"]
    rows = [
        [*base.word(key, True), f"{currency} {base.amount(money[key], currency)}", False]
        for key in ("fob", "freight", "insurance")
    ]
    rows.append(["CIF value", "Nilai CIF", f"{currency} {base.amount(money['cif'], currency)}", False])
    insured = f"{currency} {base.amount(money['insured'], currency)}"
    return [*rows, [f"Sum insured, {INSURED_PERCENT} %", "Harga pertanggungan", insured, True]]

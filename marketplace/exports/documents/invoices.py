"""Invoices: goods at their own value, freight and insurance apart, and the price by the Incoterm."""

from typing import Any

from marketplace.exports.documents import base
from marketplace.exports.papers.facts import Facts, Shows

SHOWS: Shows = {
    "consignment": ("number", "mode", "incoterm", "place", "country"),
    "exporter": ("name", "address", "nib", "rex"),
    "buyer": ("name", "address", "country"),
    "consignee": ("name", "address"),
    "notify": ("name", "address"),
    "goods": (
        "description",
        "hs_origin",
        "hs_destination",
        "quantity",
        "unit",
        "packing",
        "packages",
        "unit_value",
        "value",
    ),
    "totals": ("packages", "net_g", "gross_g"),
    "values": ("currency", "fob", "freight", "insurance", "total"),
    "transport": ("origin", "destination"),
    "dates": (),
}


def content(part: Facts, title: str, notes: list[str]) -> dict[str, Any]:
    currency = part["values"]["currency"]
    return base.plain(
        title,
        boxes=[
            base.box(
                "exporter",
                part["exporter"],
                more=[f"NIB {part['exporter']['nib']}" if part["exporter"]["nib"] else ""],
            ),
            base.box("buyer", part["buyer"]),
            base.box("consignee", part["consignee"]),
            base.box("notify", part["notify"]),
        ],
        facts=base.way(part),
        columns=[
            base.column("description", "1fr"),
            base.column("hs"),
            base.column("packages"),
            base.column("quantity", end=True),
            {"head": f"Unit value, {currency}", "beside": "", "width": "auto", "end": True},
            base.column("value", end=True, more=f", {currency}"),
        ],
        rows=[_row(line, currency) for line in part["goods"]],
        foot=[
            "Total of goods",
            "",
            f"{part['totals']['packages']:,}",
            "",
            "",
            base.amount(part["values"]["fob"], currency),
        ],
        sums=sums(part),
        notes=[weights(part), *notes],
    )


def _row(line: Facts, currency: str) -> list[str]:
    return [
        line["description"],
        base.codes(line),
        base.packages(line),
        base.quantity(line),
        base.amount(line["unit_value"], currency),
        base.amount(line["value"], currency),
    ]


def sums(part: Facts, both: bool = False) -> list[list[Any]]:
    """FOB apart from freight and insurance, whatever the Incoterm; the last row is what the buyer pays."""
    money, terms = part["values"], part["consignment"]
    currency, rows = money["currency"], []
    for key in ("fob", "freight", "insurance"):
        if key == "fob" or money[key]:
            rows.append([*base.word(key, both), f"{currency} {base.amount(money[key], currency)}", False])
    total = f"{currency} {base.amount(money['total'], currency)}"
    return [*rows, [f"Total {terms['incoterm']} {terms['place']}", "", total, True]]


def weights(part: Facts) -> str:
    total = part["totals"]
    return f"{total['packages']:,} packages, net {base.kg(total['net_g'])} kg, gross {base.kg(total['gross_g'])} kg."

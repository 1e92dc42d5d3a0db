"""A credit note as PDF: what of a part goes back, why, and where to; the same paper for all who may see it.

Of what an exporter sold on there are two: the buyer reads the exporter and the price of the contract, without the
pesantren; the pesantren its own price and the exporter.
"""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.fulfilment.documents import parties
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.ledger.money import Money
from marketplace.payments import commission, tax
from marketplace.payments.models import CreditNote


def credit_note(note: CreditNote, language: str, *, to_buyer: bool = False) -> bytes:
    """The paper in this language, with times in the buyer's zone."""
    zone = note.order.user.time_zone if note.order.user else settings.TIME_ZONE
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return pdf.render("credit_note", data(note, language, to_buyer=to_buyer))


def data(note: CreditNote, language: str, *, to_buyer: bool = False) -> dict[str, Any]:
    """What templates/pdf/credit_note.typ shows."""
    near = "partner__regency", "order__sold_by__regency", "order__shipping_address__regency"
    part = Fulfilment.objects.select_related(*near).get(order=note.order, partner=note.partner)
    hides = to_buyer and part.order.sold_by_id is not None
    ppn = None if hides else _ppn(note)
    return {
        "language": language,
        "title": _("Credit note"),
        "number": note.number,
        "state": "",
        "operator": settings.OPERATOR,
        "labels": {
            "from": _("Seller"),
            "to": _("Buyer"),
            "product": _("Product"),
            "quantity": _("Quantity"),
            "sum": _("Sum"),
        },
        "from": parties.partner(part.seller if hides else part.partner),
        "to": parties.buyer(note.order) if hides else parties.receiver(part),
        "facts": [
            [_("Issued on"), dates.moment(note.issued_at)],
            [_("Order"), note.order.number, "figure"],
            *([] if hides else [[_("Part"), part.number, "figure"]]),
            [_("Reason"), note.why],
        ],
        "lines": _sold(note, part, language) if hides else _lines(note, part, language),
        "sums": [[_("of which PPN in the goods' price"), str(ppn)]] if ppn else [],
        "total": [_("Total"), str(note.to_buyer if hides else note.total)],
        "goes": _goes(note, to_buyer=hides),
        "note": _("The seller is the exporter named above. The operator issues this note for it.")
        if hides
        else _("The seller is the pesantren named above. The operator issues this note for it."),
    }


def _sold(note: CreditNote, part: Fulfilment, language: str) -> list[dict[str, str]]:
    """As the exporter sold them. One line of an amount, if that is not the contract's price of so many units."""
    lines = {line.line_id: line for line in part.lines.select_related("line__order", "fulfilment")}
    units = [(lines[row["line"]], row["quantity"]) for row in note.lines if row["line"] in lines]
    whole = sum((line.to_buyer(count) for line, count in units), note.to_buyer * 0)
    if whole != note.to_buyer or not all(count for _line, count in units):
        return [{"title": _("Goods"), "quantity": "", "sum": str(note.to_buyer)}]
    return [
        {
            "title": parties.title(line, language),
            "quantity": parties.quantity(line, language, count),
            "sum": str(line.to_buyer(count)),
        }
        for line, count in units
    ]


def _lines(note: CreditNote, part: Fulfilment, language: str) -> list[dict[str, str]]:
    """A line by amount alone has no quantity."""
    lines: dict[int, FulfilmentLine] = {
        line.line_id: line for line in part.lines.select_related("line__order")
    }
    return [_line(row, lines.get(row["line"]), note.currency, language) for row in note.lines]


def _line(row: dict[str, Any], line: FulfilmentLine | None, currency: str, language: str) -> dict[str, str]:
    amount = str(Money(row["amount"], currency))
    if line is None:
        return {"title": _("Delivery"), "quantity": "", "sum": amount}
    count = parties.quantity(line, language, row["quantity"]) if row["quantity"] else ""
    return {"title": parties.title(line, language), "quantity": count, "sum": amount}


def _ppn(note: CreditNote) -> Money:
    """PPN contained in the credited goods, by the terms frozen with the order (decision 0024)."""
    terms = commission.terms_of(row["line"] for row in note.lines)
    found = 0
    for row in note.lines:
        if own := terms.get(row["line"]):
            found += tax.included(row["amount"], own.tax_bp, own.tax_parts, own.tax_of)
    return Money(found, note.currency)


def _goes(note: CreditNote, *, to_buyer: bool) -> list[list[str]]:
    """Where the money goes."""
    if note.dispute_id:
        return [[_("The buyer has it already, through the bank of the card"), str(note.total)]]
    back = note.refund.total if to_buyer and note.refund else note.back
    rows = [(_("Paid back to the buyer"), back), (_("Comes off the bill"), note.off_bill)]
    return [[label, str(amount)] for label, amount in rows if amount]

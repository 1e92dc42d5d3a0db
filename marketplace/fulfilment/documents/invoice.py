"""The invoice of a whole order, as PDF."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.fulfilment import queries
from marketplace.fulfilment.documents import parties
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders import sold_tax
from marketplace.orders.models import Order
from marketplace.payments import states as due_states
from marketplace.payments import waterfall
from marketplace.payments.models import Due
from marketplace.payments.overseas import bank_account


def invoice(order: Order, language: str) -> bytes:
    """The invoice in this language, with times in the buyer's zone. It says whether the order is paid.

    Prices include the PPN of sellers who are registered for it; each part says how much (decision 0024).
    """
    zone = order.user.time_zone if order.user else settings.TIME_ZONE
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return pdf.render("invoice", _data(order, language))


def _data(order: Order, language: str) -> dict[str, Any]:
    dues = list(order.dues.select_related("company").order_by("number", "pk"))
    parts = list(queries.of_order(order))
    # Of a payment schedule the step that is still open: until it is paid the order is not.
    due = next((one for one in dues if one.state == due_states.OPEN), dues[0] if dues else None)
    return {
        "language": language,
        "title": _("Invoice"),
        "number": order.number,
        "state": _state(due),
        "operator": settings.OPERATOR,
        "labels": {
            "from": _("Issued by, for the sellers named below"),
            "to": _("Buyer"),
            "product": _("Product"),
            "quantity": _("Quantity"),
            "price": _("Price"),
            "sum": _("Sum"),
            "pay": _("How to pay"),
        },
        "from": [settings.OPERATOR["name"], settings.OPERATOR["email"]],
        "to": parties.buyer(order),
        "facts": _facts(order, due, has_short=any(part.short_price for part in parts)),
        "parts": _parts(order, parts, language),
        **parties.sums(order, parts),
        "pay": _pay(due),
        "note": _note(order),
    }


def _state(due: Due | None) -> str:
    if due is None:
        return ""
    return {
        due_states.OPEN: _("On tempo, not paid yet") if due.is_on_tempo else _("Not paid yet"),
        due_states.SETTLED: _("Paid"),
        due_states.EXPIRED: _("Not paid: the order has ended"),
        due_states.CANCELLED: _("Cancelled"),
    }[due.state]


def _facts(order: Order, due: Due | None, *, has_short: bool) -> list[list[Any]]:
    facts: list[list[Any]] = [[_("Ordered on"), dates.moment(order.date_placed)]]
    if said := sold_tax.stated(order):
        facts.append(["PPN", said])
    if due is None:
        return facts
    facts.append([_("Transfer reference"), due.reference, "figure"])
    if due.is_on_tempo:
        facts += _terms(due, has_short=has_short)
    if due.settled_at:
        facts.append([_("Paid on"), dates.moment(due.settled_at)])
    elif due.state == due_states.OPEN and not due.is_on_tempo:
        facts.append([_("Pay by"), dates.moment(due.due_at)])
    return facts


def _terms(due: Due, *, has_short: bool) -> list[list[Any]]:
    """Who pays, when the clock starts, and the last day: an estimate until the last part has arrived."""
    text = _("On tempo: %(days)s days after the last part was delivered. No interest, no fee.")
    facts: list[list[Any]] = [
        [_("Company"), str(due.company)],
        [_("Terms"), text % {"days": due.terms_days}],
    ]
    if due.state == due_states.OPEN:
        label = _("To be paid by about (estimate)") if due.is_estimate else _("To be paid by")
        facts.append([label, dates.day(due.due_on)])
    if due.credited:
        label = _("Taken off the bill, with what does not come") if has_short else _("Taken off the bill")
        facts.append([label, str(Money(due.credited, due.currency)), "figure"])
    return facts


def _pay(due: Due | None) -> list[list[Any]]:
    if due is None or due.state != due_states.OPEN:
        return []
    return [
        *_account(due.currency),
        [_("Amount"), str(due.missing), "figure"],
        [_("Reference"), due.reference, "figure"],
    ]


def _account(currency: str) -> list[list[Any]]:
    """Where to: at home the operator's rupiah account, else that of the currency, as the order's page says it."""
    operator = settings.OPERATOR
    if currency == "IDR":
        return [
            [_("Bank"), operator["bank"]],
            [_("Account number"), operator["account"], "figure"],
            [_("Account name"), operator["account_name"]],
        ]
    account = bank_account(currency)
    if account is None:
        return [[_("Bank"), _("Please ask the office for the bank account of this currency.")]]
    return [[label, value] for label, value in account.rows()]


def _note(order: Order) -> str:
    if order.sold_by_id:
        return _("The seller is the exporter named above. The operator takes and holds the payment.")
    return _("The sellers are the pesantren named above. The operator takes and holds the payment.")


def _parts(order: Order, parts: list[Fulfilment], language: str) -> list[dict[str, Any]]:
    falls = queries.waterfalls(parts)
    if order.sold_by_id:
        # The PPN in the goods' prices is the pesantren's, towards the exporter: it says what they are paid.
        more = [row for fall in falls.values() for row in _credits(fall)]
        return [{**one, "more": [*one["more"], *more]} for one in parties.parts(order, parts, language)]
    return [_part(part, falls[part.order_id, part.partner_id], language) for part in parts]


def _part(part: Fulfilment, fall: waterfall.Waterfall, language: str) -> dict[str, Any]:
    more = _credits(fall)
    if fall.goods_tax:
        more.insert(0, [_("of which PPN in the goods' price"), str(fall.goods_tax)])
    return {**parties.part(part, language), "more": more}


def _credits(fall: waterfall.Waterfall) -> list[list[str]]:
    notes = [note for note in fall.notes if not note.for_part]
    return [[f"{_('Credit note')} {note.number}", str(note.to_buyer * -1)] for note in notes]

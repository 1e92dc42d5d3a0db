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
from marketplace.orders.models import Order
from marketplace.payments import states as due_states
from marketplace.payments.models import Due


def invoice(order: Order, language: str) -> bytes:
    """The invoice in this language, with times in the buyer's zone. It says whether the order is paid.

    There is no tax line: which taxes apply to whom is not settled, so the paper claims nothing about it.
    """
    zone = order.user.time_zone if order.user else settings.TIME_ZONE
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return pdf.render("invoice", _data(order, language))


def _data(order: Order, language: str) -> dict[str, Any]:
    due = order.dues.order_by("pk").first()
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
        "facts": _facts(order, due),
        "parts": [_part(part, language) for part in queries.of_order(order)],
        "sums": [[_("Goods"), str(order.goods)], [_("Delivery"), str(order.shipping)]],
        "total": [_("Total"), str(order.total)],
        "pay": _pay(due),
        "note": _("The sellers are the pesantren named above. The operator takes and holds the payment."),
    }


def _state(due: Due | None) -> str:
    if due is None:
        return ""
    return {
        due_states.OPEN: _("Not paid yet"),
        due_states.SETTLED: _("Paid"),
        due_states.EXPIRED: _("Not paid: the order has ended"),
        due_states.CANCELLED: _("Cancelled"),
    }[due.state]


def _facts(order: Order, due: Due | None) -> list[list[Any]]:
    facts: list[list[Any]] = [[_("Ordered on"), dates.moment(order.date_placed)]]
    if due is None:
        return facts
    facts.append([_("Transfer reference"), due.reference, "figure"])
    if due.settled_at:
        facts.append([_("Paid on"), dates.moment(due.settled_at)])
    elif due.state == due_states.OPEN:
        facts.append([_("Pay by"), dates.moment(due.due_at)])
    return facts


def _pay(due: Due | None) -> list[list[Any]]:
    if due is None or due.state != due_states.OPEN:
        return []
    operator = settings.OPERATOR
    return [
        [_("Bank"), operator["bank"]],
        [_("Account number"), operator["account"], "figure"],
        [_("Account name"), operator["account_name"]],
        [_("Amount"), str(due.missing), "figure"],
        [_("Reference"), due.reference, "figure"],
    ]


def _part(part: Fulfilment, language: str) -> dict[str, Any]:
    lines = [
        {
            "title": parties.title(line, language),
            "quantity": parties.quantity(line, language),
            "price": str(line.unit_price),
            "sum": str(line.price),
        }
        for line in part.lines.all()
    ]
    return {
        "number": part.number,
        "seller": part.partner.name,
        "place": str(part.partner.regency),
        "lines": lines,
        "delivery": f"{_('Delivery')}: {part.delivery_name}" if part.delivery_name else _("Delivery"),
        "fee": str(part.fee),
    }

"""The proforma invoice: what a buyer abroad pays against, in which steps, where to, and who bears bank charges."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.fulfilment import queries
from marketplace.fulfilment.documents import parties
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import states as due_states
from marketplace.payments.models import Due
from marketplace.payments.overseas import bank_account


def is_offered(order: Order) -> bool:
    """A buyer abroad gets one: the order is for export, or in another currency than rupiah."""
    return order.channel == due_states.EXPORT or order.currency != "IDR"


def proforma(order: Order, language: str) -> bytes:
    """The paper in this language, with times in the buyer's zone. It is no tax invoice and says so."""
    zone = order.user.time_zone if order.user else settings.TIME_ZONE
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        return pdf.render("proforma", data(order, language))


def data(order: Order, language: str) -> dict[str, Any]:
    """What templates/pdf/proforma.typ shows."""
    dues = list(order.dues.order_by("number", "pk"))
    account = bank_account(order.currency)
    parts = list(queries.of_order(order))
    return {
        "language": language,
        "title": _("Proforma invoice"),
        "number": order.number,
        "state": "" if any(due.state == due_states.OPEN for due in dues) else _("Nothing is open"),
        "operator": settings.OPERATOR,
        "labels": {
            "from": _("Issued by, for the sellers named below"),
            "to": _("Buyer"),
            "product": _("Product"),
            "quantity": _("Quantity"),
            "price": _("Price"),
            "sum": _("Sum"),
            "schedule": _("Payment schedule"),
            "pay": _("How to pay"),
        },
        "from": [settings.OPERATOR["name"], settings.OPERATOR["email"]],
        "to": parties.buyer(order),
        "facts": [
            [_("Ordered on"), dates.moment(order.date_placed)],
            [_("Currency"), order.currency, "figure"],
        ],
        "parts": parties.parts(order, parts, language),
        **parties.sums(order, parts),
        "schedule": [_step(due) for due in dues],
        "pay": [[label, value] for label, value in account.rows()] if account else [],
        "notes": _notes(order, dues, has_account=account is not None),
    }


def _step(due: Due) -> list[str]:
    """What, by when, reference, amount."""
    label = str(due.get_step_display())
    if due.state != due_states.OPEN:
        label = f"{label} ({due.get_state_display()})"
    amount = due.total - Money(due.credited, due.currency)
    return [label, dates.day(due.due_on), due.reference, str(amount)]


def _notes(order: Order, dues: list[Due], *, has_account: bool) -> list[str]:
    notes = []
    if not has_account:
        notes.append(_("Please ask the office for the bank account of this currency."))
    notes.append(
        _("Write the reference of the step in the text of the transfer: by it we find your payment.")
    )
    least = [due for due in dues if due.tolerance]
    for due in least:
        text = _(
            "%(step)s: please transfer with all bank charges on your side (OUR)."
            " A shortfall of up to %(amount)s is accepted."
        )
        amount = Money(due.tolerance, due.currency)
        notes.append(text % {"step": due.get_step_display(), "amount": amount})
    if not least:
        notes.append(
            _("Please transfer with all bank charges on your side (OUR), so that the whole amount arrives.")
        )
    if any(due.is_balance for due in dues):
        notes.append(
            _("The pesantren are asked once the deposit is paid. The goods leave once the balance is paid.")
        )
    if order.sold_by_id:
        notes.append(_("This is a proforma, not a tax invoice. The seller is the exporter named above."))
    else:
        notes.append(_("This is a proforma, not a tax invoice. The sellers are the pesantren named above."))
    return notes

"""Mails to buyers about money, in the order's language."""

from marketplace.ledger.money import Money
from marketplace.notices.services import send
from marketplace.orders import links
from marketplace.orders.models import Order
from marketplace.payments.models import Due, Receipt, Refund


def _to_buyer(order: Order, *, key: str, template: str, **context: object) -> None:
    send(
        key=key,
        to=order.email,
        language=order.language,
        template=template,
        context={"order": order, "link": links.for_buyer(order), **context},
        time_zone=order.user.time_zone if order.user else "",
    )


def payment_short(due: Due, receipt: Receipt) -> None:
    _to_buyer(
        due.order,
        key=f"payment-short/{receipt.pk}",
        template="payment_short",
        due=due,
        received=Money(due.received, due.currency),
    )


def payment_reminder(due: Due) -> None:
    _to_buyer(due.order, key=f"payment-reminder/{due.pk}", template="payment_reminder", due=due)


def refund_owed(refund: Refund) -> None:
    if refund.order:
        _to_buyer(refund.order, key=f"refund-owed/{refund.key}", template="refund_owed", refund=refund)


def refund_paid(refund: Refund) -> None:
    if refund.order:
        _to_buyer(refund.order, key=f"refund-paid/{refund.key}", template="refund_paid", refund=refund)

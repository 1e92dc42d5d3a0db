"""Mails about money: to buyers in the order's language, to the office in its own."""

from datetime import date

from marketplace.ledger.money import Money
from marketplace.notices.services import send, send_to
from marketplace.orders import links
from marketplace.orders.models import Order
from marketplace.payments.models import Attempt, Due, Receipt, Refund
from marketplace.payments.queries import Unmatched, office_people
from marketplace.people.models import User


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
    """Said paid, failed, and paid once more: the buyer hears of each."""
    if refund.order:
        again = f"/{refund.tries}" if refund.tries else ""
        key = f"refund-paid/{refund.key}{again}"
        _to_buyer(refund.order, key=key, template="refund_paid", refund=refund)


def unmatched(person: User, old: Unmatched, *, day: date) -> None:
    """To one person of the office, once a day."""
    link = links.absolute("office:transfers", language=person.language)
    send_to(person, key=f"unmatched/{day}", template="unmatched", old=old, link=link)


def card_differs(attempt: Attempt) -> None:
    """To everybody of the office, at once: a card payment is not what we asked for."""
    for person in office_people():
        link = links.absolute("office:order", attempt.due.order.number, language=person.language)
        key = f"card-differs/{attempt.pk}"
        send_to(person, key=key, template="card_differs", attempt=attempt, link=link)

"""Mails to the office about disputes."""

from marketplace.ledger.money import Money
from marketplace.notices.services import send
from marketplace.orders import links
from marketplace.payments.models import Dispute
from marketplace.payments.queries import office_people


def opened(dispute: Dispute) -> None:
    """Evidence has a deadline: everybody in the office hears at once. Side effects: mails, one a person."""
    _tell(dispute, "dispute-opened")


def lost(dispute: Dispute) -> None:
    """A person must decide who bears it. Side effects: mails, one a person."""
    _tell(dispute, "dispute-lost")


def _tell(dispute: Dispute, key: str) -> None:
    order = dispute.attempt.due.order
    for person in office_people():
        send(
            key=f"{key}/{dispute.pk}/{person.pk}",
            to=person.email or "",
            language=person.language,
            template="dispute",
            context={
                "name": person.name,
                "number": order.number,
                "amount": Money(dispute.amount, dispute.currency),
                "evidence_by": dispute.evidence_by,
                "is_lost": bool(dispute.closed_at),
                "link": links.absolute("office:disputes", language=person.language),
            },
            time_zone=person.time_zone,
        )

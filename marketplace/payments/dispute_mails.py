"""Mails to the office about disputes."""

from marketplace.notices.services import send_to
from marketplace.orders import links
from marketplace.payments.models import Dispute
from marketplace.payments.queries import office_people


def opened(dispute: Dispute) -> None:
    """Evidence has a deadline: everybody in the office hears. Side effects: mails, one a person."""
    _tell(dispute, "dispute-opened")


def lost(dispute: Dispute) -> None:
    """A person must decide who bears it. Side effects: mails, one a person."""
    _tell(dispute, "dispute-lost")


def _tell(dispute: Dispute, key: str) -> None:
    order = dispute.attempt.due.order
    for person in office_people():
        send_to(
            person,
            key=f"{key}/{dispute.pk}",
            template="dispute",
            number=order.number,
            amount=dispute.total,
            evidence_by=dispute.evidence_by,
            is_lost=bool(dispute.closed_at),
            link=links.absolute("office:disputes", language=person.language),
        )

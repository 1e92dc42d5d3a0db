"""Refunds and disputes between our rows and the card provider: its news, and what waits to be sent."""

import logging

from marketplace.payments import states
from marketplace.payments.gateway import client
from marketplace.payments.gateway import disputes as dispute_gateway
from marketplace.payments.gateway import refunds as rail
from marketplace.payments.models import BalanceLine, Dispute, Refund
from marketplace.payments.provider_check import DISPUTES
from marketplace.payments.services import disputes, events, online_refunds

log = logging.getLogger(__name__)


def send_refund(refund_id: int) -> None:
    """To the card, if it is time. Without a key for the provider it waits. Raises client.Unavailable."""
    if client.configured():
        online_refunds.send(refund_id, rail=rail)


def send_refunds() -> None:
    """What waits to be sent, then what is on its way and of which no news may have come. Nothing stops the rest."""
    if not client.configured():
        return
    for pk in online_refunds.waiting():
        try:
            send_refund(pk)
        except Exception:
            log.warning("Refund %s could not be sent", pk, exc_info=True)
    under_way = Refund.objects.filter(state=states.SENT).exclude(provider_id=None).order_by("pk")
    for provider_id in list(under_way.values_list("provider_id", flat=True)):
        try:
            online_refunds.sync_refund(str(provider_id), rail=rail)
        except Exception:
            log.warning("Refund %s could not be looked up", provider_id, exc_info=True)


@events.on("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
def _refund(objects: dict[str, str]) -> None:
    if found := objects.get("refund"):
        online_refunds.sync_refund(found, rail=rail)


@events.on(
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)
def _dispute(objects: dict[str, str]) -> None:
    if found := objects.get("dispute"):
        sync_dispute(found)


def sync_dispute(provider_id: str) -> None:
    """Its present state, written down. Raises client.Unavailable, client.Refused, PaymentError."""
    if facts := dispute_gateway.read(provider_id):
        disputes.sync_dispute(provider_id, facts)


def follow_disputes() -> None:
    """Open ones, and those that only the provider's statement told of: their news may be lost for good."""
    known = Dispute.objects.values("provider_id")
    told = BalanceLine.objects.filter(kind__in=DISPUTES).exclude(source__in=known)
    waiting = Dispute.objects.filter(state=states.DISPUTED, closed_at=None)
    ids = {*told.values_list("source", flat=True), *waiting.values_list("provider_id", flat=True)}
    for provider_id in sorted(ids):
        try:
            sync_dispute(provider_id)
        except Exception:
            log.warning("Dispute %s could not be looked up", provider_id, exc_info=True)

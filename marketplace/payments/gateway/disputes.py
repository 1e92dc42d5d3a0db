"""Disputes as Stripe tells them. Evidence is given on Stripe's own pages, not here."""

from datetime import UTC, datetime
from typing import Any

from marketplace.payments import states
from marketplace.payments.gateway.client import asking
from marketplace.payments.gateway.wire import from_wire
from marketplace.payments.services.disputes import DisputeFacts

OPEN = {"needs_response", "under_review"}


def read(provider_id: str) -> DisputeFacts | None:
    """Its present state; nothing for a mere inquiry ("warning…"), which takes no money. Raises Unavailable, Refused."""
    with asking() as client:
        row: dict[str, Any] = client.v1.disputes.retrieve(provider_id).to_dict()
    status = row["status"]
    if status not in OPEN and status not in {states.WON, states.LOST}:
        return None
    by = (row.get("evidence_details") or {}).get("due_by")
    return DisputeFacts(
        intent_id=row.get("payment_intent") or "",
        amount=from_wire(row["amount"], row["currency"]),
        state=states.DISPUTED if status in OPEN else status,
        reason=row.get("reason") or "",
        evidence_by=datetime.fromtimestamp(by, UTC) if by else None,
    )

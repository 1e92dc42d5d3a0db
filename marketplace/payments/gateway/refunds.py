"""Money back to the card at Stripe: the provider's side of services.online_refunds (its `Rail`)."""

from typing import Any

from marketplace.ledger.money import Money
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.gateway import client as stripe_client
from marketplace.payments.gateway.wire import from_wire, to_wire
from marketplace.payments.services.online_refunds import BROKEN, PENDING, SUCCEEDED, Facts, Refused

# Pending includes what waits until our balance at Stripe covers it; Stripe sends it then by itself.
STATES = {
    "pending": PENDING,
    "requires_action": PENDING,
    "succeeded": SUCCEEDED,
    "failed": BROKEN,
    "canceled": BROKEN,
}


def create(*, key: str, intent_id: str, refund: int, tries: int, amount: Money) -> Facts:
    """Side effects: at Stripe. Raises Refused (also for a disputed charge), Unavailable, NotWhole."""
    params: dict[str, Any] = {
        "payment_intent": intent_id,
        "amount": to_wire(amount),
        "metadata": {"refund": str(refund), "tries": str(tries)},
    }
    try:
        with stripe_client.asking() as client:
            made = client.v1.refunds.create(params, {"idempotency_key": key})
    except stripe_client.Refused as error:
        raise Refused(error.code or str(error)) from error
    return _facts(made.to_dict())


def find(*, intent_id: str, refund: int, tries: int) -> Facts | None:
    """Our refund of this payment, told by what we wrote on it. Raises Unavailable, client.Refused."""
    wanted = {"refund": str(refund), "tries": str(tries)}
    with stripe_client.asking() as client:
        rows = client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
        for row in rows.auto_paging_iter():
            found = row.to_dict()
            if (found.get("metadata") or {}) == wanted:
                return _facts(found)
    return None


def read(provider_id: str) -> Facts:
    """Raises Unavailable, client.Refused; PaymentError for a refund that we did not ask for."""
    with stripe_client.asking() as client:
        return _facts(client.v1.refunds.retrieve(provider_id).to_dict())


def _facts(row: dict[str, Any]) -> Facts:
    wrote = row.get("metadata") or {}
    if not wrote.get("refund"):
        raise PaymentError(f"{row['id']} was not asked for by this site; look at it at the provider.")
    return Facts(
        provider_id=row["id"],
        refund=int(wrote["refund"]),
        tries=int(wrote["tries"]),
        amount=from_wire(row["amount"], row["currency"]),
        state=STATES[row["status"]],
        failure=str(row.get("failure_reason") or ""),
    )

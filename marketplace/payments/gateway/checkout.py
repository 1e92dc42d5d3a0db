"""Hosted Checkout: a page of Stripe's for one attempt, made, read and ended. The buyer's card never reaches us."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.ledger.money import Money
from marketplace.payments.gateway.client import asking
from marketplace.payments.gateway.wire import NotWhole, from_wire, rounded, to_wire

OPEN, PROCESSING, PAID, FAILED, EXPIRED = "open", "processing", "paid", "failed", "expired"
LOCALES = {"id": "id", "en": "en"}  # Checkout does not speak Arabic; then it asks the browser
EXPAND = {"expand": ["payment_intent.latest_charge.balance_transaction"]}


@dataclass(frozen=True)
class Asked:
    """What a page is made for. `key` is stored before: the same key gives the same page."""

    key: str
    amount: Money
    name: str
    language: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    metadata: dict[str, str]


@dataclass(frozen=True)
class Page:
    """A page at Stripe: its id, and its address while it is open."""

    session_id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Facts:
    """The present state of one page. `amount` is None where it is no amount of ours.

    `settled` and `fee` (both in the currency in which Stripe settles) are known once it is paid.
    """

    session_id: str
    state: str
    amount: Money | None
    metadata: dict[str, str]
    intent_id: str = ""
    failure: str = ""
    settled: Money | None = None
    fee: Money | None = None


def create(asked: Asked) -> Page:
    """Side effects: at Stripe. Raises Unavailable, Refused, NotWhole."""
    item = {
        "price_data": {
            "currency": asked.amount.currency.lower(),
            "unit_amount": to_wire(asked.amount),
            "product_data": {"name": asked.name},
        },
        "quantity": 1,
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "line_items": [item],
        "adaptive_pricing": {"enabled": False},  # the buyer pays the amount that the order names
        "client_reference_id": asked.metadata["order"],
        "metadata": asked.metadata,
        "payment_intent_data": {"metadata": asked.metadata},
        "locale": LOCALES.get(asked.language, "auto"),
        "success_url": asked.success_url,
        "cancel_url": asked.cancel_url,
        "expires_at": int(asked.expires_at.timestamp()),
    }
    if asked.email:
        params["customer_email"] = asked.email
    with asking() as client:
        made = client.v1.checkout.sessions.create(params, {"idempotency_key": asked.key})
    return Page(made["id"], made["url"] or "", datetime.fromtimestamp(made["expires_at"], UTC))


def read(session_id: str) -> Facts:
    """Raises Unavailable, Refused."""
    with asking() as client:
        return _facts(client.v1.checkout.sessions.retrieve(session_id, EXPAND).to_dict())


def expire(session_id: str) -> None:
    """End an open page. Side effects: at Stripe. Raises Unavailable; Refused where it is not open any more."""
    with asking() as client:
        client.v1.checkout.sessions.expire(session_id)


def _facts(session: dict[str, Any]) -> Facts:
    intent = session.get("payment_intent") or {}
    charge = intent.get("latest_charge") or {}
    line = charge.get("balance_transaction") or {}
    state = _state(session, intent)
    is_settled = state == PAID and bool(line)
    return Facts(
        session_id=session["id"],
        state=state,
        amount=_amount(session),
        metadata=dict(session.get("metadata") or {}),
        intent_id=intent.get("id", ""),
        failure=str((intent.get("last_payment_error") or {}).get("message") or "")[:200],
        settled=rounded(line["amount"], line["currency"]) if is_settled else None,
        fee=rounded(line["fee"], line["currency"]) if is_settled else None,
    )


def _amount(session: dict[str, Any]) -> Money | None:
    try:
        return from_wire(session["amount_total"] or 0, session["currency"] or "")
    except NotWhole:
        return None


def _state(session: dict[str, Any], intent: dict[str, Any]) -> str:
    """A completed page is not paid yet where the money comes later; then its intent says how it stands."""
    if session["payment_status"] == "paid":
        return PAID
    if session["status"] == "open":
        return OPEN
    if session["status"] == "expired":
        return EXPIRED
    return PROCESSING if intent.get("status") in {"processing", "requires_capture"} else FAILED

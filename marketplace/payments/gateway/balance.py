"""Stripe's own account statement, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.payments.gateway.client import asking

MOST = 100  # lines a page


@dataclass(frozen=True)
class Line:
    """Amounts in wire units (gateway.wire) of the currency in which Stripe settles; `amount` is signed."""

    id: str
    kind: str
    amount: int
    fee: int
    currency: str
    source: str  # the payment's intent for a charge; else the id of the refund, dispute or payout
    at: datetime


def lines(since: datetime | None) -> Iterator[Line]:
    """Every line made at or after `since`, the newest first. Raises Unavailable, Refused."""
    params: dict[str, Any] = {"limit": MOST, "expand": ["data.source"]}
    if since:
        params["created"] = {"gte": int(since.timestamp())}
    with asking() as client:
        for row in client.v1.balance_transactions.list(params).auto_paging_iter():
            yield _line(row.to_dict())


def _line(row: dict[str, Any]) -> Line:
    source = row.get("source") or ""
    if isinstance(source, dict):
        source = (source.get("payment_intent") if source["object"] == "charge" else None) or source["id"]
    return Line(
        id=row["id"],
        kind=row["type"],
        amount=row["amount"],
        fee=row["fee"],
        currency=row["currency"].upper(),
        source=source,
        at=datetime.fromtimestamp(row["created"], UTC),
    )

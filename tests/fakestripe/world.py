"""What this Stripe knows: its objects, its clock, its events. Kept in a file where a path is given."""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tests.fakestripe import money
from tests.fakestripe.errors import invalid, missing

API_VERSION = "2026-10-28.endive"
DAY = 86400
CLEARING = 2 * DAY  # from pending to available
Row = dict[str, Any]


class World:
    """Objects by id. Fields that start with "_" are ours and never leave."""

    def __init__(
        self,
        *,
        settlement: tuple[str, ...] = ("idr", "usd"),
        public: str = "http://127.0.0.1:8210",
        path: Path | None = None,
        reserve: int = 10**13,
        settles_after: int | None = None,
    ) -> None:
        self.settlement, self.public, self.path = settlement, public, path
        self.reserve = reserve  # how far below zero Stripe lets refunds take the account, in minor units
        self.settles_after = settles_after  # seconds until a bank transfer arrives by itself; None: never
        self.rows: dict[str, Row] = {}
        self.sequence = 0
        self.ahead = 0  # seconds that the clock was moved
        self.request: Row = {"id": None, "idempotency_key": None}
        self.listener: Callable[[Row], None] = lambda event: None

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def new(self, prefix: str, kind: str, **fields: Any) -> Row:
        self.sequence += 1
        identity = f"{prefix}_{self.sequence:06d}{uuid.uuid4().hex[:18]}"
        row = {"id": identity, "object": kind, "created": self.now(), "livemode": False, **fields}
        self.rows[identity] = {**row, "_order": self.sequence}
        return self.rows[identity]

    def get(self, identity: str | None, kind: str) -> Row:
        row = self.rows.get(identity or "")
        if row is None or row["object"] != kind:
            raise missing(kind, identity)
        return row

    def of(self, kind: str) -> list[Row]:
        """All of a kind, newest first."""
        return sorted(
            (row for row in self.rows.values() if row["object"] == kind), key=lambda row: -row["_order"]
        )

    # Answers

    def shown(self, row: Row, expand: Iterable[str] = ()) -> Row:
        """A row as it is answered, with the ids on the given paths replaced by what they name."""
        seen = json.loads(json.dumps({key: value for key, value in row.items() if not key.startswith("_")}))
        for path in expand:
            self.open_up(seen, path)
        return seen

    def open_up(self, seen: Row, path: str) -> None:
        head, _, rest = path.partition(".")
        if head == "line_items" and seen.get("object") == "checkout.session":
            seen[head] = self.rows[seen["id"]]["_items"]
            return
        if head not in seen:
            raise invalid(f"This property cannot be expanded ({path}).", "parameter_unknown", "expand")
        if head == "data":
            for one in seen["data"]:
                self.open_up(one, rest)
            return
        if isinstance(seen[head], str) and seen[head] in self.rows:
            seen[head] = self.shown(self.rows[seen[head]])
        if rest and isinstance(seen[head], dict):
            self.open_up(seen[head], rest)

    # Money on Stripe's own account

    def settles_in(self, currency: str) -> str:
        return currency if currency in self.settlement else self.settlement[0]

    def transaction(
        self,
        kind: str,
        amount: int,
        currency: str,
        source: Row,
        *,
        fee: int = 0,
        at_once: bool = True,
        **more: Any,
    ) -> Row:
        """A line on Stripe's account statement. `amount` is signed, in minor units of the settlement currency."""
        part = {"amount": fee, "currency": currency, "type": "stripe_fee", "application": None}
        details = [{**part, "description": "Stripe processing fees"}] if fee else []
        return self.new(
            "txn",
            "balance_transaction",
            amount=amount,
            currency=currency,
            fee=fee,
            fee_details=details,
            net=amount - fee,
            type=kind,
            source=source["id"],
            description=None,
            available_on=self.now() + (0 if at_once else CLEARING),
            status="available" if at_once else "pending",
            exchange_rate=more.get("exchange_rate"),
            reporting_category=more.get("category", kind),
            balance_type="payments",
        )

    def balance(self, currency: str) -> int:
        return sum(row["net"] for row in self.of("balance_transaction") if row["currency"] == currency)

    def in_settlement(self, amount: int, currency: str) -> tuple[int, str, float | None]:
        """(amount, currency, rate) as they arrive on Stripe's account; no rate where nothing was changed."""
        target = self.settles_in(currency)
        if target == currency:
            return amount, currency, None
        return money.convert(amount, currency, target), target, round(float(money.rate(currency, target)), 6)

    # Events

    def event(self, kind: str, about: Row) -> Row:
        row = self.new(
            "evt",
            "event",
            type=kind,
            data={"object": self.shown(about)},
            api_version=API_VERSION,
            pending_webhooks=1,
            request=dict(self.request),
        )
        self.listener(row)
        return row

    # The file

    def save(self, **more: Any) -> None:
        """Replace the file in one step; a reader sees the old state or the new."""
        if self.path is None:
            return
        state = {"rows": self.rows, "sequence": self.sequence, "ahead": self.ahead, **more}
        draft = self.path.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps(state))
        draft.replace(self.path)

    def load(self) -> Row:
        """Take up what the file holds; everything in it, for whoever keeps more there."""
        if self.path is None or not self.path.exists():
            return {}
        state: Row = json.loads(self.path.read_text())
        self.rows, self.sequence, self.ahead = state["rows"], state["sequence"], state["ahead"]
        return state

"""`fake_stripe`: our gateway talks to a fake in the same process, our webhook knows its secret."""

import importlib
from typing import Any

import pytest

SECRET_KEY = "sk_test_fake_0123456789abcdef"
WEBHOOK_SECRET = "whsec_fake_0123456789abcdef"


class Bank:
    """Stripe and the buyer's bank, in the hands of a test. Ids go in, ids and plain values come out."""

    def __init__(self, **world: Any) -> None:
        from tests.fakestripe.api import FakeStripe
        from tests.fakestripe.inprocess import InProcess
        from tests.fakestripe.webhooks import Postman
        from tests.fakestripe.world import World

        self.world = World(**world)
        self.postman = Postman(self.world, WEBHOOK_SECRET)
        self.fake = FakeStripe(self.world, self.postman)
        self.http_client = InProcess(self.fake)

    def pay(self, session: str, card: str = "4242424242424242", *, authenticated: bool = False) -> str:
        """The buyer pays: "paid", "declined", "3ds" or "closed". `card="bank"`: paid once `settle` is called."""
        asked = {"session": session, "card": card.replace(" ", ""), "authenticated": authenticated}
        return str(self.pull("pay", **asked)["outcome"])

    def settle(self, session: str, *, arrived: bool = True) -> None:
        """The bank transfer arrives, or never will."""
        self.pull("settle", session=session, arrived=arrived)

    def dispute(self, charge: str, *, amount: int | None = None, reason: str = "product_not_received") -> str:
        """The id of a new dispute. Also takes a session's id. Amount in wire units of the charge's currency."""
        return str(self.pull("dispute", charge=self.charge(charge), amount=amount, reason=reason)["id"])

    def close_dispute(self, dispute: str, *, won: bool) -> None:
        self.pull("close_dispute", dispute=dispute, won=won)

    def fail_refund(self, refund: str) -> None:
        """The buyer's bank sends a refund back."""
        self.pull("fail_refund", refund=refund)

    def advance(self, seconds: int) -> None:
        """Move Stripe's clock on: sessions expire, refunds fail."""
        self.pull("advance", seconds=seconds)

    def fail(self, path: str, **fault: Any) -> None:
        """The next request to `path` goes wrong; see `faults.Fault`. `when="after", status=0`: answer lost."""
        from tests.fakestripe.faults import Fault

        self.fake.faults.waiting.append(Fault(path, **fault))

    def charge(self, identity: str) -> str:
        """The charge of a session or an intent; a charge is its own."""
        row = self.world.rows[identity]
        if row["object"] == "checkout.session":
            row = self.world.rows[row["payment_intent"]]
        return str(row["latest_charge"] if row["object"] == "payment_intent" else identity)

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """Events in the order in which they happened, of one kind or all."""
        return [row for row in reversed(self.world.of("event")) if kind in {"", row["type"]}]

    def signed(self, event: dict[str, Any] | str, *, mode: str = "normal") -> tuple[bytes, str]:
        """(body, Stripe-Signature) to post to our webhook. `mode`: "stale" or "bad_signature" for a bad one."""
        row = self.world.rows[event] if isinstance(event, str) else event
        self.postman.mode, before = mode, self.postman.mode
        try:
            return self.postman.letter(row)
        finally:
            self.postman.mode = before

    def pull(self, lever: str, **asked: Any) -> dict[str, Any]:
        import json

        answer = self.fake.handle("POST", f"/_fake/{lever}", {}, json.dumps(asked).encode())
        said: dict[str, Any] = json.loads(answer.body)
        assert answer.status == 200, said
        return said


@pytest.fixture
def fake_stripe(settings: Any) -> Any:
    """A `Bank` that our gateway talks to, for one test."""
    client = importlib.import_module("marketplace.payments.gateway.client")
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    bank = Bank()
    client.use(bank.http_client)
    yield bank
    client.use(None)

"""Signed letters to our webhook: with retries, and on demand twice, late, backwards, forged or not at all."""

import hashlib
import hmac
import json
import queue
import threading
import urllib.error
import urllib.request
from typing import Any

from tests.fakestripe.world import Row, World

PAUSES = (0.2, 0.5, 1, 2, 5, 15, 60)  # seconds between tries; Stripe goes on for three days
MODES = ("normal", "duplicate", "hold", "reverse", "drop", "stale", "bad_signature")
STALE = 3600  # seconds; the SDK accepts 300


def sign(payload: str, secret: str, seconds: int) -> str:
    """The header Stripe-Signature."""
    digest = hmac.new(secret.encode(), f"{seconds}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


class Postman:
    """Delivers events in a thread of its own. Without an address it only signs."""

    def __init__(self, world: World, secret: str, address: str | None = None) -> None:
        self.world, self.secret, self.address = world, secret, address
        self.mode = "normal"
        self.held: list[str] = []
        self.deliveries: list[dict[str, Any]] = []
        self.bag: queue.Queue[tuple[str, int]] = queue.Queue()
        if address:
            threading.Thread(target=self.walk, name="fake Stripe's webhooks", daemon=True).start()

    def letter(self, event: Row) -> tuple[bytes, str]:
        """(body, Stripe-Signature) as of now, in the present mode."""
        payload = json.dumps(self.world.shown(event), indent=2)
        seconds = self.world.now() - (STALE if self.mode == "stale" else 0)
        secret = f"{self.secret}-forged" if self.mode == "bad_signature" else self.secret
        return payload.encode(), sign(payload, secret, seconds)

    def post(self, event: Row) -> None:
        if not self.address:
            return
        if self.mode == "drop":
            event["pending_webhooks"] = 0
            return
        if self.mode in {"hold", "reverse"}:
            self.held.append(event["id"])
            return
        for _ in range(2 if self.mode == "duplicate" else 1):
            self.bag.put((event["id"], 0))

    def release(self) -> int:
        """Send what was held, backwards in mode "reverse"; how many."""
        held, self.held = self.held, []
        for identity in reversed(held) if self.mode == "reverse" else held:
            self.bag.put((identity, 0))
        return len(held)

    def walk(self) -> None:
        while True:
            identity, tries = self.bag.get()
            event = self.world.rows.get(identity)
            if event is None:
                continue  # the fake was reset
            said = self.deliver(event)
            self.deliveries.append({"event": identity, "type": event["type"], "try": tries, "said": said})
            if isinstance(said, int) and 200 <= said < 300:
                event["pending_webhooks"] = 0
            elif tries < len(PAUSES):
                again = threading.Timer(PAUSES[tries], self.bag.put, [(identity, tries + 1)])
                again.daemon = True
                again.start()

    def deliver(self, event: Row) -> int | str:
        """The status that our webhook answered with, or why there was none."""
        body, signature = self.letter(event)
        head = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        head["User-Agent"] = "Stripe/1.0 (fake)"
        try:
            request = urllib.request.Request(str(self.address), body, head)
            with urllib.request.urlopen(request, timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError as error:
            return repr(error)

"""Levers for tests and the demonstration: POST /_fake/<lever> with JSON."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakestripe import checkout, disputes, payments, refunds
from tests.fakestripe.errors import Refusal
from tests.fakestripe.faults import Fault
from tests.fakestripe.webhooks import MODES

if TYPE_CHECKING:
    from tests.fakestripe.api import FakeStripe

Levers = dict[str, Callable[["FakeStripe", dict[str, Any]], dict[str, Any] | None]]


def reset(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    fake.world.rows.clear()
    fake.world.ahead = 0
    fake.slots.slots.clear()
    fake.faults.waiting.clear()
    fake.postman.mode, fake.postman.held = "normal", []
    fake.postman.deliveries.clear()
    fake.log.clear()


def faults(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    fake.faults.waiting = [Fault(**fault) for fault in asked["faults"]]


def webhooks(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    if asked["mode"] not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}")
    fake.postman.mode = asked["mode"]


def resend(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    fake.postman.bag.put((fake.world.get(asked["event"], "event")["id"], 0))


def advance(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    """Move the clock on; what falls due happens."""
    fake.world.ahead += int(asked["seconds"])
    fake.tick()


def pay(fake: "FakeStripe", asked: dict[str, Any]) -> dict[str, Any]:
    session = fake.world.get(asked["session"], "checkout.session")
    sure = bool(asked.get("authenticated"))
    outcome, where = checkout.pay(fake.world, session, asked.get("card", payments.VISA), authenticated=sure)
    return {"outcome": outcome, "where": where}


def settle(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    session = fake.world.get(asked["session"], "checkout.session")
    checkout.settle(fake.world, session, arrived=asked.get("arrived", True))


def dispute(fake: "FakeStripe", asked: dict[str, Any]) -> dict[str, Any]:
    charge = fake.world.get(asked["charge"], "charge")
    reason = asked.get("reason", "product_not_received")
    return {"id": disputes.begin(fake.world, charge, reason, asked.get("amount"))["id"]}


def close_dispute(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    disputes.close(fake.world, fake.world.get(asked["dispute"], "dispute"), won=asked["won"])


def fail_refund(fake: "FakeStripe", asked: dict[str, Any]) -> None:
    refunds.fail(fake.world, fake.world.get(asked["refund"], "refund"))


LEVERS: Levers = {
    "reset": reset,
    "faults": faults,
    "webhooks": webhooks,
    "release": lambda fake, asked: {"released": fake.postman.release()},
    "resend": resend,
    "advance": advance,
    "pay": pay,
    "settle": settle,
    "dispute": dispute,
    "close_dispute": close_dispute,
    "fail_refund": fail_refund,
    "log": lambda fake, asked: {"log": fake.log, "deliveries": fake.postman.deliveries},
}


def answer(fake: "FakeStripe", method: str, lever: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    status, said = 200, {}
    if method != "POST" or lever not in LEVERS:
        status, said = 404, {"levers": sorted(LEVERS)}
    else:
        try:
            said = LEVERS[lever](fake, json.loads(body or b"{}")) or {"ok": True}
        except (Refusal, KeyError, TypeError, ValueError) as error:
            status, said = 400, {"wrong": str(error)}
        fake.save()
    return status, {"Content-Type": "application/json"}, json.dumps(said).encode()

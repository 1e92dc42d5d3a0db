"""Refunds: whole, in part, and those that fail days later. The fee never comes back."""

from typing import Any

from tests.fakestripe.errors import impossible, invalid
from tests.fakestripe.payments import REFUND_FAILS
from tests.fakestripe.wire import integer
from tests.fakestripe.world import Row, World

FAILS_AFTER = 10  # seconds, for the card whose refunds fail


def create(world: World, params: dict[str, Any]) -> Row:
    """POST /v1/refunds. Amount in minor units of the charge's currency; without one, all that is left."""
    charge = charge_of(world, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = integer(params, "amount", left)
    check(charge, amount, left)
    refund = new(world, charge, amount, params)
    paid = world.rows[charge["balance_transaction"]]
    back = paid["amount"] * amount // charge["amount_captured"]
    if world.balance(paid["currency"]) + world.reserve < back:
        refund.update(status="pending", pending_reason="insufficient_funds")
    line = world.transaction("refund", -back, paid["currency"], refund, exchange_rate=paid["exchange_rate"])
    refund["balance_transaction"] = line["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    world.event("refund.created", refund)
    world.event("charge.refunded", charge)
    if charge["_card"] == REFUND_FAILS:
        refund["_fails"] = world.now() + FAILS_AFTER
    return refund


def charge_of(world: World, params: dict[str, Any]) -> Row:
    if params.get("payment_intent"):
        intent = world.get(params["payment_intent"], "payment_intent")
        return world.get(intent["latest_charge"], "charge")
    if not params.get("charge"):
        raise invalid("One of the following params should be provided: payment_intent or charge.")
    return world.get(params["charge"], "charge")


def check(charge: Row, amount: int, left: int) -> None:
    if charge["disputed"]:
        raise impossible("This charge has been charged back; it cannot be refunded.", "charge_disputed")
    if left <= 0:
        raise impossible(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if amount < 1:
        raise invalid("Invalid positive integer", "parameter_invalid_integer", "amount")
    if amount > left:
        raise impossible(
            f"Refund amount ({amount}) is greater than unrefunded amount ({left})", param="amount"
        )


def new(world: World, charge: Row, amount: int, params: dict[str, Any]) -> Row:
    empty = [
        "customer", "failure_balance_transaction", "failure_reason", "pending_reason", "receipt_number",
        "source_transfer_reversal", "transfer_reversal",
    ]  # fmt: skip
    return world.new(
        "re",
        "refund",
        amount=amount,
        **{name: charge[name] for name in ("currency", "payment_intent", "payment_method")},
        charge=charge["id"],
        status="succeeded",
        reason=params.get("reason"),
        metadata=params.get("metadata", {}),
        **dict.fromkeys(empty),
    )


def fail(world: World, refund: Row) -> None:
    """The buyer's bank sends it back: the money is on the account again, and still owed."""
    if refund["status"] in {"failed", "canceled"}:
        raise invalid("This refund has already failed.")
    sent = world.rows[refund["balance_transaction"]]
    line = world.transaction("refund_failure", -sent["amount"], sent["currency"], refund)
    refund.update(status="failed", failure_reason="expired_or_canceled_card", pending_reason=None)
    refund["failure_balance_transaction"] = line["id"]
    charge = world.rows[refund["charge"]]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.event("refund.failed", refund)


def fail_due(world: World) -> None:
    """Fail those whose time has come."""
    for refund in world.of("refund"):
        if "_fails" in refund and refund["_fails"] <= world.now():
            del refund["_fails"]
            fail(world, refund)

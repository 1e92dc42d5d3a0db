"""Payment intents, charges and test cards: what happens at the bank behind the hosted page."""

import uuid
from typing import Any

from tests.fakestripe import disputes, money
from tests.fakestripe.errors import Refusal
from tests.fakestripe.world import Row, World

VISA, DECLINED, SECURE = "4242424242424242", "4000000000000002", "4000002760003184"
DISPUTED, REFUND_FAILS = "4000000000000259", "4000000000005126"
CARDS = {  # what each does
    VISA: "pays",
    DECLINED: "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000000077": "pays at once",  # available without waiting two days
    SECURE: "asks the bank",
    DISPUTED: "disputed",
    REFUND_FAILS: "refund fails",
}
DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "expired_card": ("expired_card", "Your card has expired."),
}
BANK = "bank"  # a transfer that arrives later
PERCENT_FEE, CENTS_FEE = 29, 30  # 2.9 % and 30 US cents


def create_intent(world: World, amount: int, currency: str, data: dict[str, Any]) -> Row:
    """`data` is the session's payment_intent_data."""
    money.check(amount, currency, "amount")
    money.check_least(amount, currency, world.settles_in(currency))
    empty = dict.fromkeys(
        [
            "application", "canceled_at", "cancellation_reason", "customer", "last_payment_error", "latest_charge",
            "next_action", "on_behalf_of", "payment_method", "payment_record", "receipt_email", "review",
            "setup_future_usage", "shipping", "source",
        ]
    )  # fmt: skip
    intent = world.new(
        "pi",
        "payment_intent",
        amount=amount,
        currency=currency,
        amount_received=0,
        amount_capturable=0,
        status="requires_payment_method",
        capture_method="automatic_async",
        confirmation_method="automatic",
        client_secret=f"pi_secret_{uuid.uuid4().hex}",
        payment_method_types=["card"],
        metadata=data.get("metadata", {}),
        transfer_group=data.get("transfer_group"),
        description=data.get("description"),
        **empty,
    )
    world.event("payment_intent.created", intent)
    return intent


def confirm(world: World, intent: Row, method: str, *, authenticated: bool = False) -> None:
    """Try a card number, or BANK. Raises `Refusal` where the card is declined."""
    does = "waits" if method == BANK else CARDS[method]
    intent.update(payment_method=f"pm_fake_{method[-4:]}", next_action=None)
    if does == "waits":
        intent["status"] = "processing"
        world.event("payment_intent.processing", intent)
    elif does == "asks the bank" and not authenticated:
        page = {"url": f"{world.public}/3ds/{intent['id']}", "return_url": None}
        intent.update(
            status="requires_action", next_action={"type": "redirect_to_url", "redirect_to_url": page}
        )
        world.event("payment_intent.requires_action", intent)
    elif does in DECLINES:
        decline(world, intent, charge(world, intent, method), does)
    else:
        capture(world, intent, charge(world, intent, method), does)


def charge(world: World, intent: Row, method: str) -> Row:
    """One try at the bank; the intent points at the latest."""
    empty = dict.fromkeys(
        [
            "application", "application_fee", "balance_transaction", "customer", "failure_balance_transaction",
            "failure_code", "failure_message", "on_behalf_of", "receipt_url", "review", "source",
            "source_transfer", "transfer",
        ]
    )  # fmt: skip
    how = {"type": "card", "card": {"brand": "visa", "last4": method[-4:], "country": "US"}}
    row = world.new(
        "ch",
        "charge",
        **{
            name: intent[name]
            for name in ("amount", "currency", "metadata", "transfer_group", "payment_method")
        },
        payment_intent=intent["id"],
        status="pending",
        amount_captured=0,
        amount_refunded=0,
        **dict.fromkeys(["captured", "paid", "refunded", "disputed"], False),
        payment_method_details={"type": "id_bank_transfer"} if method == BANK else how,
        billing_details=dict.fromkeys(["email", "name", "address", "phone"]),
        outcome={"network_status": "approved_by_network", "type": "authorized"},
        **empty,
    )
    row["_card"] = method
    intent["latest_charge"] = row["id"]
    return row


def decline(world: World, intent: Row, tried: Row, reason: str) -> None:
    code, message = DECLINES[reason]
    tried.update(status="failed", failure_code=code, failure_message=message)
    refusal = Refusal(
        402, "card_error", message, stored=True, code=code, decline_code=reason, charge=tried["id"]
    )
    intent.update(
        status="requires_payment_method", payment_method=None, last_payment_error=dict(refusal.error)
    )
    world.event("charge.failed", tried)
    world.event("payment_intent.payment_failed", intent)
    raise refusal


def capture(world: World, intent: Row, tried: Row, does: str) -> None:
    """The money arrives: a line on the account with the fee, the charge paid, the intent done."""
    gross, currency, rate = world.in_settlement(intent["amount"], intent["currency"])
    fee = gross * PERCENT_FEE // 1000 + money.convert(CENTS_FEE, "usd", currency)
    line = world.transaction(
        "payment" if tried["_card"] == BANK else "charge",
        gross,
        currency,
        tried,
        fee=fee,
        at_once=does == "pays at once",
        exchange_rate=rate,
        category="charge",
    )
    tried.update(status="succeeded", paid=True, captured=True)
    tried.update(amount_captured=intent["amount"], balance_transaction=line["id"])
    intent.update(status="succeeded", amount_received=intent["amount"], last_payment_error=None)
    world.event("charge.succeeded", tried)
    world.event("payment_intent.succeeded", intent)
    if does == "disputed":
        disputes.begin(world, tried, "fraudulent")

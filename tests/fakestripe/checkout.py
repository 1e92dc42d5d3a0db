"""Checkout sessions: made by us, paid on the hosted page, ended by payment, by us or by time."""

from typing import Any

from tests.fakestripe import money, payments
from tests.fakestripe.errors import Refusal, impossible, invalid, not_modelled
from tests.fakestripe.wire import integer
from tests.fakestripe.world import DAY, Row, World

SHORTEST, LONGEST = 30 * 60, DAY
SLACK = 100  # seconds between their clock and ours


def create(world: World, params: dict[str, Any]) -> Row:
    """POST /v1/checkout/sessions, mode "payment" on the hosted page alone."""
    data = params.get("payment_intent_data") or {}
    if params.get("mode") != "payment" or params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_modelled("a checkout session other than mode=payment on the hosted page")
    if data.get("capture_method", "automatic_async") == "manual":
        raise not_modelled("capture_method=manual")
    if not params.get("success_url"):
        raise invalid("Missing required param: success_url.", "parameter_missing", "success_url")
    items = line_items(params.get("line_items") or [])
    total, currency = sum(item["amount_total"] for item in items), items[0]["currency"]
    money.check(total, currency, "line_items")
    money.check_least(total, currency, world.settles_in(currency))
    expires = integer(params, "expires_at", world.now() + DAY)
    if not SHORTEST - SLACK <= expires - world.now() <= LONGEST + SLACK:
        raise invalid(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    session = new(world, params, total, currency, expires)
    listed = {"object": "list", "data": items, "has_more": False, "url": ""}
    session.update(_items=listed, _intent=data, url=f"{world.public}/c/pay/{session['id']}")
    return session


def line_items(asked: list[dict[str, Any]]) -> list[Row]:
    if not asked:
        raise invalid("You must provide at least one line item.", "parameter_missing", "line_items")
    return [line_item(number, item, asked[0]) for number, item in enumerate(asked)]


def line_item(number: int, item: dict[str, Any], first: dict[str, Any]) -> Row:
    price, where = item.get("price_data"), f"line_items[{number}]"
    if not price:
        raise not_modelled(f"{where} without price_data")
    currency = price.get("currency", "").lower()
    if currency != (first["price_data"].get("currency") or "").lower():
        raise invalid("All prices on a Checkout session must have the same currency", param=where)
    name = (price.get("product_data") or {}).get("name")
    if not name:
        raise invalid(
            f"Missing required param: {where}[price_data][product_data][name].", "parameter_missing"
        )
    quantity = integer(item, "quantity")
    amount = integer(price, "unit_amount") * quantity
    return {
        "id": f"li_{number}",
        "object": "item",
        "amount_total": amount,
        "amount_subtotal": amount,
        "currency": currency,
        "quantity": quantity,
        "description": name,
    }


def new(world: World, params: dict[str, Any], total: int, currency: str, expires: int) -> Row:
    given = ["success_url", "cancel_url", "client_reference_id", "customer", "customer_email", "locale"]
    empty = [
        "billing_address_collection", "client_secret", "customer_details", "invoice", "origin_context",
        "payment_intent", "payment_link", "redirect_on_completion", "setup_intent", "submit_type", "subscription",
    ]  # fmt: skip
    texts = ["after_submit", "shipping_address", "submit", "terms_of_service_acceptance"]
    return world.new(
        "cs_test",
        "checkout.session",
        mode="payment",
        ui_mode="hosted_page",
        status="open",
        payment_status="unpaid",
        amount_total=total,
        amount_subtotal=total,
        currency=currency,
        expires_at=expires,
        metadata=params.get("metadata", {}),
        payment_method_types=["card"],
        automatic_tax={"enabled": False, "liability": None, "status": None, "provider": None},
        custom_fields=[],
        custom_text=dict.fromkeys(texts),
        customer_creation="if_required",
        payment_method_collection="if_required",
        shipping_options=[],
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        **{name: params.get(name) for name in given},
        **dict.fromkeys(empty),
    )


def expire(world: World, session: Row) -> Row:
    """End an open session. Raises `Refusal` for one that is complete or expired already."""
    if session["status"] != "open":
        raise impossible(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    session.update(status="expired", url=None)
    intent = world.rows.get(session["payment_intent"] or "")
    if intent:
        intent.update(status="canceled", canceled_at=world.now(), cancellation_reason="automatic")
        world.event("payment_intent.canceled", intent)
    world.event("checkout.session.expired", session)
    return session


def expire_due(world: World) -> None:
    for session in world.of("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= world.now():
            expire(world, session)


def pay(world: World, session: Row, method: str, *, authenticated: bool = False) -> tuple[str, str]:
    """What the buyer's click does: ("paid" or "3ds", where to go) or ("declined" or "closed", why)."""
    expire_due(world)
    if session["status"] != "open":
        return "closed", "This session is no longer open."
    if method not in payments.CARDS and method != payments.BANK:
        return "declined", "Your card number is invalid."
    try:
        payments.confirm(world, intent_of(world, session), method, authenticated=authenticated)
    except Refusal as refusal:
        return "declined", str(refusal)
    intent = intent_of(world, session)
    if intent["status"] == "requires_action":
        return "3ds", intent["next_action"]["redirect_to_url"]["url"]
    if intent["status"] == "processing" and world.settles_after is not None:
        session["_settles"] = world.now() + world.settles_after
    return "paid", complete(world, session, paid=intent["status"] == "succeeded")


def intent_of(world: World, session: Row) -> Row:
    """The session's one intent, made at the first try and used again after a decline."""
    if not session["payment_intent"]:
        intent = payments.create_intent(
            world, session["amount_total"], session["currency"], session["_intent"]
        )
        session["payment_intent"] = intent["id"]
    return world.rows[session["payment_intent"]]


def complete(world: World, session: Row, *, paid: bool) -> str:
    """Close the session; where the buyer goes next. Unpaid: a bank transfer still to arrive."""
    buyer = dict.fromkeys(["name", "address", "phone"])
    email = session["customer_email"] or "buyer@example.com"
    session.update(status="complete", url=None, payment_status="paid" if paid else "unpaid")
    session["customer_details"] = {**buyer, "email": email, "tax_exempt": "none", "tax_ids": []}
    world.event("checkout.session.completed", session)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def settle(world: World, session: Row, *, arrived: bool = True) -> None:
    """The bank transfer of a completed session arrives, or never will."""
    intent = world.get(session["payment_intent"], "payment_intent")
    session.pop("_settles", None)
    if intent["status"] != "processing":
        raise invalid(f"The payment of this session is {intent['status']}, not processing.")
    if arrived:
        payments.capture(world, intent, payments.charge(world, intent, payments.BANK), "pays")
        session["payment_status"] = "paid"
        world.event("checkout.session.async_payment_succeeded", session)
        return
    intent["status"] = "requires_payment_method"
    world.event("payment_intent.payment_failed", intent)
    world.event("checkout.session.async_payment_failed", session)


def settle_due(world: World) -> None:
    """The transfers whose time has come arrive."""
    for session in world.of("checkout.session"):
        if "_settles" in session and session["_settles"] <= world.now():
            settle(world, session)


def turn_down(world: World, session: Row) -> None:
    """The buyer did not pass the bank's question; the session stays open for another card."""
    intent = world.rows[session["payment_intent"]]
    intent.update(status="requires_payment_method", next_action=None, payment_method=None)
    world.event("payment_intent.payment_failed", intent)

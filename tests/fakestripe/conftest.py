"""A fake and the real SDK on top of it, without a socket."""

from typing import Any

import pytest

from tests.fakestripe.fixtures import SECRET_KEY, Bank


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def stripe_api(bank: Bank) -> Any:
    """The SDK's own client, with its own retries."""
    import stripe

    return stripe.StripeClient(SECRET_KEY, http_client=bank.http_client, max_network_retries=2).v1


@pytest.fixture
def new_session(stripe_api: Any) -> Any:
    """Make a checkout session for two bags of coffee; `key` is the idempotency key."""

    def make(currency: str = "idr", unit: int = 15_000_000, key: str | None = None, **more: Any) -> Any:
        price = {"currency": currency, "unit_amount": unit, "product_data": {"name": "Kopi"}}
        asked = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 2}],
            "success_url": "http://shop.example/ok?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.example/no",
            "client_reference_id": "100001",
            "payment_intent_data": {"transfer_group": "order-100001", "metadata": {"order": "100001"}},
            **more,
        }
        return stripe_api.checkout.sessions.create(asked, {"idempotency_key": key} if key else {})

    return make

"""The way to the card page and back, as the buyer goes it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from marketplace.orders.queries import link_token
from marketplace.payments import states
from marketplace.payments.models import Attempt, Due
from tests.fulfilment.steps import one_seller

pytestmark = pytest.mark.django_db


def pressed() -> Any:
    token = link_token(one_seller(language="en").order)
    return Client().post(reverse("account:pay", args=[token]))


def back(attempt: Attempt) -> str:
    with override("en"):
        address = reverse("account:paid", args=[link_token(attempt.due.order), attempt.pk])
    response = Client().get(address)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return str(response.content.decode())


def test_there_and_back(fake_stripe: Any) -> None:
    answer = pressed()
    attempt = Attempt.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, attempt.url)
    row = fake_stripe.world.rows[attempt.session_id]
    assert f"/paid/{attempt.pk}/" in row["success_url"]
    assert "do not know of a payment yet" in back(attempt)
    assert Due.objects.get().state == states.OPEN
    fake_stripe.pay(attempt.session_id)
    assert "Thank you." in back(attempt)  # asked, though no news came
    assert Due.objects.get().state == states.SETTLED


@pytest.mark.parametrize(("language", "begins"), [("en", "/en/"), ("ar", "/ar/"), ("id", "/")])
def test_back_in_the_language_of_the_page(
    fake_stripe: Any, settings: Any, language: str, begins: str
) -> None:
    token = link_token(one_seller(language="id").order)
    with override(language):
        Client().post(reverse("account:pay", args=[token]))
    attempt = Attempt.objects.get()
    row = fake_stripe.world.rows[attempt.session_id]
    pattern = rf"{re.escape(settings.BASE_URL)}{begins}orders/[^/]+/paid/{attempt.pk}/"
    assert re.fullmatch(pattern, row["success_url"])
    assert row["cancel_url"] == row["success_url"]


def test_a_bank_that_takes_its_time(fake_stripe: Any) -> None:
    pressed()
    attempt = Attempt.objects.get()
    fake_stripe.pay(attempt.session_id, "bank")
    assert "is working on this payment" in back(attempt)
    fake_stripe.settle(attempt.session_id, arrived=False)
    assert "Nothing was taken" in back(attempt)


@pytest.mark.parametrize("status", [400, 500])
def test_the_provider_is_away_or_refuses(fake_stripe: Any, status: int) -> None:
    fake_stripe.fail("/v1/checkout/sessions", status=status, times=9)
    answer = pressed()
    assert answer.status_code == 302
    assert "/orders/" in answer["Location"]
    assert Due.objects.get().state == states.OPEN


def test_not_offered(fake_stripe: Any, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    assert pressed().status_code == 302
    assert not Attempt.objects.exists()


def test_another_orders_attempt_is_not_shown(fake_stripe: Any) -> None:
    pressed()
    other = link_token(one_seller().order)
    assert Client().get(reverse("account:paid", args=[other, Attempt.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("key", ["", "sk_test_x"])
def test_the_button_stands_on_the_order_where_cards_are_taken(settings: Any, key: str) -> None:
    settings.STRIPE_SECRET_KEY = key
    placed = one_seller()
    with override("en"):
        token = link_token(placed.order)
        page = Client().get(reverse("account:guest-order", args=[token])).content.decode()
        assert ("Pay by card" in page) is bool(key)
        assert (reverse("account:pay", args=[token]) in page) is bool(key)

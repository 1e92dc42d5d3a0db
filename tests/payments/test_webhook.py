"""News from the provider: signed or refused, kept once, handled in any order, found again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.payments import states, tasks
from marketplace.payments.models import Attempt, Due, ProviderEvent
from marketplace.payments.services import online
from tests.fakestripe.fixtures import WEBHOOK_SECRET
from tests.fulfilment.steps import one_seller

pytestmark = pytest.mark.django_db
ADDRESS = "/stripe/webhook/"


def tell(body: bytes, signature: str) -> int:
    head = {"HTTP_STRIPE_SIGNATURE": signature}
    return Client().post(ADDRESS, body, content_type="application/json", **head).status_code


def paid_session(bank: Any) -> Attempt:
    attempt = online.start(due=one_seller().due, actor=GUEST)
    bank.pay(attempt.session_id)
    return attempt


@pytest.mark.parametrize("backwards", [False, True])
def test_all_news_twice_in_any_order(fake_stripe: Any, backwards: bool) -> None:
    paid_session(fake_stripe)
    news = fake_stripe.events()
    for event in (news[::-1] if backwards else news) * 2:
        assert tell(*fake_stripe.signed(event)) == 200
    assert ProviderEvent.objects.count() == len(news)
    for row in ProviderEvent.objects.all():
        tasks.handle_event(row.pk)
        tasks.handle_event(row.pk)
    assert not ProviderEvent.objects.filter(done_at=None).exists()
    assert (Attempt.objects.get().state, Due.objects.get().state) == (states.PAID, states.SETTLED)


@pytest.mark.parametrize("mode", ["stale", "bad_signature"])
def test_forged_or_stale_is_refused(fake_stripe: Any, mode: str) -> None:
    paid_session(fake_stripe)
    event = fake_stripe.events("checkout.session.completed")[0]
    assert tell(*fake_stripe.signed(event, mode=mode)) == 400
    assert not ProviderEvent.objects.exists()


@pytest.mark.parametrize("body", [b"", b"x", b"\xff", b"[]", b"{}"])
@pytest.mark.parametrize("signature", ["", "t=1,v1=a"])
def test_rubbish_is_refused(fake_stripe: Any, body: bytes, signature: str) -> None:
    assert tell(body, signature) == 400


@pytest.mark.parametrize("body", ["[]", "{}", "x", '{"id": "evt_1", "type": "x", "data": {}}'])
def test_signed_rubbish_is_refused(fake_stripe: Any, body: str) -> None:
    from tests.fakestripe.webhooks import sign

    assert tell(body.encode(), sign(body, WEBHOOK_SECRET, int(timezone.now().timestamp()))) == 400


def test_an_old_and_a_new_secret(fake_stripe: Any, settings: Any) -> None:
    paid_session(fake_stripe)
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", WEBHOOK_SECRET]
    assert tell(*fake_stripe.signed(fake_stripe.events()[0])) == 200


def test_too_long_or_not_posted(fake_stripe: Any) -> None:
    assert tell(b"x" * 600_000, "") == 413
    assert Client().get(ADDRESS).status_code == 405


def test_no_answer_is_tried_again(fake_stripe: Any) -> None:
    paid_session(fake_stripe)
    (event,) = fake_stripe.events("checkout.session.completed")
    tell(*fake_stripe.signed(event))
    fake_stripe.fail("/v1/checkout/sessions/", method="GET", times=9)
    tasks.handle_event(event["id"])
    row = ProviderEvent.objects.get()
    assert (row.done_at, row.tries, "Unavailable" in row.error) == (None, 1, True)
    fake_stripe.fake.faults.waiting.clear()
    ProviderEvent.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    tasks.handle_events()
    assert Attempt.objects.get().state == states.PAID

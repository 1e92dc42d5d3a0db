"""`fake_stripe`: our own gateway on the fake, and letters that our webhook can check."""

import stripe

from tests.fakestripe.fixtures import WEBHOOK_SECRET


def test_the_gateway_talks_to_the_fake(fake_stripe):
    from marketplace.payments.gateway import client

    with client.asking() as api:
        assert api.v1.events.list().data == []
    assert [one["path"] for one in fake_stripe.fake.log] == ["/v1/events"]


def test_a_letter_for_our_webhook(fake_stripe, settings):
    fake_stripe.world.event("payment_intent.created", fake_stripe.world.new("pi", "payment_intent"))
    body, signature = fake_stripe.signed(fake_stripe.events()[0])
    event = stripe.Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRETS[0])
    assert (event.type, WEBHOOK_SECRET) == ("payment_intent.created", settings.STRIPE_WEBHOOK_SECRETS[0])

"""The same key twice, from two threads, with other parameters, after a fault, after a day."""

import json
import threading
import time

import pytest
import stripe

from tests.fakestripe.api import Asked


def paid(bank, new_session):
    session = new_session()
    bank.pay(session.id)
    return bank.world.rows[session.id]["payment_intent"]


def test_a_retry_gets_the_first_answer(bank, new_session):
    first, again = new_session(key="k"), new_session(key="k")
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        new_session(unit=1_000_000, key="k")
    bank.advance(86_401)
    assert new_session(key="k").id != first.id  # keys are forgotten after a day: a hazard, kept faithfully


def test_what_was_refused_before_any_work_frees_the_key(new_session):
    with pytest.raises(stripe.InvalidRequestError):
        new_session(unit=-1, key="k")
    assert new_session(key="k").status == "open"


def test_a_lost_answer_pays_back_once(bank, stripe_api, new_session):
    intent = paid(bank, new_session)
    bank.fail("/v1/refunds", when="after", status=0)
    refund = stripe_api.refunds.create({"payment_intent": intent, "amount": 1000})
    assert [one.id for one in stripe_api.refunds.list({"payment_intent": intent}).data] == [refund.id]


@pytest.mark.parametrize(("when", "made"), [("during", 0), ("after", 1)])
def test_a_stored_500_is_replayed(bank, stripe_api, new_session, when, made):
    intent = paid(bank, new_session)
    bank.fail("/v1/refunds", when=when)
    with pytest.raises(stripe.APIError):
        stripe_api.refunds.create({"payment_intent": intent}, {"idempotency_key": "re/1"})
    with pytest.raises(stripe.APIError):
        stripe_api.refunds.create({"payment_intent": intent}, {"idempotency_key": "re/1"})
    assert len(bank.world.of("refund")) == made


def test_a_500_before_the_work_is_not_stored(bank, stripe_api, new_session):
    intent = paid(bank, new_session)
    bank.fail("/v1/refunds", when="before")
    refund = stripe_api.refunds.create({"payment_intent": intent}, {"idempotency_key": "re/1"})
    assert refund.status == "succeeded"  # the SDK tried again


def test_two_at_once_are_told_so(bank, new_session):
    bank.fail("/v1/checkout/sessions", when="during", status=None, delay=0.2)
    slow = threading.Thread(target=new_session, kwargs={"key": "k"})
    slow.start()
    while "k" not in bank.fake.slots.slots:
        time.sleep(0.01)
    head = {"authorization": "Bearer x", "idempotency-key": "k"}
    answer = bank.fake.api(Asked("POST", "/v1/checkout/sessions", bank.fake.log[-1]["params"], head))
    slow.join()
    assert answer.status == 409
    assert json.loads(answer.body)["error"]["code"] == "idempotency_key_in_use"
    assert len(bank.world.of("checkout.session")) == 1

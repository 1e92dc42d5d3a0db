"""Refunds and disputes: what comes back, what does not, and what fails later."""

import pytest
import stripe


def paid(bank, new_session, card="4242424242424242"):
    session = new_session()
    bank.pay(session.id, card)
    return session.id, bank.world.rows[session.id]["payment_intent"]


def test_in_part_then_the_rest_and_no_more(bank, stripe_api, new_session):
    _, intent = paid(bank, new_session)
    first = stripe_api.refunds.create(
        {"payment_intent": intent, "amount": 10_000_000, "metadata": {"refund": "7"}}
    )
    assert (first.status, first.amount, first.metadata["refund"]) == ("succeeded", 10_000_000, "7")
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        stripe_api.refunds.create({"payment_intent": intent, "amount": 20_000_001})
    assert stripe_api.refunds.create({"payment_intent": intent}).amount == 20_000_000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    lines = stripe_api.balance_transactions.list({"type": "refund"}).data
    assert [(line.amount, line.fee) for line in lines] == [(-20_000_000, 0), (-10_000_000, 0)]


def test_a_refund_waits_where_the_account_is_empty(bank, stripe_api, new_session):
    _, intent = paid(bank, new_session)
    bank.world.reserve = 0
    refund = stripe_api.refunds.create({"payment_intent": intent})  # the fee is gone already
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")


def test_a_refund_fails_later(bank, stripe_api, new_session):
    _, intent = paid(bank, new_session, "4000000000005126")
    refund = stripe_api.refunds.create({"payment_intent": intent})
    assert refund.status == "succeeded"
    bank.advance(11)
    refund = stripe_api.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (refund.status, refund.failure_balance_transaction.amount) == ("failed", 30_000_000)
    assert [event["data"]["object"]["id"] for event in bank.events("refund.failed")] == [refund.id]
    assert stripe_api.refunds.create({"payment_intent": intent}).amount == 30_000_000


@pytest.mark.parametrize(("won", "status", "lines"), [(True, "won", 2), (False, "lost", 1)])
def test_a_dispute_takes_the_money_and_bars_refunds(bank, stripe_api, new_session, won, status, lines):
    session, intent = paid(bank, new_session)
    dispute = bank.dispute(session)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        stripe_api.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    taken = stripe_api.disputes.retrieve(dispute).balance_transactions[0]
    assert (taken.amount, taken.fee, taken.reporting_category) == (-30_000_000, 1500 * 16250, "dispute")
    bank.close_dispute(dispute, won=won)
    found = stripe_api.disputes.retrieve(dispute)
    assert (found.status, len(found.balance_transactions)) == (status, lines)
    assert bank.events()[-1]["type"] == "charge.dispute.closed"


def test_the_disputed_card(bank, new_session):
    paid(bank, new_session, "4000000000000259")
    assert len(bank.events("charge.dispute.created")) == 1

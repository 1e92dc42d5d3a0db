"""Sessions through the real SDK: paid, declined, asked by the bank, paid later, expired."""

import pytest
import stripe

from tests.fakestripe import contract
from tests.fakestripe.world import API_VERSION

PAID = {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
INSUFFICIENT, SECURE = "4000000000009995", "4000002760003184"


def test_we_speak_the_version_that_the_sdk_is_pinned_to():
    from stripe._api_version import _ApiVersion

    assert _ApiVersion.CURRENT == API_VERSION


def test_a_paid_session_with_everything_expanded(bank, stripe_api, new_session):
    session = new_session()
    assert (session.amount_total, session.status, session.payment_status) == (30_000_000, "open", "unpaid")
    assert bank.pay(session.id) == "paid"
    session = stripe_api.checkout.sessions.retrieve(session.id, PAID)
    line = session.payment_intent.latest_charge.balance_transaction
    fee = 30_000_000 * 29 // 1000 + 30 * 16250
    assert (line.amount, line.fee, line.net, line.exchange_rate) == (30_000_000, fee, 30_000_000 - fee, None)
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent.transfer_group == "order-100001"
    assert session.line_items.data[0].quantity == 2
    assert bank.pay(session.id) == "closed"
    assert [event["type"] for event in bank.events()] == [
        "payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    ]  # fmt: skip


def test_another_currency_is_changed_on_arrival(bank, stripe_api, new_session):
    session = new_session("aed", 10_000)
    bank.pay(session.id)
    session = stripe_api.checkout.sessions.retrieve(session.id, PAID)
    line = session.payment_intent.latest_charge.balance_transaction
    assert (session.amount_total, session.currency) == (20_000, "aed")
    assert (line.currency, line.amount) == ("idr", 88_495_575)  # 200 AED at 4424.78
    assert line.exchange_rate == pytest.approx(4424.77876)


def test_after_a_decline_the_same_intent_is_paid(bank, stripe_api, new_session):
    session = new_session()
    assert bank.pay(session.id, INSUFFICIENT) == "declined"
    session = stripe_api.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (session.status, session.payment_intent.last_payment_error.code) == ("open", "card_declined")
    first = session.payment_intent.id
    assert bank.pay(session.id) == "paid"
    assert stripe_api.checkout.sessions.retrieve(session.id).payment_intent == first
    tries = stripe_api.charges.list({"payment_intent": first}).data
    assert [one.status for one in tries] == ["succeeded", "failed"]


def test_the_bank_asks_first(bank, stripe_api, new_session):
    session = new_session()
    assert bank.pay(session.id, SECURE) == "3ds"
    assert stripe_api.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert bank.pay(session.id, SECURE, authenticated=True) == "paid"


@pytest.mark.parametrize(
    ("arrived", "status", "event"),
    [
        (True, "paid", "checkout.session.async_payment_succeeded"),
        (False, "unpaid", "checkout.session.async_payment_failed"),
    ],
)
def test_a_transfer_arrives_later_or_never(bank, stripe_api, new_session, arrived, status, event):
    session = new_session()
    assert bank.pay(session.id, "bank") == "paid"
    session = stripe_api.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    bank.settle(session.id, arrived=arrived)
    assert stripe_api.checkout.sessions.retrieve(session.id).payment_status == status
    assert len(bank.events(event)) == 1


def test_a_transfer_arrives_by_itself(bank, stripe_api, new_session):
    bank.world.settles_after = 30
    session = new_session()
    bank.pay(session.id, "bank")
    bank.advance(29)
    assert stripe_api.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    bank.advance(2)
    assert stripe_api.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_time_and_we_ourselves_end_a_session(bank, stripe_api, new_session):
    late, ended = new_session(), new_session()
    assert stripe_api.checkout.sessions.expire(ended.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        stripe_api.checkout.sessions.expire(ended.id)
    bank.advance(86_401)
    assert bank.pay(late.id) == "closed"
    assert stripe_api.checkout.sessions.retrieve(late.id).status == "expired"
    assert len(bank.events("checkout.session.expired")) == 2


@pytest.mark.parametrize(
    ("more", "code", "param"),
    [
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"sucess_url": "x"}, "parameter_unknown", "sucess_url"),
        ({"payment_intent_data": {"metdata": "x"}}, "parameter_unknown", "payment_intent_data[metdata]"),
        ({"line_items": []}, "parameter_missing", "line_items"),
        ({"expires_at": 1}, None, "expires_at"),
        ({"expand": ["nonsense"]}, "parameter_unknown", "expand"),
    ],
)
def test_what_the_present_version_refuses(new_session, more, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        new_session(**more)
    assert (refused.value.code, refused.value.param) == (code, param)


@pytest.mark.parametrize(
    ("currency", "unit", "fine"),
    [
        ("idr", 499_999_999_999, True), ("idr", 500_000_000_000, False), ("usd", 50_000_000, False),
        ("usd", 10, False), ("isk", 275, False), ("kwd", 2561, False), ("sar", 5000, True), ("eur", 0, False),
        ("idr", "15000000.0", False), ("idr", "1e6", False),
    ],
)  # fmt: skip
def test_amounts(new_session, currency, unit, fine):
    if fine:
        assert new_session(currency, unit).amount_total == 2 * unit
    else:
        with pytest.raises(stripe.InvalidRequestError):
            new_session(currency, unit)


def test_what_is_not_modelled_is_loud(stripe_api):
    with pytest.raises(stripe.InvalidRequestError, match="not modelled"):
        stripe_api.customers.create({"name": "Contoh"})


def test_objects_have_the_fields_that_the_sdk_promises(bank, stripe_api, new_session):
    one, two = new_session(), new_session()
    bank.pay(one.id, "4000000000000259")
    bank.pay(two.id)
    stripe_api.refunds.create({"payment_intent": bank.world.rows[two.id]["payment_intent"]})
    classes = {
        "payment_intent": stripe.PaymentIntent, "charge": stripe.Charge, "refund": stripe.Refund,
        "balance_transaction": stripe.BalanceTransaction, "event": stripe.Event, "dispute": stripe.Dispute,
        "checkout.session": stripe.checkout.Session,
    }  # fmt: skip
    assert {row["object"] for row in bank.world.rows.values()} == set(classes)
    lacking = {
        row["object"]: contract.lacking(row, classes[row["object"]]) for row in bank.world.rows.values()
    }
    assert {kind: fields for kind, fields in lacking.items() if fields} == {}

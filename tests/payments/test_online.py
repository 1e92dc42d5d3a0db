"""A due paid by card: begun once, paid once, in every order of news; late, twice, lost, different."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders import states as order_states
from marketplace.payments import services as payments
from marketplace.payments import states
from marketplace.payments.gateway import client
from marketplace.payments.gateway.wire import NotWhole, from_wire, to_wire
from marketplace.payments.models import Attempt, Due, Refund
from marketplace.payments.services import PaymentError, online
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import books, one_seller, pay, status

pytestmark = pytest.mark.django_db
DUE = 515_000


def started(**kw: Any) -> Attempt:
    return online.start(due=one_seller(**kw).due, actor=GUEST)


def paid_by_card(bank: Any) -> Attempt:
    attempt = started()
    assert bank.pay(attempt.session_id) == "paid"
    return online.sync(attempt.pk)


def test_wire() -> None:
    assert (to_wire(Money(515_000)), to_wire(Money(1250, "USD"))) == (51_500_000, 1250)
    assert from_wire(51_500_000, "idr") == Money(515_000)
    for amount, currency in [(150, "idr"), (100, "jpy")]:
        with pytest.raises(NotWhole):
            from_wire(amount, currency)


def test_a_page_is_made_once(fake_stripe: Any) -> None:
    due = one_seller().due
    first, again = (online.start(due=due, actor=GUEST) for _ in range(2))
    assert first.pk == again.pk
    assert first.state == states.OPEN
    (asked,) = [row for row in fake_stripe.fake.log if row["method"] == "POST"]
    assert asked["key"] == f"cs/{due.pk}/1"
    assert asked["params"]["metadata"] == {
        "due": str(due.pk), "attempt": str(first.pk), "order": due.order.number
    }  # fmt: skip
    assert "payment_method_types" not in asked["params"]
    row = fake_stripe.world.rows[first.session_id]
    assert (row["amount_total"], row["currency"]) == (DUE * 100, "idr")


def test_paid(fake_stripe: Any) -> None:
    attempt = paid_by_card(fake_stripe)
    for _ in range(2):
        online.sync(attempt.pk)
    attempt.refresh_from_db()
    due = Due.objects.get()
    assert (attempt.state, due.state, due.received) == (states.PAID, states.SETTLED, DUE)
    assert attempt.settled == DUE
    fee = attempt.fee
    assert fee
    assert books() == {"provider": DUE - fee, "fees": fee, "held": 500_000, "shipping_due": 15_000}
    assert status(due.order) != order_states.PLACED
    assert audit() == []


def test_a_lost_answer_is_no_second_page(fake_stripe: Any) -> None:
    due = one_seller().due
    fake_stripe.fail("/v1/checkout/sessions", when="after", status=0)
    fake_stripe.fail("/v1/checkout/sessions", skip=1, times=9)  # nor does asking again help
    with pytest.raises(client.Unavailable):
        online.start(due=due, actor=GUEST)
    assert Attempt.objects.get().state == states.PREPARED
    fake_stripe.fake.faults.waiting.clear()
    attempt = online.start(due=due, actor=GUEST)
    assert attempt.state == states.OPEN
    assert len(fake_stripe.world.of("checkout.session")) == 1


def test_declined_then_paid(fake_stripe: Any) -> None:
    attempt = started()
    assert fake_stripe.pay(attempt.session_id, "4000000000000002") == "declined"
    attempt = online.sync(attempt.pk)
    assert (attempt.state, bool(attempt.failure)) == (states.OPEN, True)
    fake_stripe.pay(attempt.session_id)
    assert online.sync(attempt.pk).state == states.PAID


@pytest.mark.parametrize("arrived", [True, False])
def test_a_payment_that_takes_days(fake_stripe: Any, arrived: bool) -> None:
    attempt = started()
    fake_stripe.pay(attempt.session_id, "bank")
    assert online.sync(attempt.pk).state == states.PROCESSING
    Due.objects.update(due_at=timezone.now() - timedelta(hours=1))
    assert fulfilment.expire(due=Due.objects.get()) is False  # the order waits for it
    with pytest.raises(PaymentError):
        online.start(due=Due.objects.get(), actor=GUEST)
    fake_stripe.settle(attempt.session_id, arrived=arrived)
    attempt = online.sync(attempt.pk)
    due = Due.objects.get()
    assert attempt.state == (states.PAID if arrived else states.FAILED)
    assert due.state == (states.SETTLED if arrived else states.OPEN)
    assert fulfilment.expire(due=due) is not arrived
    assert audit() == []


@pytest.mark.parametrize(
    ("how", "reason"), [("transfer", "twice"), ("cancel", "cancelled"), ("time", "late")]
)
def test_paid_after_all_was_over(fake_stripe: Any, how: str, reason: str) -> None:
    attempt = started()
    fake_stripe.pay(attempt.session_id)
    due = Due.objects.get()
    if how == "transfer":
        pay(due)
    elif how == "cancel":
        fulfilment.cancel_unpaid(order=due.order, actor=GUEST)
    else:
        Due.objects.update(due_at=timezone.now() - timedelta(hours=1))
        fulfilment.expire(due=Due.objects.get())
    assert online.sync(attempt.pk).state == states.PAID
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.attempt_id) == (DUE, reason, attempt.pk)
    assert audit() == []


def test_part_came_by_transfer(fake_stripe: Any) -> None:
    attempt = started()
    due = Due.objects.get()
    pay(due, 15_000)
    again = online.start(due=due, actor=GUEST)
    assert (again.number, again.amount) == (2, 500_000)
    attempt.refresh_from_db()
    assert attempt.state == states.EXPIRED
    fake_stripe.pay(again.session_id)
    online.sync(again.pk)
    assert Due.objects.get().state == states.SETTLED
    assert audit() == []


def test_more_than_is_missing_goes_back(fake_stripe: Any) -> None:
    attempt = started()
    pay(Due.objects.get(), 15_000)
    fake_stripe.pay(attempt.session_id)
    online.sync(attempt.pk)
    refund = Refund.objects.get()
    assert (Due.objects.get().state, refund.amount, refund.reason) == (states.SETTLED, 15_000, "over")
    assert audit() == []


@pytest.mark.parametrize("change", [{"amount_total": 100}, {"metadata": {"due": "1"}}, {"currency": "usd"}])
def test_what_differs_stops_it(fake_stripe: Any, change: dict[str, Any]) -> None:
    make_user("office@example.com", staff_role="office")
    attempt = started()
    fake_stripe.pay(attempt.session_id)
    fake_stripe.world.rows[attempt.session_id].update(change)
    for _ in range(2):
        assert online.sync(attempt.pk).state == states.STOPPED
    assert (Due.objects.get().state, books()) == (states.OPEN, {})
    assert Mail.objects.filter(key__startswith="card-differs/").count() == 1


def test_the_sweep_finds_what_no_news_told(fake_stripe: Any) -> None:
    attempt = started()
    fake_stripe.pay(attempt.session_id)
    Attempt.objects.update(created=timezone.now() - timedelta(minutes=5))
    online.follow_all()
    assert Attempt.objects.get().state == states.PAID


def test_the_sweep_closes_the_page_of_a_cancelled_order(fake_stripe: Any) -> None:
    attempt = started()
    fulfilment.cancel_unpaid(order=attempt.due.order, actor=GUEST)
    online.follow_all()
    assert fake_stripe.world.rows[attempt.session_id]["status"] == "expired"
    assert Attempt.objects.get().state == states.CANCELLED


def test_the_page_expires_and_another_follows(fake_stripe: Any) -> None:
    attempt = started()
    fake_stripe.advance(86_400)
    assert online.sync(attempt.pk).state == states.EXPIRED
    fake_stripe.world.ahead = 0
    assert online.start(due=attempt.due, actor=GUEST).number == 2


def test_nothing_is_offered_without_a_key_or_on_an_ended_due(fake_stripe: Any, settings: Any) -> None:
    due = one_seller().due
    assert online.is_offered(due)
    settings.STRIPE_SECRET_KEY = ""
    assert not online.is_offered(due)
    with pytest.raises(PaymentError):
        online.start(due=due, actor=GUEST)
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    payments.close_due(due=due, to=states.CANCELLED, actor=GUEST, why="")
    assert not online.is_offered(due)

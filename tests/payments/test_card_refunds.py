"""Money that goes back to a card, from the order to the provider and back, by the tasks of the timetable."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from marketplace.celery_settings import beat_schedule
from marketplace.common.actor import GUEST
from marketplace.fulfilment import services
from marketplace.fulfilment import tasks as fulfilment_tasks
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.payments import states, tasks
from marketplace.payments.models import Attempt, Due, Refund
from marketplace.payments.services import online, online_refunds
from tests.fulfilment.steps import OFFICE, one_seller, total

pytestmark = pytest.mark.django_db
WHOLE = 515_000


def paid_by_card(bank: Any, card: str = "4242424242424242") -> Attempt:
    attempt = online.start(due=one_seller().due, actor=GUEST)
    bank.pay(attempt.session_id, card)
    return online.sync(attempt.pk)


def declined(bank: Any, card: str = "4242424242424242") -> Refund:
    """The pesantren cannot deliver what was paid by card."""
    part = paid_by_card(bank, card).due.order.fulfilments.get()
    services.decline(fulfilment=part, actor=OFFICE, why="uji")
    return Refund.objects.get()


def test_declined_goes_back_to_the_card_once(fake_stripe: Any) -> None:
    refund = declined(fake_stripe)
    before = total(Kind.PROVIDER)
    assert (refund.state, refund.amount, refund.reason, bool(refund.attempt_id)) == (
        states.OWED,
        WHOLE,
        "declined",
        True,
    )
    tasks.send_refunds()
    tasks.send_refunds()
    refund.refresh_from_db()
    assert refund.state == states.PAID
    (row,) = fake_stripe.world.of("refund")
    assert (row["amount"], row["id"]) == (WHOLE * 100, refund.provider_id)
    assert (total(Kind.REFUND_DUE), total(Kind.PROVIDER)) == (0, before - WHOLE)
    assert audit() == []


@pytest.mark.parametrize("state", [states.EXPIRED, states.CANCELLED])
def test_paid_after_the_end_goes_back(fake_stripe: Any, state: str) -> None:
    attempt = online.start(due=one_seller().due, actor=GUEST)
    if state == states.CANCELLED:
        services.cancel_unpaid(order=attempt.due.order, actor=OFFICE)
    else:
        Due.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        fulfilment_tasks.expire_unpaid()
    fake_stripe.pay(attempt.session_id)
    tasks.follow_attempts()
    assert (Attempt.objects.get().state, Due.objects.get().state) == (states.PAID, state)
    tasks.send_refunds()
    refund = Refund.objects.get()
    assert (refund.state, refund.amount) == (states.PAID, WHOLE)
    assert audit() == []


def test_an_hour_without_the_provider(fake_stripe: Any) -> None:
    """Nothing is lost and nothing goes twice, also where only the answer was lost."""
    refund = declined(fake_stripe)
    fake_stripe.fail("/v1/refunds", status=500, times=8)
    for _ in range(4):
        tasks.send_refunds()
    refund.refresh_from_db()
    assert (refund.state, total(Kind.REFUND_DUE)) == (states.OWED, WHOLE)
    fake_stripe.fake.faults.waiting.clear()
    fake_stripe.fail("/v1/refunds", when="after", status=0, times=2)
    tasks.send_refunds()
    fake_stripe.fake.faults.waiting.clear()
    tasks.send_refunds()
    assert len(fake_stripe.world.of("refund")) == 1
    refund.refresh_from_db()
    assert refund.state == states.PAID
    assert audit() == []


def test_a_refund_that_the_bank_sends_back_stays_owed(fake_stripe: Any) -> None:
    refund = declined(fake_stripe)
    tasks.send_refunds()
    refund.refresh_from_db()
    fake_stripe.fail_refund(refund.provider_id)
    online_refunds.sync_refund(refund.provider_id, rail=tasks.card_news.rail)
    refund.refresh_from_db()
    assert (refund.state, bool(refund.failure), total(Kind.REFUND_DUE)) == (states.OWED, True, WHOLE)
    tasks.send_refunds()  # a person decides first
    assert len(fake_stripe.world.of("refund")) == 1
    assert audit() == []


def test_it_is_on_the_timetable() -> None:
    told = {entry["task"] for entry in beat_schedule.values()}
    assert {"payments.send_refunds", "payments.handle_events", "payments.follow_attempts"} <= told

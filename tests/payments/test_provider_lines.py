"""The provider's own statement: read once, its fees booked, every difference told by the audit."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.celery_settings import beat_schedule
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.payments import services, states, tasks
from marketplace.payments.gateway import client as stripe_client
from marketplace.payments.gateway import refunds as rail
from marketplace.payments.models import Approval, Attempt, BalanceLine, Dispute, Receipt, Refund
from marketplace.payments.services import online_refunds, provider_lines
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import OFFICE, SELLER, arrives, one_seller, parts, total
from tests.payments.test_lost_disputes import by_card, look

pytestmark = pytest.mark.django_db


def test_read_once_and_nothing_differs(fake_stripe: Any) -> None:
    first = by_card(fake_stripe, one_seller())
    placed = one_seller()
    by_card(fake_stripe, placed)
    fulfilment.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="x")
    tasks.send_refunds()
    found = fake_stripe.dispute(first)
    look(found)
    fees = total(Kind.FEES)
    tasks.read_provider_lines()
    kinds = sorted(BalanceLine.objects.values_list("kind", flat=True))
    assert kinds == ["adjustment", "charge", "charge", "refund"]
    (line,) = BalanceLine.objects.filter(kind="adjustment")
    assert total(Kind.FEES) == fees + line.fee // 100  # what a dispute costs, kept even if it is won
    assert audit() == []
    fake_stripe.close_dispute(found, won=True)
    assert audit() == []  # what we have not read yet is no difference
    look(found)
    provider_lines.read()
    assert provider_lines.read() == 0
    assert audit() == []
    assert BalanceLine.objects.count() == 5


def test_disputes_of_which_no_news_came(fake_stripe: Any) -> None:
    found = fake_stripe.dispute(by_card(fake_stripe, one_seller()))
    provider_lines.read()
    (fault,) = audit()
    assert found in fault
    tasks.read_provider_lines()
    assert Dispute.objects.get().provider_id == found
    assert audit() == []
    fake_stripe.close_dispute(found, won=True)
    tasks.read_provider_lines()
    assert Dispute.objects.get().state == states.WON
    assert audit() == []


def test_the_task_stands_in_the_timetable_before_the_audit() -> None:
    entries = {entry["task"]: entry["schedule"] for entry in beat_schedule.values()}
    assert entries["payments.read_provider_lines"].hour == entries["fulfilment.audit"].hour
    assert max(entries["payments.read_provider_lines"].minute) < min(entries["fulfilment.audit"].minute)


def test_many_pages_and_a_lost_answer(fake_stripe: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        by_card(fake_stripe, one_seller())
    monkeypatch.setattr("marketplace.payments.gateway.balance.MOST", 1)
    fake_stripe.fail("/v1/balance_transactions", method="GET", when="after", status=0, times=2, skip=1)
    with pytest.raises(stripe_client.Unavailable):
        provider_lines.read()
    assert not BalanceLine.objects.exists()
    provider_lines.read()
    assert BalanceLine.objects.count() == 3
    assert audit() == []


@pytest.mark.parametrize(
    ("kind", "amount", "says"),
    [
        ("charge", 5_000_000, "is not known here"),
        ("refund", -5_000_000, "not known here"),
        ("adjustment", -5_000_000, "not known here"),
        ("transfer", -5_000_000, "of the kind transfer"),
    ],
)
def test_a_line_that_we_do_not_know(fake_stripe: Any, kind: str, amount: int, says: str) -> None:
    by_card(fake_stripe, one_seller())
    source = fake_stripe.world.new("xx", "stranger")
    fake_stripe.world.transaction(kind, amount, "idr", source)
    provider_lines.read()
    (fault,) = audit()
    assert says in fault


def test_another_amount_than_ours_and_one_that_is_missing(fake_stripe: Any) -> None:
    by_card(fake_stripe, one_seller())
    provider_lines.read()
    assert audit() == []
    line = BalanceLine.objects.get()
    BalanceLine.objects.update(amount=line.amount - 100)
    (fault,) = audit()
    assert line.id in fault
    long_ago = timezone.now() - timedelta(days=3)
    BalanceLine.objects.update(amount=line.amount, source="pi_other", at=long_ago)
    BalanceLine.objects.create(
        id="txn_new", kind="payout", amount=-1, currency="IDR", source="po", at=timezone.now()
    )
    Attempt.objects.update(paid_at=long_ago + timedelta(hours=1))
    assert [fault.split(":")[0] for fault in audit()] == [
        f"card line {line.id}",
        f"card payment {Attempt.objects.get()}",
    ]


def test_a_refund_that_failed_adds_up_to_nothing(fake_stripe: Any) -> None:
    placed = one_seller()
    by_card(fake_stripe, placed)
    fulfilment.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="x")
    tasks.send_refunds()
    refund = Refund.objects.get()
    provider = str(refund.provider_id)
    fake_stripe.fail_refund(provider)
    provider_lines.read()
    (fault,) = audit()  # the news have not been read yet
    assert provider in fault
    online_refunds.sync_refund(provider, rail=rail)
    assert audit() == []


def test_fees_of_the_account_itself(fake_stripe: Any) -> None:
    source = fake_stripe.world.new("fee", "fee")
    fake_stripe.world.transaction("stripe_fee", -250_050, "idr", source)
    provider_lines.read()
    assert (total(Kind.FEES), total(Kind.PROVIDER)) == (2_500, -2_500)
    assert audit() == []


def test_what_the_provider_pays_out_is_taken_from_there(fake_stripe: Any) -> None:
    by_card(fake_stripe, one_seller())
    there = total(Kind.PROVIDER)
    more, receipt = arrives(there + 1), arrives(there)
    with pytest.raises(services.PaymentError):
        services.receive_payout(receipt=more, actor=OFFICE)
    assert Receipt.objects.get(pk=more.pk).state == states.UNMATCHED
    services.receive_payout(receipt=receipt, actor=OFFICE)
    assert total(Kind.PROVIDER) == 0
    with pytest.raises(IllegalMove):
        services.receive_payout(receipt=receipt, actor=OFFICE)
    assert audit() == []


def test_above_the_limit_two_people_say_so(fake_stripe: Any, client: Client, settings: Any) -> None:
    by_card(fake_stripe, one_seller())
    receipt = arrives(400_000)
    settings.SECOND_PERSON_ABOVE = 300_000
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    page = reverse("office:transfer", args=[receipt.pk])
    where = reverse("office:provider-transfer", args=[receipt.pk])
    assert where in client.get(page).content.decode()
    client.post(where)
    approval = Approval.objects.get()
    assert Receipt.objects.get().state == states.UNMATCHED
    services.confirm(approval=approval, actor=Actor.of(make_user("kedua@example.com", staff_role="office")))
    assert Receipt.objects.get().state == states.FROM_PROVIDER
    assert where not in client.get(page).content.decode()
    assert audit() == []

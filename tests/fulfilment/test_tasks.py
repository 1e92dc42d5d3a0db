"""Reminders and what the timetable calls: due ones only, once each, mark and mail together."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import F

from marketplace.fulfilment import services, tasks
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments.models import Due
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.fulfilment.steps import SELLER, one_seller, paid

pytestmark = pytest.mark.django_db


def mails(name: str) -> int:
    return Mail.objects.filter(key__startswith=f"{name}/").count()


def test_unpaid_orders_are_reminded_once_in_their_last_quarter(settings) -> None:
    settings.PAYMENT_HOURS = 24
    placed = one_seller()
    for hours, expected in ((7, 0), (6, 1), (3, 1), (0, 1)):
        with time_machine.travel(placed.due.due_at - timedelta(hours=hours), tick=False):
            tasks.remind_unpaid()
        assert mails("payment-reminder") == expected
    assert Due.objects.get().reminded_at == placed.due.due_at - timedelta(hours=6)


def test_nobody_is_reminded_after_the_deadline_or_once_paid() -> None:
    late, settled = one_seller(), one_seller(price=1_000)
    paid(settled)
    with time_machine.travel(late.due.due_at + timedelta(seconds=1), tick=False):
        tasks.remind_unpaid()
    assert mails("payment-reminder") == 0


def test_a_failed_mail_leaves_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    placed = one_seller()
    with time_machine.travel(placed.due.due_at - timedelta(hours=1), tick=False):
        with monkeypatch.context() as patch:
            patch.setattr(tasks.payment_mails, "payment_reminder", lambda due: 1 / 0)
            tasks.remind_unpaid()
        assert Due.objects.get().reminded_at is None
        tasks.remind_unpaid()
    assert mails("payment-reminder") == 1


def test_pesantren_are_reminded_once_then_the_office_looks(settings) -> None:
    settings.OFFER_REMIND_HOURS, settings.OFFER_ESCALATE_HOURS = 24, 48
    make_member(make_user("pesantren@example.com"), make_pesantren())
    (part,) = paid(one_seller())
    start = Fulfilment.objects.get().offered_at
    for hours, reminded, escalated in (
        (23, 0, False),
        (24, 1, False),
        (47, 1, False),
        (48, 1, True),
        (99, 1, True),
    ):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            tasks.remind_offers()
        part.refresh_from_db()
        assert (mails("part_offered_reminder"), part.escalated_at is not None) == (reminded, escalated)


def test_who_has_answered_is_not_reminded() -> None:
    make_member(make_user("pesantren@example.com"), make_pesantren())
    (part,) = paid(one_seller())
    services.accept(fulfilment=part, actor=SELLER)
    with time_machine.travel(Fulfilment.objects.get().offered_at + timedelta(days=9), tick=False):
        tasks.remind_offers()
    part.refresh_from_db()
    assert (part.reminded_at, part.escalated_at, mails("part_offered_reminder")) == (None, None, 0)


def test_the_nightly_audit_raises_the_alarm(caplog: pytest.LogCaptureFixture) -> None:
    one_seller()
    tasks.audit()
    assert caplog.messages == []
    Order.objects.update(total_incl_tax=F("total_incl_tax") + 1)
    tasks.audit()
    assert any("do not add up" in message for message in caplog.messages)
    assert {record.levelname for record in caplog.records} == {"ERROR"}

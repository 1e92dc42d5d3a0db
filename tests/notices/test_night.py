"""Between 21:00 and 05:00 where the reader lives nobody is written to, but for what cannot wait."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.complaints import services as complaints
from marketplace.fulfilment import queries, services
from marketplace.fulfilment.models import Fulfilment
from marketplace.notices import services as notices
from marketplace.notices.models import Mail
from marketplace.payments.services import payout_accounts
from marketplace.pesantren.models import Member
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.fulfilment import steps

pytestmark = [pytest.mark.django_db, pytest.mark.night]
NIGHT = datetime.fromisoformat("2026-11-23 22:00+07:00")
MORNING = datetime.fromisoformat("2026-11-24 05:00+07:00")


def due(kind: str) -> list[datetime | None]:
    found = Mail.objects.filter(key__startswith=f"{kind}/").order_by("pk")
    return list(found.values_list("next_try", flat=True))


def write(template: str, time_zone: str = "") -> datetime | None:
    context = {"link": "http://testserver/en/", "name": "Siti", "what": "approved"}
    more: dict[str, Any] = {"key": f"{template}/1", "to": "siti@example.com", "language": "en"}
    notices.send(template=template, context=context, time_zone=time_zone, **more)
    return Mail.objects.get().next_try


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-11-23 20:59+07:00", "2026-11-23 20:59+07:00"),
        ("2026-11-23 21:00+07:00", "2026-11-24 05:00+07:00"),
        ("2026-11-24 04:59+07:00", "2026-11-24 05:00+07:00"),
        ("2026-11-24 05:00+07:00", "2026-11-24 05:00+07:00"),
    ],
)
def test_what_can_wait_waits_for_the_morning(now: str, goes: str) -> None:
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        assert write("application") == datetime.fromisoformat(goes)


def test_the_morning_is_the_readers() -> None:
    with time_machine.travel(NIGHT, tick=False):  # 19:00 in Dubai
        assert write("application", "Asia/Dubai") == NIGHT


@pytest.mark.parametrize("template", ["password_reset", "welcome", "member_invited"])
def test_what_the_reader_asked_for_goes_at_once(template: str) -> None:
    with time_machine.travel(NIGHT, tick=False):
        assert write(template) == NIGHT


def test_the_list_names_mails_that_exist() -> None:
    folder = Path(settings.BASE_DIR) / "templates" / "mails"
    assert {path.stem for path in folder.glob("*.txt")} >= notices.AT_ONCE


def test_an_order_paid_at_night() -> None:
    """The buyer reads at once that the money came; the pesantren in the morning that it has an order."""
    make_member(make_user("pesantren@example.com"), make_pesantren())
    with time_machine.travel(NIGHT, tick=False):
        (part,) = steps.paid(steps.one_seller())
    assert due("order_cleared") == [NIGHT]
    assert due("part_offered") == [MORNING]
    with time_machine.travel(NIGHT, tick=False):
        services.decline(fulfilment=part, actor=steps.OFFICE, why="x")
    assert due("part_declined") == [MORNING]


def test_a_bank_account_named_at_night_is_told_at_once_and_a_complaint_in_the_morning() -> None:
    owner = make_user("pesantren@example.com")
    make_member(owner, make_pesantren(), role=Member.OWNER)
    with time_machine.travel(NIGHT, tick=False):
        payout_accounts.propose(partner=make_pesantren(), bank="B", number="12345", holder="H", person=owner)
        complaints.complain(
            by=complaints.Complainant("Contoh", "a@example.com", "id"),
            subject="other",
            text="x",
            key=uuid4(),
            actor=GUEST,
            partner=make_pesantren(),
        )
    assert due("payout-account-named") == [NIGHT]
    assert due("complaint_received") == [NIGHT]
    assert due("complaint_to_pesantren") == [MORNING]


@pytest.mark.parametrize(
    ("offered", "reminded"),
    [
        ("2026-11-23 20:59+07:00", "2026-11-24 20:59+07:00"),
        ("2026-11-23 22:00+07:00", "2026-11-25 05:00+07:00"),  # told at 05:00 on the 24th
        ("2026-11-24 03:00+07:00", "2026-11-25 05:00+07:00"),
        ("2026-11-24 05:00+07:00", "2026-11-25 05:00+07:00"),
    ],
)
def test_the_hours_to_answer_begin_with_the_mail(settings: Any, offered: str, reminded: str) -> None:
    settings.OFFER_REMIND_HOURS = settings.OFFER_ESCALATE_HOURS = 24
    with time_machine.travel(datetime.fromisoformat(offered), tick=False):
        steps.paid(steps.one_seller())
    end = datetime.fromisoformat(reminded)
    for moment, count in ((end - timedelta(minutes=1), 0), (end, 1)):
        with time_machine.travel(moment, tick=False):
            assert timezone.now() == moment
            assert (queries.offers_to_remind().count(), queries.offers_to_escalate().count()) == (
                count,
                count,
            )
    assert Fulfilment.objects.get().offered_at == datetime.fromisoformat(offered)

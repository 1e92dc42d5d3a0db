"""A pesantren's bank account: two people, a wait, everybody hears; and what a thief of one sign-in cannot do."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from marketplace.celery_settings import beat_schedule
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, history
from marketplace.notices.models import Mail
from marketplace.payments import states, tasks
from marketplace.payments.exceptions import PaymentError, SamePerson
from marketplace.payments.models import PayoutAccount
from marketplace.payments.services import payout_accounts
from marketplace.pesantren.models import Member
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_user

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-24 03:00+00:00")


@pytest.fixture
def people() -> dict[str, Any]:
    partner = make_pesantren("contoh-satu")
    owner, helper = make_user("owner@example.com"), make_user("helper@example.com")
    make_member(owner, partner)
    make_member(helper, partner, role=Member.HELPER)
    office = make_user("office@example.com", staff_role="office")
    return {"partner": partner, "owner": owner, "helper": helper, "office": office}


def name(people: dict[str, Any], number: str = "1234567890", who: str = "owner") -> PayoutAccount:
    return payout_accounts.propose(
        partner=people["partner"], bank="Bank Contoh", number=number, holder="Contoh", person=people[who]
    )


def active() -> list[str]:
    return list(PayoutAccount.objects.filter(state=states.ACCOUNT_ACTIVE).values_list("number", flat=True))


def test_from_name_to_use(people: dict[str, Any]) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        first = payout_accounts.confirm(account=name(people, "11111"), person=people["office"])
        assert first.usable_from == NOW + timedelta(hours=48)
        tasks.start_accounts()
        assert active() == []
        clock.shift(timedelta(hours=48))
        tasks.start_accounts()
        assert active() == ["11111"]
        payout_accounts.confirm(account=name(people, "22222"), person=people["office"])
        clock.shift(timedelta(hours=48, seconds=-1))
        tasks.start_accounts()
        assert active() == ["11111"]  # until the wait is over the old one is used
        clock.shift(timedelta(seconds=1))
        tasks.start_accounts()
        tasks.start_accounts()
    assert active() == ["22222"]
    first.refresh_from_db()
    assert first.state == states.ACCOUNT_REPLACED
    moves = [(move.after, move.actor_name) for move in history(first)]
    assert [after for after, _name in moves] == ["proposed", "proposed", "active", "replaced"]


def test_everybody_hears_and_no_mail_carries_the_number(people: dict[str, Any]) -> None:
    name(people)
    found = Mail.objects.filter(key__startswith="payout-account-named/")
    assert sorted(found.values_list("to", flat=True)) == ["helper@example.com", "owner@example.com"]
    assert all("7890" in mail.text and "1234567890" not in mail.text + mail.html for mail in found)


@pytest.mark.parametrize("who", ["helper", "office"])
def test_only_who_is_responsible_names_it(people: dict[str, Any], who: str) -> None:
    with pytest.raises(PaymentError):
        name(people, who=who)
    assert not PayoutAccount.objects.exists()


def test_who_may_not_confirm(people: dict[str, Any]) -> None:
    account = name(people)
    with pytest.raises(PaymentError):
        payout_accounts.confirm(account=account, person=people["helper"])
    with pytest.raises(PaymentError):
        payout_accounts.confirm(account=account, person=make_user("e@example.com", staff_role="export"))
    both = make_user("both@example.com", staff_role="office")
    make_member(both, people["partner"])
    with pytest.raises(SamePerson):
        payout_accounts.confirm(account=account, person=both)
    assert PayoutAccount.objects.get().confirmed_by is None
    payout_accounts.confirm(account=account, person=people["office"])
    with pytest.raises(PaymentError):  # the wait does not begin again
        payout_accounts.confirm(account=account, person=make_user("o2@example.com", staff_role="office"))


def test_a_newer_one_takes_the_place_of_one_that_waits(people: dict[str, Any]) -> None:
    first = payout_accounts.confirm(account=name(people, "11111"), person=people["office"])
    second = name(people, "22222")
    first.refresh_from_db()
    assert (first.state, second.state) == (states.ACCOUNT_REFUSED, states.ACCOUNT_PROPOSED)
    assert second.usable_from is None


def test_taken_back_while_it_waits(people: dict[str, Any]) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        account = payout_accounts.confirm(account=name(people), person=people["office"])
        payout_accounts.refuse(account=account, actor=Actor.of(people["helper"]), why="not ours")
        clock.shift(timedelta(days=9))
        tasks.start_accounts()
    assert active() == []
    with pytest.raises(IllegalMove):
        payout_accounts.refuse(account=account, actor=Actor.of(people["office"]), why="again")


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_taken_back_at_once(people: dict[str, Any]) -> None:
    account = name(people)
    race(
        lambda: payout_accounts.confirm(account=account, person=people["office"]),
        lambda: payout_accounts.refuse(account=account, actor=Actor.of(people["owner"]), why="no"),
    )
    account.refresh_from_db()
    assert account.state == states.ACCOUNT_REFUSED  # whoever comes first: a refusal stands
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        assert payout_accounts.start_due() == 0


def test_it_is_on_the_timetable() -> None:
    entry = beat_schedule["start bank accounts whose wait is over"]
    assert entry["task"] == tasks.start_accounts.name

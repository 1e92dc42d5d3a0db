"""A lost phone: one colleague for pesantren, two for the office, a mail, and a wait before money moves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.common.actor import Actor
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.payments import states as payment_states
from marketplace.payments.services import SamePerson, payout_accounts
from marketplace.people import services as people
from marketplace.people.models import User
from marketplace.people.second_factor import queries, resets, states
from marketplace.people.second_factor.models import Reset, SecondFactor
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.second_factor import FIELD, code, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def colleague(name: str, **kw: Any) -> Any:
    return make_user(f"{name}@example.com", staff_role="office", language="en", **kw)


def refused(work: Any, **kw: Any) -> str:
    try:
        work(**kw)
    except resets.ResetRefused as error:
        return error.code
    return ""


def test_one_colleague_is_enough_for_a_pesantren_and_money_waits(settings: Any) -> None:
    person, ani = make_user("owner@example.com", language="en"), colleague("ani")
    with_app(person)
    made = resets.ask(person=person, why="Ponsel hilang, ditelepon", by=ani)
    made.refresh_from_db()
    factor = SecondFactor.objects.get(user=person)
    assert (made.state, made.needs_two, factor.state, factor.seed) == (states.DONE, False, states.OFF, "")
    wait = timedelta(hours=settings.SECOND_FACTOR_WAIT_HOURS)
    assert abs(factor.money_from - timezone.now() - wait) < timedelta(minutes=1)
    assert [(h.after, h.actor_name, h.why) for h in history(made)] == [
        ("proposed", "Ani", "Ponsel hilang, ditelepon"),
        ("done", "Ani", "Ponsel hilang, ditelepon"),
    ]
    assert [h.after for h in history(factor)] == ["on", "off"]
    mail = Mail.objects.get(subject="The office switched off your two-step verification")
    assert mail.to == "owner@example.com"
    assert "Ponsel hilang, ditelepon" in mail.text
    assert refused(resets.ask, person=person, why="?", by=ani) == "off"
    with_app(person)  # set up anew: the wait stays
    assert SecondFactor.objects.get(user=person).money_from == factor.money_from


def test_people_of_the_office_need_two_others() -> None:
    lost, ani, budi = colleague("lost"), colleague("ani"), colleague("budi")
    with_app(lost)
    assert refused(resets.ask, person=lost, why="x", by=lost) == "own"
    assert refused(resets.ask, person=lost, why="x", by=make_user("x@example.com")) == "role"
    made = resets.ask(person=lost, why="hilang", by=ani)
    assert queries.is_on(lost)
    assert Mail.objects.filter(to=lost.email, subject__startswith="The office was asked").count() == 1
    assert refused(resets.ask, person=lost, why="x", by=budi) == "open"
    assert refused(resets.agree, reset=made, by=ani) == "same"
    assert refused(resets.agree, reset=made, by=lost) == "own"
    resets.agree(reset=made, by=budi)
    assert not queries.is_on(lost)
    assert refused(resets.agree, reset=made, by=budi) == "off"
    assert refused(resets.refuse, reset=made, by=budi) == "decided"


def test_the_person_concerned_may_say_no() -> None:
    lost, ani = colleague("lost"), colleague("ani")
    with_app(lost)
    made = resets.ask(person=lost, why="hilang", by=ani)
    resets.refuse(reset=made, by=lost)
    assert queries.is_on(lost)
    assert refused(resets.agree, reset=made, by=colleague("budi")) == "decided"
    resets.ask(person=lost, why="sungguh", by=ani)  # may be asked again


def test_the_database_wants_two_people_and_never_oneself() -> None:
    lost, ani = colleague("lost"), colleague("ani")
    facts = {"user": lost, "why": "x", "needs_two": True, "state": states.DONE}
    for wrong in ({"proposed_by": ani, "decided_by": ani}, {"proposed_by": ani}, {"proposed_by": lost}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reset.objects.create(**facts, **wrong)


@pytest.mark.django_db(transaction=True)
def test_agreeing_and_refusing_at_once_does_one_of_both() -> None:
    lost, ani, budi = colleague("lost"), colleague("ani"), colleague("budi")
    with_app(lost)
    made = resets.ask(person=lost, why="hilang", by=ani)
    found = race(
        lambda: refused(resets.agree, reset=made, by=budi), lambda: refused(resets.refuse, reset=made, by=ani)
    )
    made.refresh_from_db()
    assert sorted(found) in (["", "decided"], ["", "off"])
    assert queries.is_on(lost) == (made.state == states.REFUSED)


def test_who_let_somebody_in_does_not_confirm_where_they_are_paid() -> None:
    """One dishonest colleague must not be enough: take the code away, sign in, name an account, confirm it."""
    owner, partner = (
        User.objects.create_user(phone="+6281200000009", name="Owner"),
        make_pesantren("contoh-satu"),
    )
    make_member(owner, partner)
    ani, budi, citra = colleague("ani"), colleague("budi"), colleague("citra")
    with_app(owner)
    resets.ask(person=owner, why="hilang", by=ani)
    people.link_by_office(person=owner, actor=Actor.of(budi))
    facts = {"bank": "Bank Contoh", "number": "123456", "holder": "Contoh"}
    account = payout_accounts.propose(partner=partner, person=owner, **facts)
    for one in (ani, budi):
        with pytest.raises(SamePerson):
            payout_accounts.confirm(account=account, person=one)
    assert payout_accounts.confirm(account=account, person=citra).state == payment_states.ACCOUNT_PROPOSED


def test_whoever_runs_the_server_can_help_an_office_of_one() -> None:
    lost = colleague("lost")
    with_app(lost)
    call_command("reset_second_factor", "LOST@example.com", why="telepon hilang")
    factor = SecondFactor.objects.get(user=lost)
    assert not factor.is_on
    assert factor.money_from > timezone.now()
    last = history(factor).last()
    assert last
    assert (last.actor_name, last.why) == ("system", "server: telepon hilang")
    with pytest.raises(CommandError, match="is not on"):
        call_command("reset_second_factor", "lost@example.com", why="x")


@pytest.mark.second_factor
def test_the_pages_of_the_office() -> None:
    lost, ani, budi = colleague("lost"), colleague("ani"), colleague("budi")
    owner = make_user("owner@example.com")
    for one in (lost, ani, budi, owner):
        with_app(one)
    clients = {}
    for one in (ani, budi):
        clients[one.email] = Client()
        clients[one.email].force_login(one)
    page = reverse("office:two-step-person", args=[lost.pk])
    decide = reverse("office:two-step-decide", args=[lost.pk, "agree"])
    assert clients[ani.email].post(page, {"why": "hilang"}).status_code == 403  # it opens doors: a code first
    assert clients[ani.email].post(page, {"why": "hilang", FIELD: code(ani)}).status_code == 302
    listed = clients[budi.email].get(reverse("office:two-step")).content.decode()
    assert "hilang" in listed
    assert "I have called them, too" in clients[budi.email].get(page).content.decode()
    assert "I have called them, too" not in clients[ani.email].get(page).content.decode()
    assert "another colleague must agree" in clients[ani.email].post(decide, follow=True).content.decode()
    assert clients[budi.email].post(decide, {FIELD: code(budi)}).status_code == 302
    assert not queries.is_on(lost)
    search = reverse("office:two-step")
    assert "Owner" in clients[ani.email].get(search, {"q": "OWNER@example.com"}).content.decode()
    assert "Nobody here has exactly" in clients[ani.email].get(search, {"q": "owner"}).content.decode()
    assert (
        clients[ani.email]
        .get(reverse("office:two-step-person", args=[make_user("n@example.com").pk]))
        .status_code
        == 404
    )


def test_the_list_of_colleagues_costs_the_same_for_many() -> None:
    client, first = Client(), colleague("a0")
    client.force_login(first)
    client.get(reverse("office:two-step"))
    counts = []
    for more in range(2):
        for number in range(1 + 9 * more):
            with_app(colleague(f"b{more}{number}"))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("office:two-step"))
        counts.append(len(found))
    assert counts[0] == counts[1]

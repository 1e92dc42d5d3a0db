"""The inbox of a pesantren at events: a promise to confirm, a settlement to answer, an invitation."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.common.actor import SYSTEM
from marketplace.programme import states
from marketplace.programme.models import Commitment, Exhibitor, Settlement
from marketplace.programme.services import commitments, exhibitors, settlements
from marketplace.reference.working_days import today
from marketplace.workspace import inbox
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import picture
from tests.factories.programme import make_commitment, make_event, make_exhibitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner() -> Any:
    return make_pesantren("contoh-acara")


@pytest.fixture
def person(partner: Any) -> Any:
    user = make_user("acara@example.com", language="id")
    make_member(user, partner)
    return user


def kinds(person: Any) -> list[str]:
    return sorted(row[0] for row in inbox.waiting(person))


def settle(made: Commitment, by: str = "buyer", rupiah: int = 2_000_000) -> Settlement:
    file: Any = ContentFile(picture(), name="bukti.png")
    file.kind = "png"
    return settlements.report(
        commitment=made, by=by, rupiah=rupiah, settled_on=today(), file=file, actor=SYSTEM
    )


def lines(person: Any) -> list[Any]:
    client = Client()
    client.force_login(person)
    return list(client.get(reverse("workspace:home")).context["rows"])


def test_a_promise_waits_until_this_side_confirmed(partner: Any, person: Any):
    made = make_commitment(make_exhibitor(partner=partner), state=states.RECORDED, what="Roti 500 pcs")
    make_commitment(state=states.RECORDED)  # of another pesantren
    assert kinds(person) == ["promise"]
    [line] = lines(person)
    assert line.url == reverse("workspace:commitment", args=[made.number])
    assert made.guest.name in line.title
    assert "Roti 500 pcs" in line.title
    assert line.since == made.received_at
    commitments.confirm(commitment=made, side="seller", seen=commitments.version(made), actor=SYSTEM)
    made.refresh_from_db()
    assert (made.state, kinds(person)) == (states.RECORDED, [])  # the buyer's turn
    closed = make_commitment(made.exhibitor, state=states.CLOSED)
    assert (closed.state, kinds(person)) == (states.CLOSED, [])


def test_a_settlement_waits_until_it_is_answered(partner: Any, person: Any):
    made = make_commitment(make_exhibitor(partner=partner))
    settle(made, by="seller", rupiah=1_000_000)  # its own word
    settle(make_commitment())
    assert kinds(person) == []
    first, second = settle(made), settle(made, by="office", rupiah=3_000_000)
    assert kinds(person) == ["settled", "settled"]
    assert [line.url for line in lines(person)] == [reverse("workspace:commitment", args=[made.number])] * 2
    assert "2.000.000" in lines(person)[0].title
    settlements.answer(settlement=first, side="seller", is_so=True, actor=SYSTEM)
    settlements.answer(settlement=second, side="seller", is_so=False, why="belum", actor=SYSTEM)
    assert kinds(person) == []


def test_an_invitation_waits_until_it_is_answered_or_over(partner: Any, person: Any):
    event = make_event(name="Temu Contoh")
    [row] = exhibitors.invite(event=event, partners=[partner], actor=SYSTEM)
    [line] = lines(person)
    assert (kinds(person), line.url) == (["invited"], reverse("workspace:event", args=[row.pk]))
    assert "Temu Contoh" in line.title
    exhibitors.answer(side=row, comes=False, actor=SYSTEM)
    assert kinds(person) == []
    Exhibitor.objects.update(declined_at=None)
    assert kinds(person) == ["invited"]
    for change in (
        {"state": states.CANCELLED},
        {"ends_on": today() - timedelta(days=1)},
        {"is_historic": True},
    ):
        old = make_event(starts_on=today() - timedelta(days=3), ends_on=today())
        Exhibitor.objects.update(event=old)
        assert kinds(person) == ["invited"]
        type(old).objects.filter(pk=old.pk).update(**change)
        assert kinds(person) == [], change


def test_the_same_questions_however_many_wait(partner: Any, person: Any):
    client = Client()
    client.force_login(person)

    def more(times: int) -> None:
        for _ in range(times):
            side = make_exhibitor(partner=partner)
            make_commitment(side, state=states.RECORDED)
            settle(make_commitment(side))
            exhibitors.invite(event=make_event(), partners=[partner], actor=SYSTEM)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("workspace:home")).status_code == 200
        return len(queries)

    more(1)
    asked()  # what is kept between requests is kept now
    few = asked()
    more(4)
    assert (len(kinds(person)), asked()) == (15, few)

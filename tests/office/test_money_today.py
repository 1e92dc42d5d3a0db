"""What needs a person of the office because a day passes: disputed cards, lost phones, letters of credit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.payments import states
from marketplace.payments.models import Dispute, LetterOfCredit
from marketplace.people.second_factor import resets
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_user
from tests.factories.exports import a_coordinator
from tests.factories.overseas import deposit_and_balance, dues_of, export_order, letter_for, settle
from tests.factories.second_factor import with_app
from tests.fulfilment.steps import one_seller
from tests.payments.test_lost_disputes import by_card, look

pytestmark = pytest.mark.django_db
EVIDENCE = "Card disputes that ask for evidence"
LOST = "Lost card disputes: who bears it"
PHONES = "Lost phones of colleagues, for a second person"
LETTERS = "Letters of credit: the next step is near"
HOME = "/en/office/"


@pytest.fixture
def office() -> Any:
    return make_user("kantor@example.com", staff_role="office", language="en")


def shown(client: Client, who: Any) -> dict[str, Any]:
    client.force_login(who)
    return {one.label: one for one in client.get(HOME).context["work"]}


def a_letter(office: Any, **changes: Any) -> LetterOfCredit:
    order = export_order(deposit_and_balance(), sellers=1)
    settle(dues_of(order)[0])
    made: LetterOfCredit = letter_for(dues_of(order)[1], office, **changes)
    return made


def test_an_open_dispute_stands_there_with_its_evidence_day(
    client: Client, office: Any, fake_stripe: Any
) -> None:
    assert "Nothing waits" in said(client, office)
    for _at in range(2):
        session = by_card(fake_stripe, one_seller())
        asked = fake_stripe.dispute(session)
        look(asked)
    first, second = Dispute.objects.order_by("pk")
    day = timezone.now() + timedelta(days=3)
    Dispute.objects.filter(pk=first.pk).update(evidence_by=day + timedelta(days=4))
    Dispute.objects.filter(pk=second.pk).update(evidence_by=day)
    found = shown(client, office)
    assert (found[EVIDENCE].count, found[EVIDENCE].until, found[LOST].count) == (2, day, 0)
    assert found[EVIDENCE].oldest == first.opened_at
    assert found[EVIDENCE].url == reverse("office:disputes")
    page = said(client, office)
    assert "Nothing waits" not in page
    assert "the first by " in page
    fake_stripe.close_dispute(asked, won=False)
    look(asked)
    found = shown(client, office)
    assert (found[EVIDENCE].count, found[LOST].count) == (1, 1)
    assert found[LOST].oldest == Dispute.objects.exclude(closed_at=None).get().closed_at
    Dispute.objects.update(state=states.WON)
    assert (shown(client, office)[EVIDENCE].count, shown(client, office)[LOST].count) == (0, 0)


def said(client: Client, who: Any) -> str:
    client.force_login(who)
    return str(client.get(HOME).content.decode())


def test_a_lost_phone_waits_for_a_second_colleague_and_not_for_who_asked(client: Client, office: Any) -> None:
    first, lost = (
        make_user(f"kantor{n}@example.com", staff_role="office", name=f"Contoh {n}") for n in (1, 2)
    )
    with_app(lost)
    made = resets.ask(person=lost, why="Jatuh ke sawah", by=first)
    assert shown(client, office)[PHONES].count == 1
    assert shown(client, office)[PHONES].oldest == made.proposed_at
    assert shown(client, first)[PHONES].count == 0
    resets.refuse(reset=made, by=office)
    assert shown(client, office)[PHONES].count == 0


@pytest.mark.parametrize(("left", "count"), [(15, 0), (14, 1), (0, 1), (-1, 1)])
def test_a_letter_stands_there_from_the_first_reminder_on(
    client: Client, office: Any, left: int, count: int
) -> None:
    letter = a_letter(office)
    shipment = today() + timedelta(days=left)
    LetterOfCredit.objects.filter(pk=letter.pk).update(
        issued_on=today() - timedelta(days=20),
        latest_shipment=shipment,
        expires_on=today() + timedelta(days=60),
    )
    found = shown(client, office)[LETTERS]
    assert (found.count, found.until) == (count, shipment if count else None)
    LetterOfCredit.objects.filter(pk=letter.pk).update(state=states.HONOURED)
    assert shown(client, office)[LETTERS].count == 0


def test_others_do_not_see_them(client: Client, office: Any) -> None:
    hidden = {EVIDENCE, LOST, PHONES, LETTERS}
    assert hidden < set(shown(client, office))
    assert hidden.isdisjoint(shown(client, a_coordinator()))
    assert hidden.isdisjoint(shown(client, make_user("opop@example.com", staff_role="programme")))


def test_the_home_asks_no_more_for_more_rows(client: Client, office: Any, fake_stripe: Any) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            shown(client, office)
        return len(caught)

    def rows() -> None:
        a_letter(office, latest_shipment=today() + timedelta(days=2))
        look(fake_stripe.dispute(by_card(fake_stripe, one_seller())))

    rows()
    asked()
    few = asked()
    rows()
    rows()
    assert asked() == few
    assert few <= 30

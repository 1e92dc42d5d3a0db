"""The office's page of a dispute: its facts, then who bears a lost one; above the limit two people."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.ledger.models import Kind
from marketplace.payments.models import Approval, CreditNote, Dispute
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import bring, one_seller, parts, sign, total
from tests.payments.test_lost_disputes import by_card, look, lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("kantor@example.com", name="Contoh Kantor", staff_role="office"))
    return client


@pytest.fixture
def dispute(fake_stripe: Any) -> Dispute:
    """Lost; its order's one part (Rp 515.000) was signed for."""
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    sign(bring(parts(placed.order)[0], "delivered"))
    return lost(fake_stripe, session)


def answers(dispute: Dispute, page: Any, bearer: str, **more: str) -> dict[str, str]:
    part = parts(dispute.attempt.due.order)[0]
    return {
        "seen": page.context["now"].seen,
        f"bearer_{part.number}": bearer,
        "why": "Tanda terima hilang",
        **more,
    }


def test_an_open_one_asks_for_evidence_only(office: Client, fake_stripe: Any) -> None:
    placed = one_seller()
    session = by_card(fake_stripe, placed)
    found = look(fake_stripe.dispute(session))
    shown = office.get(reverse("office:dispute", args=[found.pk]))
    assert shown.context["form"] is None
    assert office.post(reverse("office:dispute", args=[found.pk]), {"why": "x"}).status_code == 302
    assert Dispute.objects.get().state == "open"


def test_a_running_part_is_named(office: Client, fake_stripe: Any) -> None:
    placed = one_seller()
    found = lost(fake_stripe, by_card(fake_stripe, placed))
    shown = office.get(reverse("office:dispute", args=[found.pk]))
    assert shown.context["form"] is None
    assert reverse("office:part", args=[parts(placed.order)[0].number]) in shown.content.decode()


def test_wrong_answers_lose_nothing(office: Client, dispute: Dispute) -> None:
    url = reverse("office:dispute", args=[dispute.pk])
    page = office.get(url)
    shown = office.post(url, answers(dispute, page, "") | {"why": "Hilang di jalan"})
    assert shown.status_code == 200
    assert "Hilang di jalan" in shown.content.decode()
    assert 'aria-invalid="true"' in shown.content.decode()
    assert office.post(url, answers(dispute, page, "pesantren", why="")).status_code == 200
    office.post(url, answers(dispute, page, "pesantren", seen="1;;"))  # something else was shown
    assert Dispute.objects.get().state == "open"


def test_the_pesantren_bears_it_once(office: Client, dispute: Dispute) -> None:
    url = reverse("office:dispute", args=[dispute.pk])
    data = answers(dispute, office.get(url), "pesantren")
    assert office.post(url, data).status_code == 302
    assert office.post(url, data).status_code == 302
    note = CreditNote.objects.get()
    shown = office.get(url).content.decode()
    assert note.number in shown
    assert "Tanda terima hilang" in shown


def test_above_the_limit_two_people(office: Client, dispute: Dispute, settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE = 500_000
    url = reverse("office:dispute", args=[dispute.pk])
    office.post(url, answers(dispute, office.get(url), "operator"))
    approval = Approval.objects.get()
    assert reverse("office:approval", args=[approval.pk]) in office.get(url).content.decode()
    assert office.get(reverse("office:approvals")).status_code == 200
    said = office.get(reverse("office:approval", args=[approval.pk])).content.decode()
    assert parts(dispute.attempt.due.order)[0].number in said
    office.force_login(make_user("kedua@example.com", name="Contoh Dua", staff_role="office"))
    office.post(reverse("office:confirm-approval", args=[approval.pk]))
    assert (Dispute.objects.get().state, total(Kind.LOSS)) == ("lost", 515_000)
    assert "Rp\u00a0515.000" in office.get(url).content.decode()

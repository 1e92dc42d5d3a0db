"""The office's pages of refunds to a card: no bank form until it failed, a second person above the limit."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.payments.models import Approval, Refund
from marketplace.payments.services import online_refunds as online
from tests.factories.catalogue import make_user
from tests.payments.test_online_refunds import FakeRail, declined

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("kantor@example.com", name="Contoh Kantor", staff_role="office"))
    return client


def page(office: Client, refund: Refund) -> str:
    return office.get(reverse("office:pay-refund", args=[refund.pk])).content.decode()


def test_waits_fails_and_is_sent_again(office: Client) -> None:
    refund = declined()
    address = reverse("office:pay-refund", args=[refund.pk])
    assert 'name="bank_reference"' not in page(office, refund)
    office.post(address, {"bank_reference": "B-1"})
    office.post(address, {"card": "1"})  # it did not fail
    assert (Refund.objects.get().state, Refund.objects.get().attempt) == ("owed", refund.attempt)
    online.send(refund.pk, rail=FakeRail(refuses="charge_disputed"))
    shown = page(office, refund)
    assert "charge_disputed" in shown
    assert 'name="bank_reference"' in shown
    office.post(address, {"card": "1"})
    assert online.waiting() == [refund.pk]
    online.send(refund.pk, rail=FakeRail())
    listed = office.get(reverse("office:refunds"), {"state": "sent"})
    assert [one.pk for one in listed.context["page_obj"]] == [refund.pk]
    assert f"re_{refund.pk}_1" in listed.content.decode()
    assert 'name="bank_reference"' not in page(office, refund)


def test_above_the_limit_a_second_person_is_asked(office: Client, settings: Any) -> None:
    refund = declined()
    settings.SECOND_PERSON_ABOVE = 500_000
    assert 'name="card"' in page(office, refund)
    office.post(reverse("office:pay-refund", args=[refund.pk]), {"card": "1"})
    approval = Approval.objects.get()
    assert approval.data == {"rail": "card"}
    assert office.get(reverse("office:approval", args=[approval.pk])).status_code == 200
    assert 'name="card"' not in page(office, refund)

"""Two people on the pages: proposed by one, decided by another; and several transfers confirmed at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.fulfilment.audit import audit
from marketplace.payments import states
from marketplace.payments.models import Approval, Due, Receipt, Refund
from tests.factories import catalogue as cat
from tests.factories.paid import World, receipt, world


@pytest.fixture
def shop(db: None, client: Client, settings: Any) -> World:
    found = world(paid=False)
    settings.SECOND_PERSON_ABOVE = 1_000_000
    client.force_login(found.office)
    return found


@pytest.fixture
def colleague(shop: World) -> Client:
    other = Client()
    other.force_login(cat.make_user("kantor2@example.com", name="Contoh Kedua", staff_role="office"))
    return other


def propose(client: Client, shop: World) -> Approval:
    money = receipt(shop.due.amount)
    client.post(reverse("office:match", args=[money.pk]), {"due": shop.due.reference, "seen": "enough"})
    return Approval.objects.get()


def act(client: Client, approval: Approval, verb: str, **data: str) -> str:
    client.post(reverse(f"office:{verb}-approval", args=[approval.pk]), data)
    approval.refresh_from_db()
    return approval.state


def test_a_match_takes_two(client: Client, shop: World, colleague: Client) -> None:
    approval = propose(client, shop)
    assert Receipt.objects.get().state == states.UNMATCHED
    assert act(client, approval, "confirm") == states.PROPOSED  # by direct POST, too
    assert act(client, approval, "reject", why="x") == states.PROPOSED
    assert act(colleague, approval, "withdraw") == states.PROPOSED
    page = colleague.get(reverse("office:approval", args=[approval.pk]))
    assert not page.context["is_mine"]
    assert act(colleague, approval, "confirm") == states.CONFIRMED
    assert Due.objects.get().state == states.SETTLED
    assert list(audit()) == []


def test_while_it_waits_nobody_else_can(client: Client, shop: World, colleague: Client) -> None:
    approval = propose(client, shop)
    money = Receipt.objects.get()
    response = colleague.post(reverse("office:return-transfer", args=[money.pk]), {"why": "tidak dikenal"})
    assert response.url == reverse("office:approval", args=[approval.pk])
    assert client.get(reverse("office:transfer", args=[money.pk])).context["proposal"] == approval
    assert act(client, approval, "withdraw") == states.WITHDRAWN


def test_a_rejection_needs_its_reason(client: Client, shop: World, colleague: Client) -> None:
    approval = propose(client, shop)
    response = colleague.post(reverse("office:reject-approval", args=[approval.pk]), {"why": ""})
    assert list(response.context["form"].errors) == ["why"]
    assert act(colleague, approval, "reject", why="Bukan pesanan ini") == states.REJECTED


def test_a_changed_order_is_said(client: Client, shop: World, colleague: Client) -> None:
    approval = propose(client, shop)
    Due.objects.update(received=1)
    assert colleague.get(reverse("office:approval", args=[approval.pk])).context["is_changed"]
    assert act(colleague, approval, "confirm") == states.PROPOSED


def test_return_and_refund_take_two(client: Client, shop: World, colleague: Client) -> None:
    money = receipt(2_000_000)
    client.post(reverse("office:return-transfer", args=[money.pk]), {"why": "Tidak dikenal"})
    assert act(colleague, Approval.objects.get(), "confirm") == states.CONFIRMED
    refund = Refund.objects.get()
    address = reverse("office:pay-refund", args=[refund.pk])
    assert client.get(address).context["needs_two"]
    client.post(address, {"bank_reference": "OUT 1"})
    refund.refresh_from_db()
    assert refund.state == states.OWED
    assert client.get(address).context["proposal"] == Approval.objects.get(action="refund")
    assert act(colleague, Approval.objects.get(action="refund"), "confirm") == states.CONFIRMED
    refund.refresh_from_db()
    assert refund.state == states.PAID


def test_several_at_once_with_a_report_for_each(client: Client, shop: World, settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE = 10**9
    good = receipt(shop.due.amount, "1", note=shop.due.reference)
    bad = receipt(5_000, "2")
    address = reverse("office:ready")
    assert [row.receipt for row in client.get(address).context["rows"]] == [good]
    picks = [f"{good.pk}:{shop.due.reference}", f"{bad.pk}:{shop.due.reference}", "x:y", f"{good.pk}:"]
    reports = client.post(address, {"pick": picks}).context["reports"]
    assert [(report.receipt, report.is_done) for report in reports] == [(good, True), (bad, False)]
    again = client.post(address, {"pick": picks[:1]}).context["reports"]
    assert [report.is_done for report in again] == [False]
    assert client.post(address).context["is_empty_choice"]
    assert list(audit()) == []


def test_a_ready_one_above_the_limit_is_proposed(client: Client, shop: World) -> None:
    good = receipt(shop.due.amount, "1", note=shop.due.reference)
    client.post(reverse("office:ready"), {"pick": [f"{good.pk}:{shop.due.reference}"]})
    assert Approval.objects.get().receipt == good
    assert client.get(reverse("office:ready")).context["rows"] == []
    rows = client.get(reverse("office:transfers")).context["page_obj"].object_list
    assert {row.pk: row.is_proposed for row in rows}[good.pk] is True  # the list says that it waits


@pytest.mark.parametrize("state", ["", *dict(states.APPROVAL_CHOICES), "x"])
def test_lists_by_state(client: Client, shop: World, state: str) -> None:
    propose(client, shop)
    found = client.get(reverse("office:approvals"), {"state": state}).context["page_obj"]
    assert len(found) == (1 if state in ("", "proposed", "x") else 0)

"""Complaining, answering and reading on the pages, and who may."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.common.models import StateChange
from marketplace.complaints import services, states
from marketplace.complaints.models import Complaint, Entry
from marketplace.complaints.queries import link_token
from marketplace.conversations.queries import about_order
from marketplace.orders.queries import link_token as order_token
from tests.factories.catalogue import make_pesantren
from tests.factories.conversations import a_complaint, write
from tests.factories.paid import OFFICE, World, world

pytestmark = pytest.mark.django_db
TYPED = {"subject": "goods", "text": "Tiga sobek", "name": "Siti Contoh", "email": "siti@example.com"}


@pytest.fixture
def shop() -> World:
    return world()


def page_of(complaint: Complaint) -> str:
    return reverse("account:complaint", args=[link_token(complaint)])


def test_a_guest_complains_about_the_marketplace(client: Client, shop: World) -> None:
    url = reverse("account:complain")
    key = client.get(url).context["form"]["key"].value()
    for _ in range(2):
        answer = client.post(f"/ar{url}", {**TYPED, "key": key})
        complaint = Complaint.objects.get()
        assert answer["Location"].startswith("/ar/complaints/")
    assert (complaint.user, complaint.partner, complaint.language) == (None, None, "ar")
    page = client.get(answer["Location"])
    assert "Tiga sobek" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_what_is_missing_is_said_and_nothing_is_lost(client: Client, shop: World) -> None:
    page = client.post(f"/en{reverse('account:complain')}", {"text": "Tiga sobek", "email": "siti@"})
    errors = page.context["form"].errors
    assert set(errors) == {"subject", "name", "email"}
    assert errors["email"] == ["Write a whole e-mail address."]
    assert page.context["form"]["text"].value() == "Tiga sobek"
    assert Complaint.objects.count() == 0


def test_a_part_is_complained_about_by_the_orders_link(client: Client, shop: World) -> None:
    token = order_token(shop.order)
    url = reverse("account:complain-part", args=[token, shop.part.number])
    assert url in client.get(reverse("account:guest-order", args=[token])).content.decode()
    form = client.get(url).context["form"]
    assert (form["name"].value(), form["email"].value()) == ("Toko Contoh Bandung", "pembeli@example.com")
    client.post(url, TYPED)
    complaint = Complaint.objects.get()
    assert (complaint.fulfilment, complaint.partner) == (shop.part, shop.mine)
    wrong = reverse("account:complain-part", args=[token, "26-XXXXX-XXXXX-1"])
    assert client.get(wrong).status_code == 404


def test_about_one_pesantren_that_sells_here(client: Client, shop: World) -> None:
    make_pesantren("nyata", sells=False)
    url = reverse("account:complain")
    client.post(f"{url}?pesantren={shop.mine.code}", TYPED)
    assert Complaint.objects.get().partner == shop.mine
    for code in ("nyata", "x", "%00"):
        assert client.get(f"{url}?pesantren={code}").status_code == 404


def test_an_account_without_an_address_may_complain(client: Client, shop: World) -> None:
    client.force_login(shop.buyer)
    client.post(reverse("account:complain"), {**TYPED, "email": ""})
    assert Complaint.objects.get().user == shop.buyer
    rows = client.get(reverse("account:my-complaints")).context["rows"]
    assert [one.number for one, _token, _tone in rows] == [Complaint.objects.get().number]


def test_too_many_complaints_are_refused(client: Client, shop: World) -> None:
    codes = [client.post(reverse("account:complain"), TYPED).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_the_office_answers_and_the_complainant_asks_again(client: Client, shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part)
    client.force_login(shop.office)
    url = reverse("office:complaint", args=[complaint.number])
    assert "<textarea" in client.get(url).content.decode()
    client.post(url, {"text": "Uang kembali."})
    client.post(url, {"text": "Lagi"})  # an old page: nothing happens
    assert [entry.text for entry in Entry.objects.all()] == ["Uang kembali."]
    assert "<textarea" not in client.get(url).content.decode()
    client.logout()
    page = client.get(page_of(complaint)).content.decode()
    assert "Uang kembali." in page
    assert "kantor@example.com" not in page  # to the public the office is the office
    client.post(page_of(complaint), {"text": "Belum."})
    complaint.refresh_from_db()
    assert complaint.state == states.REOPENED


def test_withdrawing_asks_first(client: Client, shop: World) -> None:
    complaint = a_complaint()
    url = reverse("account:withdraw-complaint", args=[link_token(complaint)])
    assert client.get(url).status_code == 200
    complaint.refresh_from_db()
    assert complaint.state == states.RECEIVED
    for _ in range(2):
        assert client.post(url)["Location"] == url.removesuffix("withdraw/")
    complaint.refresh_from_db()
    assert complaint.state == states.WITHDRAWN


def test_the_pesantren_reads_its_own_and_adds_its_view(client: Client, shop: World) -> None:
    mine, others = a_complaint(fulfilment=shop.part), a_complaint(fulfilment=shop.other_part)
    general = a_complaint()
    client.force_login(shop.member)
    rows = client.get(reverse("workspace:complaints")).context["rows"]
    assert [one for one, _tone in rows] == [mine]
    for other in (others, general):
        assert client.get(reverse("workspace:complaint", args=[other.number])).status_code == 404
    url = reverse("workspace:complaint", args=[mine.number])
    assert "pembeli@example.com" not in client.get(url).content.decode()
    client.post(url, {"text": "Kami ganti."})
    assert "Kami ganti." in client.get(page_of(mine)).content.decode()


def test_the_office_reads_the_messages_and_it_is_written_down(client: Client, shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part)
    url = reverse("office:complaint-messages", args=[complaint.number])
    client.force_login(shop.office)
    assert client.get(url).status_code == 404  # nobody wrote
    thread = write(thread=about_order(shop.order, shop.mine), order=shop.order).thread
    assert "Apakah ada warna biru?" in client.get(url).content.decode()
    looks = StateChange.objects.filter(subject_type="conversations.thread", subject_id=thread.pk)
    assert [(one.actor_id, one.why) for one in looks] == [(shop.office.pk, f"complaint {complaint.number}")]
    thread.refresh_from_db()
    assert thread.seller_read_to is None  # the office's look reads for nobody
    services.answer(complaint=complaint, text="Maaf.", actor=OFFICE)
    services.close(complaint=complaint, actor=OFFICE)
    assert client.get(url).status_code == 404


def test_the_office_closes_with_a_reason(client: Client, shop: World) -> None:
    complaint = a_complaint()
    url = reverse("office:close-complaint", args=[complaint.number])
    client.force_login(shop.office)
    assert "<textarea" not in client.get(url).content.decode()  # not answered yet
    services.answer(complaint=complaint, text="Maaf.", actor=OFFICE)
    assert client.post(url, {"why": ""}).status_code == 200
    client.post(url, {"why": "Sudah diganti"})
    assert "Sudah diganti" in client.get(page_of(complaint)).content.decode()
    listed = client.get(reverse("office:complaints"), {"state": "closed"}).context["rows"]
    assert [one for one, _tone in listed] == [complaint]
    assert client.get(reverse("office:complaints")).context["rows"] == []


@pytest.mark.parametrize("name", ["office:complaints", "workspace:complaints", "account:my-complaints"])
def test_lists_ask_the_same_however_long(client: Client, shop: World, name: str) -> None:
    people: dict[str, Any] = {"office": shop.office, "workspace": shop.member, "account": shop.buyer}

    def count() -> int:
        client.force_login(people[name.split(":")[0]])
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name)).status_code == 200
        return len(caught)

    a_complaint(fulfilment=shop.part, user=shop.buyer)
    count()  # the first fills caches
    few = count()
    for _ in range(7):
        a_complaint(fulfilment=shop.part, user=shop.buyer)
    assert count() == few

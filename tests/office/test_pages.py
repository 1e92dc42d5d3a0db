"""Who sees what in the office, what stands on today's list, and how many questions a list asks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import AcceptancePhoto, Fulfilment
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.payments.models import Refund
from marketplace.reference import working_days
from tests.factories import orders as buy
from tests.factories.paid import OFFICE, World, pay, receipt, world


@pytest.fixture
def shop(db: None) -> World:
    return world()


def read(client: Client, who: Any, name: str, *args: Any, **query: str) -> Any:
    client.force_login(who)
    response = client.get(reverse(f"office:{name}", args=args), query)
    assert response.status_code == 200
    return response


def on_the_way(shop: World, days_late: int) -> None:
    services.accept(fulfilment=shop.part, actor=OFFICE)
    services.pack(fulfilment=shop.part, actor=OFFICE)
    services.hand_over(fulfilment=shop.part, actor=OFFICE, carrier="JNE", tracking_number="JT-1")
    late = working_days.today() - timedelta(days=days_late)
    Fulfilment.objects.filter(pk=shop.part.pk).update(arrives_to=late)


def counts(client: Client, who: Any) -> list[int]:
    return [one.count for one in read(client, who, "home").context["work"]]


def waiting(client: Client, who: Any) -> list[int]:
    return [count for count in counts(client, who) if count]


def test_home_counts_what_needs_a_person(client: Client, shop: World) -> None:
    assert set(counts(client, shop.office)) == {0}
    receipt(1000, "BCA-2")
    on_the_way(shop, days_late=3)
    services.decline(fulfilment=shop.other_part, actor=OFFICE, why="panen gagal")
    Mail.objects.update(next_try=None, tries=8)
    given_up = Mail.objects.count()
    # A transfer to match, a refund to pay, goods that are late, mails.
    assert sorted(waiting(client, shop.office)) == [1, 1, 1, given_up]
    assert waiting(client, shop.export) == [1]
    assert counts(client, shop.export)[0] == 1  # what waits comes first
    assert "@example.com" not in read(client, shop.export, "home").content.decode().split("<main")[1]


def test_parts_past_their_day_wait_two_days(client: Client, shop: World) -> None:
    on_the_way(shop, days_late=2)
    assert waiting(client, shop.export) == []
    Fulfilment.objects.filter(pk=shop.part.pk).update(arrives_to=working_days.today() - timedelta(days=3))
    rows = read(client, shop.export, "parts", q="overdue").context["rows"]
    assert [part.number for part, _late in rows] == [shop.part.number]


def test_accepted_parts_of_a_silent_pesantren_wait_for_a_person_too(client: Client, shop: World) -> None:
    services.accept(fulfilment=shop.part, actor=OFFICE)
    assert waiting(client, shop.export) == []
    Fulfilment.objects.filter(pk=shop.part.pk).update(arrives_to=working_days.today() - timedelta(days=3))
    assert waiting(client, shop.export) == [1]


def test_export_does_not_read_who_signed(client: Client, shop: World) -> None:
    on_the_way(shop, days_late=0)
    lines = {line.pk: line.quantity for line in shop.part.lines.all()}
    services.sign(fulfilment=shop.part, actor=OFFICE, signed_name="Siti Contoh", accepted=lines, reasons={})
    pages = [read(client, who, "part", shop.part.number) for who in (shop.office, shop.export)]
    assert ["Siti Contoh" in page.content.decode() for page in pages] == [True, False]


def test_unanswered_parts_stand_oldest_first(client: Client, shop: World) -> None:
    now = timezone.now()
    Fulfilment.objects.filter(pk=shop.part.pk).update(escalated_at=now, offered_at=now - timedelta(days=2))
    Fulfilment.objects.filter(pk=shop.other_part.pk).update(
        escalated_at=now, offered_at=now - timedelta(days=3)
    )
    rows = read(client, shop.office, "parts", q="unanswered").context["rows"]
    assert [part.number for part, _late in rows] == [shop.other_part.number, shop.part.number]


@pytest.mark.parametrize("how", ["number", "lower", "name", "reference", "loose reference"])
def test_an_order_is_found(client: Client, shop: World, how: str) -> None:
    buy.placed_order([(shop.sarong, 1)])
    text = {
        "number": shop.order.number,
        "lower": shop.order.number.lower(),
        "name": "contoh band",
        "reference": shop.due.reference,
        "loose reference": shop.due.reference.replace("-", " ").lower(),
    }[how]
    rows = read(client, shop.office, "orders", q=text).context["page_obj"]
    assert [row.number for row in rows] == [shop.order.number]


def test_orders_by_state(client: Client, shop: World) -> None:
    unpaid = buy.placed_order([(shop.sarong, 1)])
    found = read(client, shop.office, "orders", state="placed").context["page_obj"]
    assert [row.number for row in found] == [unpaid.order.number]
    assert len(read(client, shop.office, "orders").context["page_obj"]) == 2
    assert len(read(client, shop.office, "orders", q="tidak ada").context["page_obj"]) == 0


def test_export_sees_parts_without_the_buyers_contact_and_prices(client: Client, shop: World) -> None:
    page = read(client, shop.export, "part", shop.part.number).content.decode().split("<main")[1]
    for secret in [
        "0812-3456-7890",
        "+6281234567890",
        "pembeli@example.com",
        "Rp",
        "Jl. Contoh",
        shop.due.reference,
    ]:
        assert secret not in page, secret
    assert "Sarung uji" in page
    assert "Kota Bandung" in page
    office = read(client, shop.office, "part", shop.part.number).content.decode()
    assert "0812-3456-7890" in office


def test_the_office_declines_for_a_pesantren(client: Client, shop: World) -> None:
    client.force_login(shop.office)
    address = reverse("office:decline-part", args=[shop.part.number])
    assert list(client.post(address, {"why": ""}).context["form"].errors) == ["why"]
    for _ in range(2):
        response = client.post(address, {"why": "Tidak menjawab"})
        assert response["Location"] == reverse("office:part", args=[shop.part.number])
    assert shop.part.state == "declined"
    assert Refund.objects.get().total == Money(20 * 150_000 + 15_000)
    assert audit() == []


def test_the_office_records_that_the_carrier_delivered(client: Client, shop: World) -> None:
    client.force_login(shop.office)
    address = reverse("office:deliver-part", args=[shop.part.number])
    client.post(address)
    assert shop.part.state == "offered"
    on_the_way(shop, days_late=0)
    client.post(address)
    client.post(address)
    assert shop.part.state == "delivered"
    assert audit() == []


def addresses(shop: World) -> dict[str, list[Any]]:
    found = receipt(1000, "BCA-9")
    client = Client()
    client.force_login(shop.office)
    client.post(reverse("office:return-transfer", args=[found.pk]), {"why": "tidak dikenal"})
    return {
        "home": [],
        "orders": [],
        "order": [shop.order.number],
        "parts": [],
        "part": [shop.part.number],
        "decline-part": [shop.part.number],
        "deliver-part": [shop.part.number],
        "transfers": [],
        "transfer": [found.pk],
        "return-transfer": [found.pk],
        "match": [receipt(1000, "BCA-10").pk],
        "refunds": [],
        "pay-refund": [Refund.objects.get().pk],
    }


def test_every_page_opens_for_its_roles_only(client: Client, shop: World) -> None:
    for name, args in addresses(shop).items():
        address = reverse(f"office:{name}", args=args)
        client.logout()
        guest = client.get(address)
        assert guest.status_code == 302, name
        assert guest["Location"].startswith(reverse("customer:login")), name
        export = 200 if name in {"home", "parts", "part"} else 404
        for who, code in [
            (shop.office, 200),
            (shop.export, export),
            (shop.member, 404),
            (shop.buyer, 404),
        ]:
            client.force_login(who)
            assert client.get(address).status_code == code, (name, who)


def test_every_wrong_id_is_not_found(client: Client, shop: World) -> None:
    client.force_login(shop.office)
    for name, args in addresses(shop).items():
        if args:
            wrong = "26-XXXXX-XXXXX-9" if isinstance(args[0], str) else 999_999
            assert client.get(reverse(f"office:{name}", args=[wrong])).status_code == 404, name


def test_photos_are_private(client: Client, shop: World) -> None:
    photo = AcceptancePhoto(fulfilment=shop.part, token=uuid4())
    photo.file.save("x.webp", ContentFile(b"RIFF0000WEBP"), save=True)
    address = reverse("office:photo", args=[shop.part.number, photo.token])
    for who, code in [(shop.office, 200), (shop.export, 200), (shop.member, 404), (shop.buyer, 404)]:
        client.force_login(who)
        assert client.get(address).status_code == code
    client.force_login(shop.office)
    wrong = reverse("office:photo", args=[shop.other_part.number, photo.token])
    assert client.get(wrong).status_code == 404


@pytest.mark.parametrize("name", ["home", "orders", "parts", "transfers", "refunds"])
def test_lists_ask_the_same_number_of_questions(
    client: Client, shop: World, django_assert_num_queries: Any, name: str
) -> None:
    def grow(first: int, count: int) -> None:
        for number in range(first, first + count):
            placed = buy.placed_order([(shop.sarong, 1)])
            pay(placed.due, f"P-{number}")
            receipt(1000, f"U-{number}")
            services.decline(fulfilment=placed.order.fulfilments.get(), actor=OFFICE, why="uji")

    grow(0, 3)
    client.force_login(shop.office)
    address = reverse(f"office:{name}")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    grow(3, 27)
    with django_assert_num_queries(len(few)):
        client.get(address)
    # One question for each kind of work that waits, on Today; transfers also say how much lies unmatched.
    assert len(few) <= {"home": 30, "transfers": 14}.get(name, 12)

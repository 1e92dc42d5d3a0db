"""What members see, and what they must not."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from marketplace.fulfilment import services
from marketplace.fulfilment.models import AcceptancePhoto, Fulfilment
from marketplace.reference import working_days
from tests.factories import catalogue as cat
from tests.factories import orders as buy
from tests.factories.conversations import write
from tests.factories.paid import OFFICE, World, pay, world

LISTS = ["workspace:home", "workspace:fulfilments", "workspace:products"]


@pytest.fixture
def shop(db: None) -> World:
    return world()


def read(client: Any, who: Any, name: str, *args: Any, **query: str) -> str:
    client.force_login(who)
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_home_counts_what_waits_and_the_money(client: Any, shop: World) -> None:
    page = read(client, shop.member, "workspace:home")
    assert shop.part.number in page
    assert "Rp\xa03.015.000" in page  # held: goods and delivery of this part
    client.force_login(shop.member)
    context = client.get(reverse("workspace:home")).context
    assert (context["total"], context["to_pack"]) == (1, 0)
    assert [str(purse.owed) for purse in context["purses"]] == ["Rp\xa00"]


def test_home_counts_new_messages_and_does_not_say_that_nothing_waits(client: Any, shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="Panen habis")
    assert "Tidak ada yang menunggu Anda" in read(client, shop.member, "workspace:home")
    write(product=shop.sarong, user=shop.buyer)
    page = read(client, shop.member, "workspace:home")
    assert client.get(reverse("workspace:home")).context["new_messages"] == 1
    assert "Tidak ada yang menunggu Anda" not in page


def test_what_is_accepted_is_owed(client: Any, shop: World) -> None:
    part = shop.part
    services.accept(fulfilment=part, actor=OFFICE)
    services.pack(fulfilment=part, actor=OFFICE)
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    line = part.lines.get()
    services.sign(
        fulfilment=part,
        actor=OFFICE,
        signed_name="Toko Contoh",
        accepted={line.pk: 18},
        reasons={line.pk: "Dua robek"},
    )
    client.force_login(shop.member)
    [purse] = client.get(reverse("workspace:home")).context["purses"]
    assert (purse.held.total.minor, purse.owed.minor) == (0, 18 * 150_000 + 15_000)
    page = read(client, shop.member, "workspace:fulfilment", part.number)
    assert "Dua robek" in page
    assert "Toko Contoh" in page


def test_oldest_waits_first_and_a_couriers_parcel_does_not_wait(client: Any, shop: World) -> None:
    second = buy.placed_order([(shop.sarong, 1)])
    pay(second.due, "BCA-2")
    third = buy.placed_order([(shop.sarong, 1)])
    pay(third.due, "BCA-3")
    Fulfilment.objects.filter(order=third.order).update(state="handed_over")
    client.force_login(shop.member)
    rows = client.get(reverse("workspace:home")).context["rows"]
    parts = [shop.part, Fulfilment.objects.get(order=second.order)]
    assert [row.url for row in rows] == [reverse("workspace:fulfilment", args=[one.number]) for one in parts]


def test_the_part_shows_the_buyer_and_a_ready_message(client: Any, shop: World) -> None:
    page = read(client, shop.member, "workspace:fulfilment", shop.part.number)
    assert "Toko Contoh Bandung" in page
    assert "Jl. Contoh No. 1" in page
    assert "0812-3456-7890" in page
    assert "https://wa.me/6281234567890?text=" in page
    assert f"tentang pesanan {shop.part.number}" in unquote(page)
    assert "(20 potong Sarung uji)" in unquote(page)


@pytest.mark.parametrize("name", ["workspace:home", "workspace:fulfilments", "workspace:fulfilment"])
def test_never_another_pesantrens_part_nor_the_total_nor_the_mail(
    client: Any, shop: World, name: str
) -> None:
    args = [shop.part.number] if name == "workspace:fulfilment" else []
    page = read(client, shop.member, name, *args)
    for secret in [
        "Kopi",
        shop.other_part.number,
        "Rp\xa0270.000",
        "Rp\xa090.000",
        str(shop.order.total),
        "pembeli@example.com",
        "Contoh Kantor",
    ]:
        assert secret not in page, secret


def test_a_wrong_number_is_not_found(client: Any, shop: World) -> None:
    client.force_login(shop.member)
    for number in [shop.other_part.number, shop.order.number, "26-XXXXX-XXXXX-1"]:
        assert client.get(reverse("workspace:fulfilment", args=[number])).status_code == 404
        assert client.get(reverse("workspace:delivery-note", args=[number])).status_code == 404


def test_nothing_is_shown_before_the_buyer_has_paid(client: Any, db: None) -> None:
    shop = world(paid=False)
    client.force_login(shop.member)
    assert client.get(reverse("workspace:fulfilment", args=[shop.part.number])).status_code == 404
    assert shop.part.number not in read(client, shop.member, "workspace:fulfilments")
    client.force_login(shop.member)
    [purse] = client.get(reverse("workspace:home")).context["purses"]
    assert purse.held.total.minor == 0


@pytest.mark.parametrize("name", LISTS)
def test_only_members_come_in(client: Any, shop: World, name: str) -> None:
    guest = client.get(reverse(name))
    assert guest.status_code == 302
    assert guest["Location"].startswith(reverse("customer:login"))
    for who in (shop.buyer, shop.office, shop.export):
        client.force_login(who)
        assert client.get(reverse(name)).status_code == 404


def test_who_works_for_two_sees_which(client: Any, shop: World) -> None:
    assert "Pesantren Contoh Sarung</p>" not in read(client, shop.member, "workspace:fulfilments")
    cat.make_member(shop.member, shop.theirs)
    page = read(client, shop.member, "workspace:fulfilments")
    assert "Pesantren Contoh Sarung" in page
    assert "Pesantren Contoh Kopi" in page
    assert "Pesantren Contoh Kopi" in read(
        client, shop.member, "workspace:fulfilment", shop.other_part.number
    )


def test_the_filter_shows_one_state(client: Any, shop: World) -> None:
    assert shop.part.number in read(client, shop.member, "workspace:fulfilments", state="offered")
    assert shop.part.number not in read(client, shop.member, "workspace:fulfilments", state="packed")
    assert shop.part.number in read(client, shop.member, "workspace:fulfilments", state="nonsense")


def test_late_is_said(client: Any, shop: World) -> None:
    part = shop.part
    services.accept(fulfilment=part, actor=OFFICE)
    Fulfilment.objects.filter(pk=part.pk).update(ready_on=working_days.today() - timedelta(days=3))
    client.force_login(shop.member)
    row = client.get(reverse("workspace:fulfilment", args=[part.number])).context["row"]
    assert row.is_late
    assert "3" in row.left
    Fulfilment.objects.filter(pk=part.pk).update(ready_on=working_days.today() + timedelta(days=2))
    row = client.get(reverse("workspace:fulfilment", args=[part.number])).context["row"]
    assert not row.is_late


def test_products_show_stock_reserved_and_free(client: Any, shop: World) -> None:
    client.force_login(shop.member)
    response = client.get(reverse("workspace:products"))
    [(product, _, record, price)] = response.context["rows"]
    assert (product, record.num_in_stock, record.num_allocated) == (shop.sarong, 100, 20)
    assert (record.net_stock_level, str(price)) == (80, "Rp\xa0150.000")
    assert "Kopi" not in response.content.decode()


def test_the_delivery_note_is_a_pdf(client: Any, shop: World) -> None:
    client.force_login(shop.member)
    response = client.get(reverse("workspace:delivery-note", args=[shop.part.number]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content[:5] == b"%PDF-"
    client.force_login(shop.stranger)
    assert client.get(reverse("workspace:delivery-note", args=[shop.part.number])).status_code == 404


def test_photos_are_for_the_parties(client: Any, shop: World) -> None:
    photo = AcceptancePhoto(fulfilment=shop.part, token=uuid4())
    photo.file.save("x.webp", ContentFile(b"RIFF0000WEBP"), save=True)
    address = reverse("workspace:photo", args=[shop.part.number, photo.token])
    client.force_login(shop.member)
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert client.get(reverse("workspace:photo", args=[shop.part.number, uuid4()])).status_code == 404
    client.force_login(shop.stranger)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_questions(
    client: Any, shop: World, django_assert_num_queries: Any, name: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(count: int) -> None:
        for index in range(count):
            cat.make_product(shop.mine, f"Sarung {Fulfilment.objects.count()}-{index}")
            placed = buy.placed_order([(shop.sarong, 1)])
            pay(placed.due, f"BCA-{placed.order.number}")

    grow(2)
    client.force_login(shop.member)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(name))
    grow(27)
    with django_assert_num_queries(len(few)):
        client.get(reverse(name))


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_pages_are_small(client: Any, shop: World, language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        page = read(client, shop.member, "workspace:fulfilment", shop.part.number)
    assert len(page.encode()) < 40_000  # before compression; the budget of 70 KB is for all files together
    assert "<script>" not in page
    assert " style=" not in page

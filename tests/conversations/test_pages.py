"""Asking and answering on the pages: who sees what, what is kept, how many questions a list asks."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.conversations.models import Message, Side, Thread
from marketplace.orders.queries import link_token
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.conversations import write
from tests.factories.orders import placed_order
from tests.factories.paid import OFFICE, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    return world()


def ask_url(shop: World, **query: Any) -> str:
    return reverse("account:conversation", args=[shop.mine.code], query=query)


def test_a_visitor_signs_in_and_what_was_typed_is_kept(client: Client, shop: World) -> None:
    url = ask_url(shop, product=shop.sarong.pk)
    assert "Sarung uji" in client.get(url).content.decode()
    gone = client.post(url, {"text": "Ada warna biru?"})
    assert gone.status_code == 302
    assert gone["Location"].startswith(reverse("customer:login"))
    assert Message.objects.count() == 0
    back = client.post(gone["Location"], {"name": shop.buyer.email, "password": "demo-only"})
    assert back["Location"] == url
    page = client.get(url)
    assert page.context["form"]["text"].value() == "Ada warna biru?"
    client.post(url, {"text": "Ada warna biru?", "key": page.context["form"]["key"].value()})
    message = Message.objects.get()
    assert (message.author, message.product, message.order) == (shop.buyer, shop.sarong, None)
    assert client.get(url).context["form"]["text"].value() == ""


def test_two_presses_of_one_form_send_once(client: Client, shop: World) -> None:
    client.force_login(shop.buyer)
    key = client.get(ask_url(shop)).context["form"]["key"].value()
    for _ in range(2):
        assert client.post(ask_url(shop), {"text": "Halo", "key": key}).status_code == 302
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "Write your message."),
        ("<script></script>", "Write your message."),
        ("x" * 2001, "Write at most 2,000 characters."),
    ],
)
def test_bad_text_comes_back_with_the_reason(client: Client, shop: World, text: str, error: str) -> None:
    client.force_login(shop.buyer)
    page = client.post(f"/en{ask_url(shop)}", {"text": text})
    assert page.status_code == 200
    assert page.context["form"].errors["text"] == [error]
    assert page.context["form"]["text"].value() == text


def test_the_eleventh_message_waits_and_is_not_lost(client: Client, shop: World) -> None:
    client.force_login(shop.buyer)
    for number in range(10):
        client.post(ask_url(shop), {"text": f"Pesan {number}"})
    page = client.post(ask_url(shop), {"text": "Pesan kesebelas"})
    assert page.status_code == 200
    assert page.context["form"]["text"].value() == "Pesan kesebelas"
    assert Message.objects.count() == 10


@pytest.mark.parametrize("about", ["product", "order"])
def test_what_is_not_of_the_two_is_not_found(client: Client, shop: World, about: str) -> None:
    other = make_product(make_pesantren("contoh-lain"), "Kopi lain")
    strangers = placed_order([(shop.sarong, 1)], make_user("siapa@example.com")).order
    client.force_login(shop.buyer)
    values: dict[str, Any] = {"product": other.pk, "order": strangers.number}
    assert client.get(ask_url(shop, **{about: values[about]})).status_code == 404
    for wrong in ("x", "0", "9" * 30, "\0"):
        assert client.get(ask_url(shop, **{about: wrong})).status_code == 404


def test_a_listed_pesantren_cannot_be_asked_and_the_page_says_so(client: Client, shop: World) -> None:
    listed = make_pesantren("nyata", sells=False)
    client.force_login(shop.buyer)
    url = reverse("account:conversation", args=[listed.code])
    page = client.get(f"/en{url}").content.decode()
    assert "This pesantren has not joined yet" in page
    assert "<textarea" not in page
    assert client.post(url, {"text": "Halo"}).status_code == 200
    assert Thread.objects.count() == 0


def test_a_guest_writes_by_the_link_of_the_order(client: Client, shop: World) -> None:
    order = placed_order([(shop.sarong, 1)]).order
    url = reverse("account:guest-conversation", args=[link_token(order), shop.mine.code])
    assert url in client.get(reverse("account:guest-order", args=[link_token(order)])).content.decode()
    assert client.post(url, {"text": "Kapan dikirim?"}).status_code == 302
    page = client.get(url)
    assert "Kapan dikirim?" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert Message.objects.get().order == order
    not_in_it = reverse("account:guest-conversation", args=[link_token(order), shop.theirs.code])
    assert client.get(not_in_it).status_code == 404


def test_the_link_of_an_accounts_order_leads_to_the_account(client: Client, shop: World) -> None:
    """Whoever holds one order's link must not read what the buyer wrote about everything else."""
    url = reverse("account:guest-conversation", args=[link_token(shop.order), shop.mine.code])
    there = client.get(url)["Location"]
    assert there == ask_url(shop, order=shop.order.number)
    assert client.get(there)["Location"].startswith(reverse("customer:login"))
    client.force_login(make_user("siapa@example.com"))
    assert client.get(there).status_code == 404


def test_the_member_answers_and_both_read_it(client: Client, shop: World) -> None:
    thread = write(product=shop.sarong, user=shop.buyer).thread
    client.force_login(shop.member)
    listed = client.get(reverse("workspace:conversations"))
    assert [row.is_new for row in listed.context["page_obj"]] == [True]
    assert [
        count for _name, url, _here, count in listed.context["nav"] if url == listed.request["PATH_INFO"]
    ] == [1]
    url = reverse("workspace:conversation", args=[thread.pk])
    page = client.get(url)
    assert "Apakah ada warna biru?" in page.content.decode()
    assert "pembeli@example.com" not in page.content.decode()
    assert client.post(url, {"text": "Ada."}).status_code == 302
    assert [row.is_new for row in client.get(reverse("workspace:conversations")).context["page_obj"]] == [
        False
    ]
    client.force_login(shop.buyer)
    mine = client.get(reverse("account:conversations"))
    assert [row.is_new for row in mine.context["page_obj"]] == [True]
    assert "Ada." in client.get(ask_url(shop)).content.decode()
    assert [row.is_new for row in client.get(reverse("account:conversations")).context["page_obj"]] == [False]


def test_the_member_writes_first_about_a_part(client: Client, shop: World) -> None:
    client.force_login(shop.member)
    url = reverse("workspace:part-conversation", args=[shop.part.number])
    assert url in client.get(reverse("workspace:fulfilment", args=[shop.part.number])).content.decode()
    assert client.post(url, {"text": "Panen mundur sehari."}).status_code == 302
    message = Message.objects.get()
    assert (message.side, message.order, message.thread.user) == (Side.SELLER, shop.order, shop.buyer)
    part = reverse("workspace:fulfilment", args=[shop.part.number])
    assert part in client.get(reverse("workspace:conversation", args=[message.thread_id])).content.decode()
    client.force_login(shop.stranger)
    assert client.get(url).status_code == 404


def test_links_in_messages_are_text(client: Client, shop: World) -> None:
    write(
        "Lihat https://evil.example/x <a href='https://evil.example'>ini</a>",
        product=shop.sarong,
        user=shop.buyer,
    )
    client.force_login(shop.buyer)
    page = client.get(ask_url(shop)).content.decode()
    assert "https://evil.example/x" in page
    assert 'href="https://evil.example' not in page


@pytest.mark.parametrize("name", ["account:conversations", "workspace:conversations"])
def test_lists_ask_the_same_however_long(client: Client, shop: World, name: str) -> None:
    person = shop.buyer if name.startswith("account") else shop.member

    def add(number: int) -> None:
        seller = shop.mine if name.startswith("workspace") else make_pesantren(f"contoh-{number}")
        user = make_user(f"b{number}@example.com") if name.startswith("workspace") else shop.buyer
        talk = Thread(partner=seller, user=user)
        for side in Side:
            write(
                thread=talk if side == Side.BUYER else Thread.objects.get(partner=seller, user=user),
                side=side,
            )

    def count() -> int:
        client.force_login(person)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(name)).status_code == 200
        return len(caught)

    add(1)
    count()  # the first fills caches
    few = count()
    for number in range(2, 8):
        add(number)
    assert count() == few


def test_a_long_thread_has_pages_and_a_fixed_number_of_questions(client: Client, shop: World) -> None:
    client.force_login(shop.buyer)

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(ask_url(shop)).status_code == 200
        return len(caught)

    write(product=shop.sarong, user=shop.buyer)
    count()  # the first fills caches
    few = count()
    thread = Thread.objects.get()
    for number in range(24):
        write(f"Pesan {number}", thread=thread, side=Side.SELLER, actor=OFFICE, order=shop.order)
    assert count() - few <= 1  # the mark of what is read
    rows = client.get(ask_url(shop)).context["rows"]
    assert (len(rows), rows[-1].message.text) == (20, "Pesan 23")
    second = client.get(f"{ask_url(shop)}?page=2").context["rows"]
    assert second[0].message.text == "Apakah ada warna biru?"

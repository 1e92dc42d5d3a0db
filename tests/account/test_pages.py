"""The buyer's pages: own orders only, the signed link, cancelling, the invoice."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client

from marketplace.common.actor import Actor
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.queries import link_token
from marketplace.payments.models import Refund
from tests.factories.catalogue import make_member, make_user
from tests.factories.lots import a_lot
from tests.factories.orders import placed_order
from tests.factories.overseas import deposit_and_balance, dues_of, export_order, settle
from tests.fulfilment.steps import SELLER, bring, one_seller, paid, parts, pay, sign, status, two_sellers

pytestmark = pytest.mark.django_db


def page_of(client: Client, order: Any, path: str = "") -> Any:
    return client.get(f"/en/orders/{link_token(order)}/{path}")


def test_unpaid_order_says_how_to_pay(client: Client) -> None:
    placed = two_sellers()
    text = page_of(client, placed.order).content.decode()
    assert "<bdi>3230000</bdi>" in text  # digits to copy
    assert "Rp\u00a03.230.000" in text
    assert placed.due.reference in text
    assert "000-000-0000" in text
    assert "WIB" in text
    assert text.index("Pesantren Contoh Sarung") < text.index("Pesantren Contoh Jengkol")
    assert "Jl. Contoh No. 1" in text
    assert re.search(r"/en/orders/[^/]+/cancel/", text)


def test_part_payment_shows_what_is_missing(client: Client) -> None:
    placed = one_seller()
    pay(placed.due, 500_000)
    text = page_of(client, placed.order).content.decode()
    assert "<bdi>15000</bdi>" in text
    assert "We have received Rp\u00a0500.000. Rp\u00a015.000 is still missing." in text


def test_paid_order_asks_for_no_money_and_can_not_be_cancelled(client: Client) -> None:
    placed = one_seller()
    paid(placed)
    text = page_of(client, placed.order).content.decode()
    assert "How to pay" not in text
    assert "/cancel/" not in text
    response = client.post(f"/en/orders/{link_token(placed.order)}/cancel/", follow=True)
    assert "This order cannot be cancelled here any more." in response.content.decode()
    assert status(placed.order) == "cleared"


def test_a_schedule_says_when_a_step_was_paid_and_when_the_next_is_due(client: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 3, tzinfo=UTC), tick=False):
        order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    with time_machine.travel(datetime(2026, 11, 23, 20, tzinfo=UTC), tick=False):  # the 24th in West Java
        settle(deposit)
        text = page_of(client, order).content.decode()
    assert (f"{deposit.due_on:%d %m}", f"{balance.due_on:%d %m}") == ("27 11", "20 12")
    assert f"Paid · 24 November 2026 · {deposit.reference}" in text
    assert f"20 December 2026 · {balance.reference}" in text
    assert "27 November 2026" not in text


def test_link_pages_are_secret_to_others(client: Client) -> None:
    order = one_seller().order
    for path in ("", "cancel/", "invoice.pdf"):
        response = page_of(client, order, path)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "strict-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("path", ["", "invoice.pdf", "cancel/"])
def test_wrong_links_are_not_found(client: Client, path: str) -> None:
    order = one_seller().order
    token = link_token(order)
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        order.number,
        signing.dumps(order.number, salt="other"),
    ]
    for wrong in forged:
        assert client.get(f"/en/orders/{wrong}/{path}").status_code == 404


def test_part_of_another_order_is_not_found(client: Client) -> None:
    first, second = one_seller(), two_sellers()
    number = parts(second.order)[0].number
    assert page_of(client, first.order, f"parts/{number}/sign/").status_code == 404


def test_list_shows_own_orders_only(client: Client) -> None:
    buyer, other = make_user("a@example.com"), make_user("b@example.com")
    mine, theirs = one_seller(buyer=buyer).order, one_seller(buyer=other).order
    assert client.get("/en/account/orders/")["Location"].startswith("/en/sign-in/")
    client.force_login(buyer)
    text = client.get("/en/account/orders/").content.decode()
    assert mine.number in text
    assert theirs.number not in text
    assert client.get(f"/en/account/orders/{mine.number}/").status_code == 200
    assert client.get(f"/en/account/orders/{theirs.number}/").status_code == 404


def test_list_needs_as_many_queries_for_25_as_for_one(client: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories.catalogue import make_product

    buyer, product = make_user(), make_product(stock=1000)
    client.force_login(buyer)
    placed_order([(product, 1)], buyer)
    client.get("/en/account/orders/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/en/account/orders/")
    for _ in range(24):
        placed_order([(product, 1)], buyer)
    with django_assert_num_queries(len(one)):
        page = client.get("/en/account/orders/")
    assert len(page.context["rows"]) == 20
    assert len(client.get("/en/account/orders/?page=2").context["rows"]) == 5


def test_guest_and_signed_in_buyer_see_the_same(client: Client) -> None:
    buyer = make_user()
    order = two_sellers(buyer=buyer).order
    guest = page_of(Client(), order).content.decode()
    client.force_login(buyer)
    own = client.get(f"/en/account/orders/{order.number}/").content.decode()

    def body(text: str) -> str:
        main = text[text.index('<div class="head">') : text.index("</main>")]
        main = re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1TOKEN", main)
        return re.sub(r"/[\w-]+:[\w-]{6}:[\w-]{43}/", "/LINK/", main)  # links are signed with their second

    assert body(guest) == body(own)


def test_cancel_asks_and_frees_the_goods(client: Client) -> None:
    placed = one_seller()
    address = f"/en/orders/{link_token(placed.order)}/cancel/"
    assert "Cancel order" in client.get(address).content.decode()
    assert status(placed.order) == "placed"
    response = client.post(address, follow=True)
    assert "Your order is cancelled." in response.content.decode()
    assert status(placed.order) == "cancelled"
    assert placed.order.lines.get().stockrecord.num_allocated == 0
    assert client.post(address, follow=True).status_code == 200


def test_timeline_and_refund_of_a_declined_part(client: Client) -> None:
    placed = two_sellers()
    sarong, bean = paid(placed)
    services.decline(fulfilment=bean, actor=SELLER, why="Panen gagal")
    bring(sarong, states.HANDED_OVER)
    text = page_of(client, placed.order).content.decode()
    assert "Panen gagal" in text
    assert "The pesantren could not deliver" in text
    assert "Rp\u00a0215.000" in text
    assert Refund.objects.get().amount == 215_000
    assert "On the way" in text
    assert "Penjual" not in text  # people are named by their role
    assert f"/parts/{sarong.number}/sign/" in text
    assert f"/parts/{bean.number}/sign/" not in text


def test_signed_part_shows_its_receipt(client: Client) -> None:
    placed = one_seller()
    (part,) = paid(placed)
    sign(bring(part, states.DELIVERED), {0: 8})
    text = page_of(client, placed.order).content.decode()
    assert "Accepted: 8 of 10" in text
    assert "busuk" in text
    assert "Signed by Contoh" in text
    response = client.get(f"/en/orders/{link_token(placed.order)}/parts/{part.number}/sign/")
    assert response["Location"].endswith(f"#part-{part.number}")


def test_people_of_the_pesantren_are_called_by_its_name(client: Client) -> None:
    placed = one_seller()
    (part,) = paid(placed)
    worker = make_user("worker@example.com", name="Pak Rahasia")
    make_member(worker, part.partner)
    services.accept(fulfilment=part, actor=Actor.of(worker))
    text = page_of(client, placed.order).content.decode()
    assert f"WIB · {part.partner.name}" in text
    assert "Pak Rahasia" not in text


def test_names_are_escaped(client: Client) -> None:
    placed = one_seller()
    type(placed.order).objects.update(buyer_name="<script>alert(1)</script>")
    text = page_of(client, placed.order).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_invoice_is_a_pdf_in_the_language_of_the_order(client: Client) -> None:
    for language in ("id", "en", "ar"):
        order = one_seller(language=language).order
        response = page_of(client, order, "invoice.pdf")
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF-")
        assert (
            f"/Lang ({language})".encode() in response.content or f"({language})".encode() in response.content
        )


def test_nobody_signs_before_the_goods_left(client: Client) -> None:
    placed = one_seller()
    (part,) = paid(placed)
    response = page_of(client, placed.order, f"parts/{part.number}/sign/")
    assert response["Location"].endswith(f"#part-{part.number}")
    assert Fulfilment.objects.get().state == states.OFFERED


def test_goods_that_left_lead_to_the_passport_of_their_lot(client: Client) -> None:
    placed = one_seller()
    part = bring(paid(placed)[0], states.ACCEPTED)
    line = part.lines.get()
    lot = a_lot(line.line.product)
    services.pack_from(fulfilment=part, chosen={line.pk: {lot.pk: line.quantity}}, actor=SELLER)
    assert lot.code not in page_of(client, placed.order).content.decode()  # another may still be packed
    bring(part, states.HANDED_OVER)
    text = page_of(client, placed.order).content.decode()
    assert f'href="/en/lot/{lot.code}/"' in text
    assert lot.number in text
    services.recall_lot(lot=lot, actor=SELLER, why="Diduga tercampur")
    assert "Recalled" in page_of(client, placed.order).content.decode()

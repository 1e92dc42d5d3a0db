"""Deliveries: asked of the pesantren, made up for, ordered, cancelled; they end with their order and contract."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.services import standing
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders import services as orders
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.pooling import services as pooling
from marketplace.pooling.models import Pool, Share
from marketplace.reference.working_days import today
from marketplace.sourcing import states
from marketplace.sourcing.models import CallOff, Contract, PurchaseAgreement
from marketplace.sourcing.services import call_offs
from marketplace.sourcing.services.composing import Rules
from marketplace.sourcing.tasks import sweep
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.overseas import dues_of, settle
from tests.factories.sold import part_of
from tests.factories.sourcing import (
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_quote,
)
from tests.sourcing.test_composing import confirm_all, contract_of_many
from tests.sourcing.test_contracts import asking
from tests.sourcing.test_deliveries import DUA, SATU, ordered, packed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def seller_of(contract: Contract) -> Client:
    user = make_user("penjual@example.com", language="en")
    make_member(user, contract.seller)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def shop() -> tuple[Client, CallOff]:
    """600 of 1,000 kg are called off; satu has 400 at hand, dua 500, tiga 100."""
    contract = contract_of_many()
    client = seller_of(contract)
    return client, call_offs.ask(**asking(contract, 600))


def said(client: Client, path: str) -> str:
    return str(client.post(path, follow=True).content.decode())


def test_asked_confirmed_and_ordered(shop: Any) -> None:
    client, made = shop
    assert Mail.objects.filter(to="penjual@example.com", key__startswith="call-off/").count() == 1
    assert str(made) in client.get(url("call-offs")).content.decode()
    assert "Nobody was asked yet." in client.get(url("call-off", made.pk)).content.decode()
    assert "Each confirms its share within two days." in said(client, url("ask-shares", made.pk))
    page = client.get(url("call-off", made.pk))
    [row] = page.context["rows"]
    assert (row["waits"], row["confirmed"], row["missing"]) == (600, 0, 0)
    assert not page.context["can_order"]
    early = said(client, url("order-call-off", made.pk))
    assert "Waiting for the answers of the pesantren." in early
    assert not Order.objects.exists()
    confirm_all()
    assert "All shares are confirmed" in client.get(url("call-off", made.pk)).content.decode()
    assert "The order is made." in said(client, url("order-call-off", made.pk))
    order = Order.objects.get()
    assert (order.total, order.channel) == (Money(600 * 205, "USD"), "export")
    assert order.number in client.get(url("call-off", made.pk)).content.decode()
    assert audit() == []
    assert "can no longer be changed" in said(client, url("order-call-off", made.pk))
    assert Order.objects.count() == 1


def test_it_waits_for_the_exporter_until_all_are_asked_and_again_once_they_answered(shop: Any) -> None:
    client, made = shop

    def waits() -> str:
        found = client.get(reverse("workspace:home")).context["rows"]
        return " ".join(f"{line.title} {line.text}" for line in found)

    assert "600 kg" in waits()
    assert "Ask the pesantren for their parts." in waits()
    client.post(url("ask-shares", made.pk))
    assert "600 kg" not in waits()
    confirm_all()
    assert "All shares are confirmed: make the order." in waits()
    client.post(url("order-call-off", made.pk))
    assert "600 kg" not in waits()


def test_a_decline_is_made_up_for_by_others(shop: Any) -> None:
    client, made = shop
    client.post(url("ask-shares", made.pk))
    share = Share.objects.get(offer__partner__code="contoh-dua")
    pooling.decline_share(share=share, actor=SELLER, why="Panen sedikit")
    page = client.get(url("call-off", made.pk))
    [row] = page.context["rows"]
    assert (row["waits"], row["missing"]) == (400, 200)
    assert "Still missing: 200 kg" in page.content.decode()
    assert "Not all of it could be shared." in said(client, url("ask-shares", made.pk))
    [row] = client.get(url("call-off", made.pk)).context["rows"]
    assert (row["waits"], row["missing"]) == (500, 100)


def test_out_of_stock_names_the_pesantren(shop: Any) -> None:
    client, made = shop
    client.post(url("ask-shares", made.pk))
    confirm_all()
    StockRecord.objects.filter(partner__code="contoh-dua").update(num_in_stock=50)
    text = said(client, url("order-call-off", made.pk))
    assert "Pesantren Contoh Dua has 50 of" in text
    assert not Order.objects.exists()
    made.refresh_from_db()
    assert made.state == states.CONFIRMED


def test_a_suspended_pesantren_is_named_instead_of_an_error(shop: Any) -> None:
    client, made = shop
    client.post(url("ask-shares", made.pk))
    confirm_all()
    standing.suspend(partner=Partner.objects.get(code="contoh-dua"), actor=SYSTEM, why="uji")
    text = said(client, url("order-call-off", made.pk))
    assert "The office has stopped the sales of Pesantren Contoh Dua." in text
    made.refresh_from_db()
    assert (made.state, Order.objects.count()) == (states.CONFIRMED, 0)


def test_once_it_is_ordered_a_share_leads_to_the_part_where_it_is_declined(shop: Any) -> None:
    client, made = shop
    client.post(url("ask-shares", made.pk))
    confirm_all()
    pesantren = Client()
    pesantren.force_login(make_member(make_user("dua@example.com"), make_pesantren("contoh-dua")).user)
    share = Share.objects.get(offer__partner__code="contoh-dua")
    assert pesantren.get(url("share", share.pk)).context["may_decline"]
    client.post(url("order-call-off", made.pk))
    part = Fulfilment.objects.get(partner__code="contoh-dua")
    page = pesantren.get(url("share", share.pk))
    assert not page.context["may_decline"]
    assert url("fulfilment", part.number) in page.text
    pesantren.post(url("share", share.pk), {"why": "Panen gagal"})
    share.refresh_from_db()
    assert (share.state, Share.objects.count()) == ("committed", 2)


def test_a_large_delivery_is_shared_out(shop: Any) -> None:
    """As much as the contract has room for, above what one pool once could hold."""
    client, made = shop
    line = made.contract.lines.get()
    type(line).objects.filter(pk=line.pk).update(quantity=150_000)
    large = call_offs.ask(**asking(made.contract, 120_000))
    assert "Not all of it could be shared." in said(client, url("ask-shares", large.pk))
    [row] = client.get(url("call-off", large.pk)).context["rows"]
    assert (row["waits"], row["missing"]) == (1_000, 119_000)


def test_what_no_pool_can_hold_is_refused_in_words(shop: Any) -> None:
    client, made = shop
    made.lines.update(quantity=3_000_000)
    assert "This cannot be shared out" in said(client, url("ask-shares", made.pk))


def test_cancelled_with_a_reason_nothing_is_asked_any_more(shop: Any) -> None:
    client, made = shop
    client.post(url("ask-shares", made.pk))
    assert "Write why." in client.post(url("cancel-call-off", made.pk), {"why": ""}).content.decode()
    client.post(url("cancel-call-off", made.pk), {"why": "Kapal batal"})
    made.refresh_from_db()
    assert made.state == states.CANCELLED
    assert set(Share.objects.values_list("state", flat=True)) == {"released"}
    assert set(Pool.objects.filter(reference__startswith="C-").values_list("state", flat=True)) == {
        "cancelled"
    }
    assert made.contract.lines.get().called_off == 0


def test_another_pesantren_finds_nothing(shop: Any) -> None:
    _client, made = shop
    other = Client()
    user = make_user("lain@example.com")
    make_member(user, make_pesantren("contoh-lain"))
    other.force_login(user)
    assert other.get(url("call-off", made.pk)).status_code == 404
    assert other.post(url("ask-shares", made.pk)).status_code == 404
    assert other.get(url("contract", made.contract.number)).status_code == 404
    assert not other.get(url("call-offs")).context["page_obj"].object_list
    assert not Share.objects.exists()


def direct() -> tuple[Client, CallOff]:
    manggis = make_commodity()
    product = goods_of(make_pesantren("contoh-satu"), manggis)
    contract = make_contract(make_quote(make_demand([a_good(manggis, 500)]), product, 500, 20_000))
    return seller_of(contract), call_offs.ask(**asking(contract, 100))


def test_at_home_a_pesantren_makes_the_order_at_once_and_the_call_off_ends_with_it() -> None:
    client, made = direct()
    assert "Can you deliver this?" in client.get(url("call-off", made.pk)).content.decode()
    assert client.get(url("offers")).status_code == 404
    client.post(url("order-call-off", made.pk))
    order = Order.objects.get()
    assert order.total == Money(2_000_000)
    orders.move(order=order, to=order_states.CANCELLED, actor=SYSTEM, why="uji")
    made.refresh_from_db()
    assert made.state == states.CANCELLED


def test_a_contract_ends_the_day_after_its_last_if_nothing_is_open() -> None:
    _client, made = direct()
    contract = made.contract
    Contract.objects.filter(pk=contract.pk).update(first=today() - timedelta(9), last=today() - timedelta(1))
    sweep()
    contract.refresh_from_db()
    assert contract.state == states.ACTIVE, "a delivery is open"
    call_offs.cancel(call_off=made, actor=SELLER, why="uji")
    sweep()
    contract.refresh_from_db()
    assert contract.state == states.COMPLETED


def test_what_did_not_come_stands_on_the_pages_of_the_seller() -> None:
    made, order = ordered(600)
    client = seller_of(made.contract)
    settle(dues_of(order)[0])
    fulfilment.decline(fulfilment=part_of(order, DUA), actor=SELLER, why="Panen gagal")
    page = client.get(url("call-off", made.pk)).content.decode()
    assert "Of these 200 kg do not come or were not kept." in page
    assert "Your agreements have 600 kg left." in page  # 500 of dua, 100 of tiga
    assert url("contract-calendar", made.contract.number) in page
    assert "Of these 200 kg" in client.get(url("call-offs")).content.decode()
    contract = client.get(url("contract", made.contract.number))
    assert [(one.quantity, one.fell) for one in contract.context["fallen"]] == [(600, 200)]
    assert [line.left for line in contract.context["lines"]] == [1050 - 400]
    assert "Of these 200 kg" in contract.content.decode()


def test_a_pesantren_is_sent_to_its_order_once_there_is_one() -> None:
    _made, order = ordered(600)
    part = part_of(order, DUA)
    share = Share.objects.get(offer__partner=part.partner, pool__reference__startswith="C-")
    user = make_user("dua@example.com", language="en")
    make_member(user, part.partner)
    client = Client()
    client.force_login(user)
    page = client.get(url("share", share.pk))
    assert "What you cannot deliver of it is declined there" in page.content.decode()
    assert url("fulfilment", part.number) in page.content.decode()
    assert not page.context["may_decline"]
    answer = client.post(url("share", share.pk), {"why": "Panen sedikit"}, follow=True)
    assert "what you cannot deliver is declined at your part of it" in answer.content.decode()
    share.refresh_from_db()
    assert share.state == "committed"


def test_whole_packs_are_ordered_within_the_tolerance_or_said_in_words() -> None:
    contract = packed(50)
    client = seller_of(contract)
    fits, not_ = (call_offs.ask(**asking(contract, units)) for units in (420, 370))
    for made in (fits, not_):
        client.post(url("ask-shares", made.pk))
        confirm_all()
    page = client.get(url("call-off", fits.pk))
    assert "Enough is confirmed" in page.content.decode()
    assert "Still missing: 20 kg" in page.content.decode()
    assert "Whole packs: without this rule" in page.content.decode()
    assert "The order is made." in said(client, url("order-call-off", fits.pk))
    assert Order.objects.get().total == contract.lines.get().price * 400
    page = client.get(url("call-off", not_.pk))
    assert not page.context["can_order"]
    assert "at least 352 kg would be enough by the contract" in page.content.decode()
    assert "Waiting for the answers" in said(client, url("order-call-off", not_.pk))


def test_the_limit_of_the_offer_holds_until_it_is_lifted() -> None:
    contract = packed(1, Rules(cap_permille=400))
    client = seller_of(contract)
    PurchaseAgreement.objects.exclude(partner__code=SATU).delete()
    made = call_offs.ask(**asking(contract, 100))
    client.post(url("ask-shares", made.pk))
    page = client.get(url("call-off", made.pk))
    assert [row["waits"] for row in page.context["rows"]] == [40]
    assert "Ask without the limit for one pesantren" in page.content.decode()
    client.post(url("ask-shares", made.pk), {"lift": "1"})
    page = client.get(url("call-off", made.pk))
    assert [row["waits"] for row in page.context["rows"]] == [100]
    assert "Ask without the limit" not in page.content.decode()


def test_lists_ask_the_same_for_few_and_many(shop: Any, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, made = shop
    client.get(url("call-offs"))  # what is asked once a process
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(url("call-offs"))
        counts.append(len(asked))
        call_offs.ask(**asking(made.contract, 10))
        call_offs.ask(**asking(made.contract, 10))
    assert counts[0] == counts[1]

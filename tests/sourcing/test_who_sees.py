"""An order under an exporter's contract: the buyer reads the contract and the exporter, a pesantren the exporter.

600 kg at US$ 2.05 of one exporter: 400 of contoh-satu at 1.25, 200 of contoh-dua at 1.31, and 468.00 for its service.
"""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common import pdf
from marketplace.common.actor import Actor
from marketplace.complaints import services as complaints
from marketplace.complaints.models import Complaint
from marketplace.fulfilment import queries, services, states
from marketplace.fulfilment.documents import credit_note, delivery_note, pick_list
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.orders.personal import ORDERS
from marketplace.orders.queries import link_token
from marketplace.people.models import User
from marketplace.sourcing.services import call_offs, sharing
from marketplace.sourcing.services.composing import Rules
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of
from tests.factories.lots import a_lot
from tests.factories.overseas import dues_of, settle
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_quote,
)
from tests.fulfilment.steps import bring
from tests.sourcing.test_composing import confirm_all, contract_of_many
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db
NBSP = "\u00a0"
BUYS, SIGNED, PHONE = "Contoh Rahasia Trading", "Contoh Penerima", "+971501234567"
# 10, 20 and 30 kg of the first pesantren at its price: nobody but it may read these.
AT_PURCHASE = ["US$ 12.50", "US$ 25.00", "US$ 37.50"]
SATU, DUA, EXPORTER = "Pesantren Contoh Satu", "Pesantren Contoh Dua", "Pesantren Contoh Eksportir"
# A kilogram and all of it, of the two pesantren and of the exporter's service.
PURCHASE = ["US$ 1.25", "US$ 500.00", "US$ 1.31", "US$ 262.00", "US$ 468.00"]


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def order() -> Order:
    contract = contract_of_many()
    make_member(make_user("eksportir@example.com", language="en"), contract.seller)
    contract.seller.phone = "+628111111111"
    contract.seller.save()
    made = call_offs.ask(**asking(contract, 600))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    confirm_all()
    made.refresh_from_db()
    buyer = Buyer(BUYS, "importir@example.com", PHONE, "en", admin_of(contract.company))
    shares = sharing.confirmed_shares(made)
    return call_offs.order(call_off=made, shares=shares, buyer=buyer, actor=BUYER)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def part_of(order: Order, code: str) -> Fulfilment:
    return Fulfilment.objects.get(order=order, partner__code=code)


def member_of(part: Fulfilment) -> Client:
    user = make_user(f"{part.partner.code}@example.com", language="en")
    make_member(user, part.partner)
    return client_of(user)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return plain(answer.content.decode())


def plain(text: str) -> str:
    return text.replace(NBSP, " ").replace("&nbsp;", " ")


def order_pages(order: Order) -> list[str]:
    """The page as the buyer opens it, and by the link in a mail."""
    user = order.user
    assert user is not None
    return [
        read(client_of(user), reverse("account:order", args=[order.number])),
        read(Client(), reverse("account:guest-order", args=[link_token(order)])),
    ]


def shown(text: str, words: list[str]) -> list[str]:
    return [word for word in words if word in text]


def settled(order: Order) -> None:
    for due in dues_of(order):
        settle(due)


def signed_short(order: Order) -> Fulfilment:
    """10 of 400 kg do not come, 20 are not accepted, 30 are credited after that."""
    settled(order)
    part = bring(part_of(order, "contoh-satu"), states.ACCEPTED)
    line = part.lines.get()
    services.bring_less(fulfilment=part, brings={line.pk: 390}, why="Panen kurang", actor=SELLER)
    part = bring(part, states.DELIVERED)
    services.sign(
        fulfilment=part,
        actor=BUYER,
        signed_name=SIGNED,
        accepted={line.pk: 370},
        reasons={line.pk: "memar"},
    )
    part = Fulfilment.objects.get(pk=part.pk)
    office = Actor.of(make_user("kantor@example.com", staff_role="office"))
    services.issue_credit_note(fulfilment=part, lines={line.pk: 30}, why="Terlambat", actor=office)
    return part


def test_the_words_of_this_test_are_what_the_order_is_made_of(order: Order) -> None:
    found = [
        plain(str(amount)) for line in order.lines.order_by("pk") for amount in (line.unit_price, line.price)
    ]
    assert set(found) == set(PURCHASE)
    names = {part.partner.name for part in order.fulfilments.all()}
    assert names == {SATU, DUA, EXPORTER}


def test_the_buyer_reads_the_contract_and_the_exporter_and_no_price_of_a_pesantren(order: Order) -> None:
    for page in order_pages(order):
        assert shown(page, PURCHASE) == []
        expected = ["<bdi>600 kg</bdi> × <bdi>US$ 2.05</bdi>", "US$ 1,230.00", f">{EXPORTER}<", SATU, DUA]
        assert shown(page, expected) == expected
        assert page.count("Grown or made by") == 2
        assert page.count("<bdi>US$ 2.05</bdi>") == 1
        assert "From the price to the pesantren" not in page
        assert page.count("messages/contoh-eksportir/") == 1
        assert "messages/contoh-satu" not in page
        assert "Signed by" not in page


def test_what_does_not_come_is_refused_or_credited_names_no_price_of_a_pesantren(order: Order) -> None:
    part = signed_short(order)
    for page in order_pages(order):
        assert shown(page, [*PURCHASE, *AT_PURCHASE]) == []
        expected = [
            "You ordered 400 kg; 10 do not come. US$ 20.50 comes off",
            "Accepted: 370 of 390",
            SIGNED,
        ]
        expected += ["-US$ 20.50", "US$ 1,209.50", "US$ 41.00", "US$ 61.50"]  # 10, 20 and 30 kg at 2.05
        assert shown(page, expected) == expected
        assert page.count("Credit notes") == 1
    mails = Mail.objects.filter(to=order.email)
    told = {mail.key.partition("/")[0] for mail in mails}
    assert {"part_short", "part_signed_buyer", "credit_note"} <= told
    price = ["US$ 462.50", "gets US$", f"part {part.number} of your order you get", *PURCHASE, *AT_PURCHASE]
    for mail in mails:
        assert shown(plain(f"{mail.subject}\n{mail.text}"), price) == [], mail.key
    short = plain(mails.get(key__startswith="part_short/").text)
    assert "You get US$ 20.50 back for what is missing." in short
    note = plain(mails.get(key__startswith="credit_note/").text)
    assert "you get US$ 61.50" in note
    assert "US$ 61.50 is paid back to you" in note


def test_the_pesantren_reads_its_own_price_and_the_exporter_the_difference(order: Order) -> None:
    """60 of 400 kg: 0.80 of each is what the exporter had added."""
    part, own = part_of(order, "contoh-satu"), part_of(order, "contoh-eksportir")
    client = member_of(part)
    signed_short(order)
    page = read(client, reverse("workspace:fulfilment", args=[part.number]))
    assert shown(page, ["US$ 37.50", "US$ 25.00"]) == ["US$ 37.50", "US$ 25.00"]
    assert shown(page, ["US$ 2.05", "US$ 61.50", "US$ 20.50", "US$ 24.00", "your buyer does not get"]) == []
    told = Mail.objects.filter(to="contoh-satu@example.com", key__startswith="credit_note_pesantren/")
    assert "are credited, at your price US$ 37.50" in plain(told.get().text)
    exporter = client_of(User.objects.get(email="eksportir@example.com"))
    page = read(exporter, reverse("workspace:fulfilment", args=[own.number]))
    expected = ["US$ 420.00", "Units that your buyer does not get", "-US$ 8.00", "-US$ 16.00", "-US$ 24.00"]
    assert shown(page, expected) == expected
    mails = Mail.objects.filter(to="eksportir@example.com", key__startswith="exporter_bears/").order_by("pk")
    amounts = [re.findall(r"The difference, (\S+ \S+), is", plain(mail.text)) for mail in mails]
    assert amounts == [["US$ 8.00"], ["US$ 16.00"], ["US$ 24.00"]]


def test_a_part_that_can_be_signed_still_can(order: Order) -> None:
    settled(order)
    part = bring(part_of(order, "contoh-dua"), states.DELIVERED)
    path = reverse("account:sign", args=[link_token(order), part.number])
    # A link bears the second it was signed in: only what stands before and after that is the same.
    alike = re.compile(f'{re.escape(path.partition(":")[0])}:[^/"]+/parts/{re.escape(part.number)}/sign/')
    assert all(alike.search(page) for page in order_pages(order))
    assert shown(read(Client(), path), PURCHASE) == []


def test_the_papers_of_the_buyer(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    made = pdf.render
    monkeypatch.setattr(pdf, "render", lambda name, data: (seen.append(data), made(name, data))[1])
    signed_short(order)
    order = Order.objects.get(pk=order.pk)
    [note] = order.credit_notes.all()
    papers = ["invoice", "proforma"]
    for name in papers:
        assert Client().get(reverse(f"account:{name}", args=[link_token(order)])).status_code == 200
    path = reverse("account:credit-note", args=[link_token(order), note.number])
    assert Client().get(path).status_code == 200
    for data in seen[:2]:
        [part] = data["parts"]
        assert (part["seller"], part["number"], part["fee"]) == (EXPORTER, order.number, str(Money(0, "USD")))
        [line] = part["lines"]
        assert [plain(line[key]) for key in ("quantity", "price", "sum")] == [
            "600 kg",
            "US$ 2.05",
            "US$ 1,230.00",
        ]
    bill, before, credit = seen
    goods = part_of(order, "contoh-satu").lines.get().line.title
    less = [f"{goods}: 10 kg do not come", "-US$ 20.50"]
    assert [[plain(cell) for cell in row] for row in bill["parts"][0]["more"]] == [
        less,
        [f"Credit note {note.number}", "-US$ 61.50"],
    ]
    assert [[plain(cell) for cell in row] for row in before["parts"][0]["more"]] == [less]
    assert plain(bill["total"][1]) == plain(before["total"][1]) == "US$ 1,209.50"
    assert credit["from"][0] == EXPORTER
    assert [[plain(row[key]) for key in ("title", "quantity", "sum")] for row in credit["lines"]] == [
        [goods, "30 kg", "US$ 61.50"]
    ]
    assert plain(credit["total"][1]) == plain(credit["goes"][0][1]) == "US$ 61.50"
    for data in seen:
        assert shown(plain(json.dumps(data, ensure_ascii=False)), [*PURCHASE, *AT_PURCHASE, SATU, DUA]) == []


def test_the_list_of_orders_and_the_copy_of_ones_data(order: Order) -> None:
    assert order.user is not None
    page = read(client_of(order.user), reverse("account:orders"))
    assert f"<small>{EXPORTER}</small>" in page
    assert shown(page, [SATU, DUA, f'Order again<span class="vh">: {order.number}']) == []
    [row] = ORDERS.export(order.user)
    assert [(line["quantity"], plain(line["price"])) for line in row["lines"]] == [(600, "US$ 1,230.00")]


def test_the_buyer_writes_and_complains_to_the_exporter(order: Order) -> None:
    assert order.user is not None
    client, token = client_of(order.user), link_token(order)
    talk = reverse("account:guest-conversation", args=[token, "contoh-eksportir"])
    answer = client.get(talk, follow=True)
    assert answer.status_code == 200
    assert order.number in answer.content.decode()
    for code in ("contoh-satu", "contoh-dua"):
        assert client.get(reverse("account:guest-conversation", args=[token, code])).status_code == 404
        assert (
            client.get(reverse("account:conversation", args=[code]), {"order": order.number}).status_code
            == 404
        )
    part = part_of(order, "contoh-satu")
    path = reverse("account:complain-part", args=[token, part.number])
    assert "The exporter reads your complaint" in read(client, path)
    by = complaints.Complainant(BUYS, "importir@example.com", "en")
    complaints.complain(
        by=by, subject="goods", text="Memar", key=order.place_key, fulfilment=part, actor=BUYER
    )
    one = Complaint.objects.get()
    assert (one.partner.code, one.fulfilment) == ("contoh-eksportir", part)  # type: ignore[union-attr]
    assert member_of(part).get(reverse("workspace:complaint", args=[one.number])).status_code == 404
    exporter = client_of(User.objects.get(email="eksportir@example.com"))
    page = read(exporter, reverse("workspace:complaint", args=[one.number]))
    assert part.number in page
    assert reverse("workspace:fulfilment", args=[part.number]) not in page


def own_pages(part: Fulfilment) -> list[str]:
    return [
        reverse("workspace:home"),
        reverse("workspace:fulfilments"),
        *(reverse(f"workspace:{name}", args=[part.number]) for name in ("fulfilment", "decline", "short")),
        reverse("workspace:hand-over", args=[part.number]),
        reverse("workspace:delivered", args=[part.number]),
    ]


def test_a_pesantren_reads_the_exporter_and_never_the_buyer(order: Order) -> None:
    hidden = [BUYS, SIGNED, PHONE, "971501234567", order.user.name]  # type: ignore[union-attr]
    settled(order)
    part = part_of(order, "contoh-satu")
    client = member_of(part)
    for state in (states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED):
        part = bring(part, state)
        for path in own_pages(part):
            page = read(client, path)
            assert shown(page, hidden) == [], (state, path)
            if "/orders/" in path:
                assert EXPORTER in page, (state, path)
        if state == states.ACCEPTED:
            page = read(client, reverse("workspace:to-pack", args=[part.partner.code]))
            assert (EXPORTER in page, shown(page, hidden)) == (True, [])
    page = read(client, reverse("workspace:fulfilment", args=[part.number]))
    assert "Exporter and delivery" in page
    assert "wa.me/628111111111" in page
    assert "US$ 500.00" in page
    assert "Write to the buyer" not in page
    assert client.get(reverse("workspace:part-conversation", args=[part.number])).status_code == 404
    assert client.post(reverse("workspace:part-conversation", args=[part.number])).status_code == 404


def test_a_pesantren_reads_what_was_signed_and_not_by_whom(order: Order) -> None:
    part = signed_short(order)
    page = read(member_of(part), reverse("workspace:fulfilment", args=[part.number]))
    assert shown(page, [SIGNED, BUYS]) == []
    assert "370 of 390 kg" in page
    assert "Signed on " in page
    back = part.returns.first()
    assert back is not None
    [client] = [client_of(one.user) for one in part.partner.members.select_related("user")]
    for path in (reverse("workspace:returned", args=[back.number]), reverse("workspace:home")):
        page = read(client, path)
        assert (EXPORTER in page, shown(page, [BUYS, SIGNED])) == (True, []), path
    for mail in Mail.objects.filter(to=f"{part.partner.code}@example.com"):
        assert shown(f"{mail.subject}\n{mail.text}", [BUYS, SIGNED]) == []


def test_a_lot_names_the_exporter(order: Order) -> None:
    settled(order)
    part = bring(part_of(order, "contoh-satu"), states.ACCEPTED)
    line = part.lines.get()
    lot = a_lot(line.line.product, quantity=1_000)
    services.pack_from(fulfilment=part, chosen={line.pk: {lot.pk: 400}}, actor=SELLER)
    page = read(member_of(part), reverse("workspace:lot", args=[lot.code]))
    assert (EXPORTER in page, BUYS in page) == (True, False)


def test_the_papers_of_a_pesantren(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    part = signed_short(order)
    seen: list[Any] = []
    monkeypatch.setattr(pdf, "render", lambda name, data: seen.append(data) or b"%PDF-")
    pick_list.pick_list(part.partner, [part], "en")
    delivery_note.delivery_note(part, "en")
    credit_note.credit_note(order.credit_notes.get(), "en")
    picked, note, credit = seen
    assert picked["orders"][0]["facts"][0] == EXPORTER
    assert (note["to"][0], note["from"][0]) == (EXPORTER, SATU)
    assert (credit["to"][0], credit["from"][0]) == (EXPORTER, SATU)
    assert [(row["quantity"], plain(row["sum"])) for row in credit["lines"]] == [("30 kg", "US$ 37.50")]
    assert shown(json.dumps(seen, ensure_ascii=False), [BUYS, SIGNED, "97150", "0501"]) == []


def test_the_exporter_deals_with_the_buyer_for_its_own_part(order: Order) -> None:
    settled(order)
    part = part_of(order, "contoh-eksportir")
    client = client_of(User.objects.get(email="eksportir@example.com"))
    page = read(client, reverse("workspace:fulfilment", args=[part.number]))
    assert shown(page, [BUYS, "Write to the buyer", "US$ 468.00"]) == [
        BUYS,
        "Write to the buyer",
        "US$ 468.00",
    ]
    assert client.get(reverse("workspace:part-conversation", args=[part.number])).status_code == 200


def test_a_direct_contract_at_home_stays_as_it_was() -> None:
    product = goods_of(make_pesantren("contoh-satu"), make_commodity())
    contract = make_contract(make_quote(make_demand([a_good(product.commodity, 500)]), product, 500, 20_000))
    made = call_offs.ask(**asking(contract, 100))
    call_offs.confirm(call_off=made, actor=SELLER)
    buyer = Buyer(BUYS, "importir@example.com", "+628122222222", "en", admin_of(contract.company))
    order = call_offs.order(call_off=made, shares={}, buyer=buyer, actor=BUYER)
    assert (order.sold_by, order.sold) == (None, [])
    for page in order_pages(order):
        expected = ["<bdi>100 kg</bdi> × <bdi>Rp 20.000</bdi>", "messages/contoh-satu"]
        assert shown(page, expected) == expected
        assert "Grown or made by" not in page
    for due in dues_of(order):
        settle(due)
    part = order.fulfilments.get()
    page = read(member_of(part), reverse("workspace:fulfilment", args=[part.number]))
    expected = [BUYS, "Buyer and delivery", "wa.me/628122222222", "Write to the buyer"]
    assert shown(page, expected) == expected


def test_pages_ask_as_much_for_two_parts_as_for_one(order: Order, django_assert_num_queries: Any) -> None:
    """The exporter comes with the order: no query of its own, in no list."""
    settled(order)
    found = list(Fulfilment.objects.filter(order=order).select_related("order__sold_by", "partner"))
    with django_assert_num_queries(0):
        assert {one.buys for one in found} == {EXPORTER, BUYS}
    part = part_of(order, "contoh-satu")
    member_of(part)
    [one] = queries.for_members(part.partner.members.get().user)
    with django_assert_num_queries(0):
        assert (one.buys, str(one.seller.regency) != "") == (EXPORTER, True)

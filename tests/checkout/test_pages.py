"""The way through the checkout: what is asked, what is refused beside its field, what is kept."""

import re
from typing import Any

import pytest
from django.test import Client

from checkout.progress import SESSION_KEY
from marketplace.fulfilment.models import Courier
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.queries import link_token
from tests.checkout.visitors import ADDRESS, ClientVisitor, chosen_ways, fill_basket, hidden, place, to_review
from tests.factories.catalogue import make_pesantren, make_product, make_regency, make_user
from tests.factories.orders import account, placed_order


@pytest.fixture
def visitor(client: Client, places: None) -> ClientVisitor:
    return ClientVisitor(client)


def service(**kw: Any) -> Any:
    return make_product(title="Kunjungan wisata", requires_shipping=False, delivery_kinds=(), **kw)


def inputs(page: str) -> list[str]:
    """Names of the fields a person sees in the page's own form."""
    main = page[page.index('<main id="main"') :]
    fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", main)
    visible = [field for field in fields if 'type="hidden"' not in field]
    return re.findall(r'name="([\w-]+)"', " ".join(visible))


def test_every_page_before_the_basket_leads_to_the_basket(visitor: ClientVisitor) -> None:
    for path in ("", "delivery/", "review/", "thanks/"):
        assert visitor.get(f"/en/checkout/{path}").location == "/en/basket/"
    assert "Your basket is empty" in visitor.get("/en/basket/").text


def test_at_most_twelve_fields_and_why_the_phone(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    page = visitor.get("/en/checkout/").text
    assert inputs(page) == list(ADDRESS)
    assert "calls only about this order" in page
    assert '<optgroup label="Jawa Barat">' in page
    assert '<option value="32.73">Kota Bandung</option>' in page
    assert 'autocomplete="postal-code"' in page


def test_bad_fields_keep_what_was_typed(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    bad = {
        "name": "",
        "email": "not an address",
        "phone": "12",
        "regency": "99.99",
        "district": "Coblong",
        "line1": "Jl. Contoh No. 1",
        "postcode": "4013",
        "note": "Pagar biru",
    }
    answer = visitor.post("/en/checkout/", bad)
    assert answer.status == 200
    assert "<title>Error: " in answer.text
    for name, sentence in {
        "name": "Write your full name.",
        "email": "Write an e-mail address such as name@example.com.",
        "phone": "Write a telephone number such as 0812-3456-7890 or +62 812 3456 7890.",
        "regency": "Choose your kabupaten or kota from the list.",
        "district": "This kecamatan does not lie in the kabupaten or kota you chose. Choose it again.",
        "postcode": "A postcode has 5 digits, for example 40135.",
    }.items():
        assert f'<a href="#id_{name}">{sentence}</a>' in answer.text
        assert f'id="id_{name}_error"' in answer.text
    for typed in ("not an address", "12", "Jl. Contoh No. 1", "4013"):
        assert f'value="{typed}"' in answer.text
    assert "Pagar biru</textarea>" in answer.text
    assert visitor.get("/en/checkout/delivery/").location == "/en/checkout/"


@pytest.mark.parametrize(
    "typed", ["081234567890", "0812-3456-7890", "6281234567890", "+62 812 3456 7890", "٠٨١٢٣٤٥٦٧٨٩٠"]
)
def test_phone_as_people_type_it(visitor: ClientVisitor, typed: str) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    place(visitor, to_review(visitor, ADDRESS | {"phone": typed}))
    assert Order.objects.get().buyer_phone == "+6281234567890"


def test_the_cheapest_that_brings_the_goods_is_preselected(visitor: ClientVisitor) -> None:
    """Picking up is free and so always the cheapest; who typed an address wants the goods there."""
    fill_basket(visitor, [(make_product(), 1)])
    visitor.post("/en/checkout/", ADDRESS)
    page = visitor.get("/en/checkout/delivery/").text
    ways = {courier.kind: code(courier.kind) for courier in Courier.objects.all()}
    assert list(chosen_ways(page).values()) == [ways["courier"]]
    assert re.findall(r'name="way-\d+" value="([\w-]+)"', page) == [
        ways["pickup"],
        ways["courier"],
        ways["vehicle"],
    ]
    assert page.count("example figure</span>") == 3
    assert "Kota Bandung" in page


def test_picking_up_costs_nothing(visitor: ClientVisitor) -> None:
    product = make_product()
    fill_basket(visitor, [(product, 1)])
    fields = to_review(visitor)
    visitor.post("/en/checkout/delivery/", {f"way-{product.partner_id}": code("pickup")})
    assert "was Rp\xa014.000 and is now Rp\xa00." in place(visitor, fields).text
    place(visitor, to_review_again(visitor))
    assert Order.objects.get().total == Money(150_000)


def code(kind: str) -> str:
    """What the form calls the only courier of this kind."""
    return f"courier-{Courier.objects.get(kind=kind).pk}"


def to_review_again(visitor: ClientVisitor) -> dict[str, str]:
    return hidden(visitor.get("/en/checkout/review/").text)


def test_a_way_of_another_basket_is_refused(visitor: ClientVisitor) -> None:
    product = make_product(delivery_kinds=("courier", "pickup"))
    fill_basket(visitor, [(product, 1)])
    visitor.post("/en/checkout/", ADDRESS)
    answer = visitor.post("/en/checkout/delivery/", {f"way-{product.partner_id}": code("cargo")})
    assert answer.status == 200
    assert "<title>Error: " in answer.text
    answer = visitor.post("/en/checkout/delivery/", {})
    assert "Choose how this part is to be delivered." in answer.text


def test_goods_that_cannot_travel_together(visitor: ClientVisitor) -> None:
    seller = make_pesantren()
    goods = [
        make_product(seller, "Domba uji", delivery_kinds=("vehicle",)),
        make_product(seller, "Mug uji", delivery_kinds=("courier",)),
    ]
    fill_basket(visitor, [(product, 1) for product in goods])
    visitor.post("/en/checkout/", ADDRESS)
    for answer in (visitor.get("/en/checkout/delivery/"), visitor.post("/en/checkout/delivery/", {})):
        assert answer.status == 200
        assert "These goods cannot travel together" in answer.text
        assert "Back to the basket" in answer.text
        assert "Go on to review" not in answer.text


def test_where_nothing_reaches_picking_up_is_offered(visitor: ClientVisitor) -> None:
    make_regency("32.06")  # Kabupaten Tasikmalaya, farther than the vehicle goes
    product = make_product(delivery_kinds=("vehicle", "pickup"))
    fill_basket(visitor, [(product, 1)])
    visitor.post("/en/checkout/", ADDRESS | {"regency": "32.06", "district": "Singaparna"})
    page = visitor.get("/en/checkout/delivery/").text
    assert "No delivery reaches Kabupaten Tasikmalaya from this pesantren for these goods." in page
    assert list(chosen_ways(page).values()) == [code("pickup")]


def test_services_need_no_address(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(service(price=75_000), 2)])
    page = visitor.get("/en/checkout/").text
    assert inputs(page) == ["name", "email", "phone"]
    contact = {name: ADDRESS[name] for name in ("name", "email", "phone")}
    assert visitor.post("/en/checkout/", contact).location == "/en/checkout/review/"
    answer = place(visitor, to_review_again(visitor))
    order = Order.objects.get()
    assert answer.location.endswith(order.number)
    assert (order.shipping_address, order.total) == (None, Money(150_000))
    assert order.fulfilments.get().delivery_kind == ""
    assert visitor.get(answer.location).status == 200


def test_goods_added_after_an_address_without_a_place(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(service(), 1)])
    visitor.post("/en/checkout/", {name: ADDRESS[name] for name in ("name", "email", "phone")})
    fields = to_review_again(visitor)
    fill_basket(visitor, [(make_product(), 1)])
    assert place(visitor, fields).location == "/en/checkout/"
    assert not Order.objects.exists()


def test_review_shows_everything_and_thanks_tells_how_to_pay(visitor: ClientVisitor, settings: Any) -> None:
    fill_basket(visitor, [(make_product(title="Sarung uji"), 2)])
    fields = to_review(visitor, ADDRESS | {"note": "Pagar biru"})
    page = visitor.get("/en/checkout/review/").text
    for text in (
        "Sarung uji",
        "2\xa0potong",
        "Rp\xa0150.000",
        "Rp\xa0300.000",
        "Rp\xa014.000",
        "Rp\xa0314.000",
        "Kota Bandung",
        "0812-3456-7890",
        "pembeli@example.com",
        "Pagar biru",
        "Place order and pay by bank transfer",
    ):
        assert text in page, text
    thanks = visitor.get(place(visitor, fields).location).text
    order = Order.objects.get()
    for text in (
        order.number,
        order.dues.get().reference,
        "Rp\xa0314.000",
        settings.OPERATOR["account"],
        "Create an account",
        "/en/orders/",
    ):
        assert text in thanks, text


def test_session_lost_in_the_middle(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 2)])
    fields = to_review(visitor)
    del visitor.client.cookies["sessionid"]
    assert place(visitor, fields).location == "/en/checkout/"
    page = visitor.get("/en/checkout/").text
    assert "Your visit was interrupted" in page
    assert "Your basket is as it was." in page
    assert visitor.get("/en/checkout/delivery/").location == "/en/checkout/"
    assert "thanks" in place(visitor, to_review(visitor)).location
    assert Order.objects.get().lines.get().quantity == 2


def test_a_garbled_last_page_leads_back(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 2)])
    to_review(visitor)
    assert place(visitor, {"place_key": "x", "shown": "y"}).location == "/en/checkout/"
    assert place(visitor, {}).location == "/en/checkout/"


def test_csrf_is_asked_for(places: None) -> None:
    strict = ClientVisitor(Client(enforce_csrf_checks=True))
    product = make_product()
    assert strict.post(f"/en/basket/add/{product.pk}/", {"quantity": 1}).status == 403
    assert strict.post("/en/checkout/review/", {}).status == 403


def test_account_orders_without_being_asked_for_an_email(visitor: ClientVisitor) -> None:
    user = make_user("pembeli2@example.com", name="Ibu Contoh", phone="+6281298765432")
    visitor.client.force_login(user)
    fill_basket(visitor, [(make_product(), 1)])
    page = visitor.get("/en/checkout/").text
    assert "email" not in inputs(page)
    assert 'value="Ibu Contoh"' in page
    assert 'value="0812-9876-5432"' in page
    address = {key: value for key, value in ADDRESS.items() if key != "email"}
    answer = place(visitor, to_review(visitor, address))
    order = Order.objects.get()
    assert (order.user, order.guest_email, order.email) == (user, "", "pembeli2@example.com")
    assert "Create an account" not in visitor.get(answer.location).text


def test_the_last_orders_address_is_filled_in(visitor: ClientVisitor) -> None:
    user = make_user(name="Ibu Contoh")
    product = make_product()
    placed_order([(product, 1)], account(user))
    placed_order([(product, 1)], buyer=None)
    visitor.client.force_login(user)
    fill_basket(visitor, [(product, 1)])
    page = visitor.get("/en/checkout/").text
    for value in ("Ibu Contoh", "Jl. Contoh No. 1", "Coblong", "40135"):
        assert f'value="{value}"' in page, value
    assert '<option value="32.73" selected>' in page


def test_the_session_keeps_no_more_than_the_checkout_needs(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    to_review(visitor)
    kept = visitor.client.session[SESSION_KEY]
    assert set(kept) == {"contact", "ways", "place_key", "keys"}
    assert set(kept["contact"]) == {*ADDRESS, "district_code"}


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
def test_pages_open_in_three_languages(visitor: ClientVisitor, prefix: str) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    fields = to_review(visitor)
    for path in ("/basket/", "/checkout/", "/checkout/delivery/", "/checkout/review/"):
        assert visitor.get(prefix + path).status == 200
    answer = visitor.post(f"{prefix}/checkout/review/", fields)
    assert visitor.get(answer.location).status == 200
    assert Order.objects.get().language == (prefix[1:] or "id")


def test_where_cards_are_taken_the_card_is_offered_at_once(visitor: ClientVisitor, fake_stripe: Any) -> None:
    fill_basket(visitor, [(make_product(title="Sarung uji"), 2)])
    fields = to_review(visitor, ADDRESS)
    page = visitor.get("/en/checkout/review/").text
    assert "Place order and pay\n" in page or "Place order and pay<" in page
    assert "On the next page you pay by card" in page
    thanks = visitor.get(place(visitor, fields).location).text
    order = Order.objects.get()
    assert f'action="/en/orders/{link_token(order)}/pay/"' in thanks
    assert order.dues.get().reference in thanks

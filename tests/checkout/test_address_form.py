"""The address at the checkout: a real kecamatan, an address kept by consent, and one of those kept before."""

import re
from typing import Any

import pytest
from django.test import Client

from checkout.progress import SESSION_KEY
from marketplace.orders.models import Order
from marketplace.reference import services
from marketplace.reference.models import UserAddress
from tests.checkout.visitors import ADDRESS, ClientVisitor, chosen_ways, fill_basket, hidden, place
from tests.factories.catalogue import make_product, make_user
from tests.factories.orders import address as shipping_address
from tests.factories.orders import placed_order

HOME = {key: value for key, value in ADDRESS.items() if key != "email"} | {"phone": "+6281234567890"}
SHOP = HOME | {"name": "Toko Contoh", "line1": "Jl. Toko No. 2", "regency": "32.04", "district": "Soreang"}


@pytest.fixture
def visitor(client: Client, places: None) -> ClientVisitor:
    return ClientVisitor(client)


@pytest.fixture
def buyer(visitor: ClientVisitor) -> Any:
    """A signed-in person with something in the basket."""
    user = make_user(name="Ibu Contoh")
    visitor.client.force_login(user)
    fill_basket(visitor, [(make_product(), 1)])
    return user


def options(page: str, name: str) -> list[str]:
    select = re.search(rf'<select name="{name}".*?</select>', page, re.S)
    assert select
    return re.findall(r'<option value="([^"]*)"', select[0])


def selected(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected>', page)


def contact(visitor: ClientVisitor) -> dict[str, str]:
    found: dict[str, str] = visitor.client.session[SESSION_KEY]["contact"]
    return found


def test_only_the_kecamatan_of_the_chosen_regency(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    assert options(visitor.get("/en/checkout/").text, "district") == [""]
    page = visitor.post("/en/checkout/", ADDRESS | {"district": ""}).text
    assert options(page, "district") == ["", "Coblong", "Lengkong"]
    assert '<a href="#id_district">Choose your kecamatan.</a>' in page
    assert 'value="Jl. Contoh No. 1"' in page


def test_a_kecamatan_of_elsewhere_is_refused(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    page = visitor.post("/en/checkout/", ADDRESS | {"district": "Soreang"}).text
    assert "This kecamatan does not lie in the kabupaten or kota you chose." in page
    assert SESSION_KEY not in visitor.client.session
    assert visitor.post("/en/checkout/", ADDRESS | {"regency": "\0", "district": "\0"}).status == 200


def test_without_script_a_button_shows_them_and_keeps_what_was_typed(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    typed = {
        "name": "Toko <b>",
        "regency": "32.04",
        "email": "bukan",
        "note": "Pagar biru",
        "show": "districts",
    }
    answer = visitor.post("/en/checkout/", typed)
    assert answer.status == 200
    assert options(answer.text, "district") == ["", "Soreang"]
    assert "Please mend this first" not in answer.text
    for kept in ('value="Toko <b>"', 'value="bukan"', "Pagar biru</textarea>"):
        assert kept in answer.text
    assert re.search(r'<select name="district"[^>]*autofocus', answer.text)
    assert selected(answer.text) == ["32.04"]


def test_the_order_carries_the_chosen_kecamatan(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    assert visitor.post("/en/checkout/", ADDRESS).location == "/en/checkout/delivery/"
    assert contact(visitor)["district_code"] == "32.73.02"
    visitor.post("/en/checkout/delivery/", chosen_ways(visitor.get("/en/checkout/delivery/").text))
    place(visitor, hidden(visitor.get("/en/checkout/review/").text))
    found = Order.objects.get().shipping_address
    assert (found.district, found.regency.code) == ("Coblong", "32.73")


def test_an_address_of_an_old_session_is_asked_again(visitor: ClientVisitor) -> None:
    """From before kecamatan were chosen: free text, no code."""
    fill_basket(visitor, [(make_product(), 1)])
    session = visitor.client.session
    session[SESSION_KEY] = {"contact": ADDRESS | {"district": "kec. coblong"}}
    session.save()
    assert visitor.get("/en/checkout/review/").location == "/en/checkout/"
    page = visitor.get("/en/checkout/").text
    assert selected(page) == ["32.73"]  # the regency still stands, the kecamatan has to be chosen
    assert 'value="Jl. Contoh No. 1"' in page


def test_a_kecamatan_of_the_last_order_that_matches_none_is_asked_again(
    visitor: ClientVisitor, buyer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.factories.orders.address", lambda: shipping_address(district="coblongg"))
    placed_order([(make_product(title="Lain"), 1)], buyer)
    assert selected(visitor.get("/en/checkout/").text) == ["32.73"]


def test_nothing_is_kept_without_consent(visitor: ClientVisitor, buyer: Any) -> None:
    page = visitor.get("/en/checkout/").text
    box = re.search(r'<input type="checkbox" name="keep"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    assert visitor.post("/en/checkout/", HOME).location == "/en/checkout/delivery/"
    assert not UserAddress.objects.exists()


def test_guests_are_not_asked_to_keep_an_address(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    assert 'name="keep"' not in visitor.get("/en/checkout/").text
    assert visitor.post("/en/checkout/", ADDRESS | {"keep": "on"}).location == "/en/checkout/delivery/"
    assert not UserAddress.objects.exists()


def test_kept_with_consent_and_offered_next_time(visitor: ClientVisitor, buyer: Any) -> None:
    visitor.post("/en/checkout/", HOME | {"keep": "on"})
    kept = UserAddress.objects.get()
    assert (kept.user, kept.name, kept.district, kept.line1) == (
        buyer,
        ADDRESS["name"],
        "Coblong",
        HOME["line1"],
    )
    assert contact(visitor)["kept"] == str(kept.pk)
    assert visitor.get("/en/checkout/").location == "/en/checkout/kept/"
    visitor.post("/en/checkout/?new=1", HOME | {"keep": "on", "phone": "0813 1111 2222"})
    assert str(UserAddress.objects.get().phone_number) == "+6281311112222"


def test_a_full_book_does_not_stop_the_order(visitor: ClientVisitor, buyer: Any) -> None:
    for number in range(services.MOST):
        services.keep(user=buyer, contact=HOME | {"line1": f"Jl. Contoh No. {number + 10}"})
    answer = visitor.post("/en/checkout/?new=1", HOME | {"keep": "on"})
    assert answer.location == "/en/checkout/delivery/"
    assert "Your address book is full." in visitor.get("/en/checkout/delivery/").text
    assert UserAddress.objects.count() == services.MOST


def test_choosing_a_kept_address(visitor: ClientVisitor, buyer: Any) -> None:
    home = services.keep(user=buyer, contact=HOME)
    shop = services.keep(user=buyer, contact=SHOP | {"note": "Pintu belakang"})
    page = visitor.get("/en/checkout/kept/").text
    radios = re.findall(r'<input type="radio"[^>]*name="kept" value="(\d+)"( checked)?>', page)
    assert radios == [(str(home.pk), " checked"), (str(shop.pk), "")]  # the first kept is the default
    assert visitor.post("/en/checkout/kept/", {"kept": shop.pk}).location == "/en/checkout/delivery/"
    assert contact(visitor) == {
        **SHOP,
        "note": "Pintu belakang",
        "district_code": "32.04.37",
        "kept": str(shop.pk),
    }
    visitor.post("/en/checkout/delivery/", chosen_ways(visitor.get("/en/checkout/delivery/").text))
    place(visitor, hidden(visitor.get("/en/checkout/review/").text))
    order = Order.objects.get()
    assert order.shipping_address.lines() == ["Jl. Toko No. 2", "Dago, Soreang", "Kabupaten Bandung 40135"]
    assert (order.buyer_phone, order.shipping_address.notes) == ("+6281234567890", "Pintu belakang")


def test_another_persons_address_cannot_be_chosen(visitor: ClientVisitor, buyer: Any) -> None:
    services.keep(user=buyer, contact=HOME)
    other = services.keep(user=make_user("lain@example.com"), contact=SHOP)
    answer = visitor.post("/en/checkout/kept/", {"kept": other.pk})
    assert answer.status == 200
    assert "This address is gone. Choose another one." in answer.text
    assert "Jl. Toko" not in answer.text
    assert SESSION_KEY not in visitor.client.session


def test_another_address_may_be_typed(visitor: ClientVisitor, buyer: Any) -> None:
    services.keep(user=buyer, contact=SHOP)
    page = visitor.get("/en/checkout/?new=1").text
    assert 'value="Ibu Contoh"' in page
    assert "Jl. Toko" not in page
    assert visitor.post("/en/checkout/?new=1", HOME).location == "/en/checkout/delivery/"
    page = visitor.get("/en/checkout/").text  # what was typed comes back, not the book
    assert 'value="Jl. Contoh No. 1"' in page
    assert "Choose one of your addresses" in page


def test_a_kept_kecamatan_that_is_gone_has_to_be_chosen_again(visitor: ClientVisitor, buyer: Any) -> None:
    kept = services.keep(user=buyer, contact=HOME)
    UserAddress.objects.update(district="Lama")
    visitor.post("/en/checkout/kept/", {"kept": kept.pk})
    assert visitor.get("/en/checkout/delivery/").location == "/en/checkout/"
    assert selected(visitor.get("/en/checkout/").text) == ["32.73"]


def test_kept_addresses_are_read_in_one_query(
    visitor: ClientVisitor, buyer: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(services.MOST):
        services.keep(user=buyer, contact=HOME | {"line1": f"Jl. Contoh No. {number}"})
    visitor.get("/en/checkout/kept/")
    with django_assert_max_num_queries(20) as caught:
        assert visitor.get("/en/checkout/kept/").status == 200
    assert len([query for query in caught.captured_queries if "address_useraddress" in query["sql"]]) == 1

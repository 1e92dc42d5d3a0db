"""One press, one order: double clicks, a second tab, the back button, a reload."""

from functools import partial
from http.cookiejar import Cookie
from typing import Any

import pytest
from django.test import Client

from checkout.basket.models import Basket
from marketplace.fulfilment.audit import audit
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.people.models import User
from marketplace.pesantren.models import StockRecord
from tests.checkout.visitors import (
    ADDRESS,
    ClientVisitor,
    SocketVisitor,
    all_at_once,
    fill_basket,
    place,
    to_review,
)
from tests.factories.catalogue import make_country, make_product, make_regency, make_tariffs, make_user


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_double_click_in_five_sessions(live_server: Any) -> None:
    make_country(), make_regency("32.73"), make_tariffs()
    product = make_product(stock=100)
    jobs = []
    for _ in range(5):
        visitor = SocketVisitor(live_server.url)
        fill_basket(visitor, [(product, 2)])
        fields = to_review(visitor)
        jobs += [partial(place, visitor.twin(), fields), partial(place, visitor.twin(), fields)]
    answers = all_at_once(jobs)
    pairs = [(answers[i].location, answers[i + 1].location) for i in range(0, 10, 2)]
    assert all(one == two and "/checkout/thanks/?order=" in one for one, two in pairs), pairs
    assert len(set(pairs)) == Order.objects.count() == 5
    assert set(Basket.objects.values_list("status", flat=True)) == {Basket.SUBMITTED}
    assert StockRecord.objects.get().num_allocated == 10
    assert Mail.objects.filter(key__startswith="order_placed/").count() == 5
    assert audit() == []
    again = jobs[0].args[0]
    assert pairs[0][0].split("=")[1] in again.get(pairs[0][0]).text


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_same_account_on_two_devices(live_server: Any) -> None:
    """Two sessions, two keys, one basket: one order, both see it."""
    make_country(), make_regency("32.73"), make_tariffs()
    user, product = make_user(), make_product(stock=100)
    devices = [signed_in(live_server.url, user) for _ in range(2)]
    fill_basket(devices[0], [(product, 2)])
    address = {key: value for key, value in ADDRESS.items() if key != "email"}
    answers = all_at_once([partial(place, device, to_review(device, address)) for device in devices])
    orders = Order.objects.all()
    assert len(orders) == 1
    assert {answer.location for answer in answers} <= {
        f"/en/checkout/thanks/?order={orders[0].number}",
        "/en/basket/",
    }
    for device in devices:
        assert orders[0].number in device.get("/en/checkout/thanks/").text
    assert audit() == []


def signed_in(base: str, user: User) -> SocketVisitor:
    """A visitor with the cookies of a fresh signed-in session."""
    visitor, client = SocketVisitor(base), Client()
    client.force_login(user)
    visitor.get("/en/sign-in/")
    visitor.jar.set_cookie(make_cookie("sessionid", client.cookies["sessionid"].value))
    return visitor


def make_cookie(name: str, value: str) -> Cookie:
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain="localhost.local",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )


def test_second_tab_and_reload_lead_to_the_same_order(client: Client, places: None) -> None:
    visitor = ClientVisitor(client)
    fill_basket(visitor, [(make_product(), 2)])
    fields = to_review(visitor)
    second_tab = to_review(visitor)
    assert second_tab["place_key"] == fields["place_key"]
    first = place(visitor, fields)
    assert place(visitor, second_tab).location == first.location
    assert place(visitor, fields).location == first.location
    number = first.location.split("=")[1]
    for _ in range(2):
        page = visitor.get(first.location)
        assert page.status == 200
        assert number in page.text
    assert Order.objects.count() == 1


def test_back_button_after_placing_shows_an_empty_basket_not_a_second_order(
    client: Client, places: None
) -> None:
    visitor = ClientVisitor(client)
    fill_basket(visitor, [(make_product(), 2)])
    place(visitor, to_review(visitor))
    for path in ("/en/checkout/", "/en/checkout/delivery/", "/en/checkout/review/"):
        assert visitor.get(path).location == "/en/basket/"
    assert visitor.post("/en/checkout/", ADDRESS).location == "/en/basket/"
    assert Order.objects.count() == 1


def test_a_new_basket_gets_a_new_key_and_keeps_the_address(client: Client, places: None) -> None:
    visitor, product = ClientVisitor(client), make_product()
    fill_basket(visitor, [(product, 1)])
    first = to_review(visitor)
    place(visitor, first)
    fill_basket(visitor, [(product, 3)])
    assert 'value="Jl. Contoh No. 1"' in visitor.get("/en/checkout/").text
    second = to_review(visitor)
    assert second["place_key"] != first["place_key"]
    assert "thanks" in place(visitor, second).location
    assert Order.objects.count() == 2
    # The first page is still open somewhere: its button leads to the first order, not to a third.
    assert place(visitor, first).location != place(visitor, second).location
    assert Order.objects.count() == 2


def test_another_sessions_key_opens_nothing(client: Client, places: None) -> None:
    visitor = ClientVisitor(client)
    fill_basket(visitor, [(make_product(), 1)])
    fields = to_review(visitor)
    order_page = place(visitor, fields).location
    stranger = ClientVisitor(Client())
    assert place(stranger, fields).location == "/en/checkout/"
    assert stranger.get(order_page).location == "/en/basket/"
    assert stranger.get("/en/checkout/thanks/").location == "/en/basket/"

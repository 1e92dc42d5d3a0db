"""Order again: the same goods at today's prices, and a word on whatever did not fit."""

import re
from typing import Any

import pytest
from django.test import Client

from checkout.basket.models import Basket, Line
from checkout.basket.refill import Wanted, gathered, refill
from checkout.basket.services import BasketClosed
from marketplace.orders.queries import link_token
from marketplace.pesantren.models import Partner, StockRecord
from tests.checkout.visitors import ClientVisitor, fill_basket
from tests.common.race import race
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.orders import placed_order


@pytest.fixture
def visitor(client: Client, places: None) -> ClientVisitor:
    return ClientVisitor(client)


def again(visitor: ClientVisitor, order: Any) -> str:
    """Press the button; the basket's page after it."""
    answer = visitor.post(f"/en/orders/{link_token(order)}/again/", {})
    assert (answer.status, answer.location) == (302, "/en/basket/")
    return visitor.get("/en/basket/").text


def quantities() -> dict[str, int]:
    return {line.product.title: line.quantity for line in Line.objects.filter(basket__status=Basket.OPEN)}


def set_record(product: Any, **values: Any) -> None:
    StockRecord.objects.filter(product=product).update(**values)


def test_the_same_goods_at_todays_price(visitor: ClientVisitor) -> None:
    sarong, mango = make_product(stock=500, tiers=[(20, 140_000)]), make_product(title="Manggis")
    order = placed_order([(sarong, 20), (mango, 3)]).order
    set_record(sarong, price=160_000)
    page = again(visitor, order)
    assert quantities() == {"Sarung uji": 20, "Manggis": 3}
    assert "2 kinds of goods are in your basket, at today's prices." in page
    assert "Not everything is in your basket" not in page
    assert set(
        Line.objects.filter(product=sarong, basket__status=Basket.OPEN).values_list("price_excl_tax")
    ) == {(140_000,)}


def test_a_second_press_changes_nothing(visitor: ClientVisitor) -> None:
    order = placed_order([(make_product(), 5)]).order
    again(visitor, order)
    again(visitor, order)
    assert quantities() == {"Sarung uji": 5}


def test_what_lies_in_the_basket_stays(visitor: ClientVisitor) -> None:
    sarong, mango = make_product(), make_product(title="Manggis")
    order = placed_order([(sarong, 5)]).order
    fill_basket(visitor, [(sarong, 8), (mango, 2)])
    again(visitor, order)
    assert quantities() == {"Sarung uji": 8, "Manggis": 2}
    Line.objects.filter(basket__status=Basket.OPEN, product=sarong).update(quantity=1)
    again(visitor, order)
    assert quantities() == {"Sarung uji": 5, "Manggis": 2}


@pytest.mark.parametrize(
    ("change", "left", "sentence"),
    [
        (
            {"num_in_stock": 9, "num_allocated": 5},
            4,
            "Only 4\xa0potong are free now; you asked for 6\xa0potong.",
        ),
        ({"num_in_stock": 5, "num_allocated": 5}, 0, "This is sold out."),
        (
            {"minimum": 10},
            0,
            "The minimum is 10\xa0potong: 4\xa0potong more are needed. It is not in your basket.",
        ),
        (
            {"multiple": 4},
            4,
            "This is sold in multiples of 4\xa0potong. 4\xa0potong were put into the basket",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_never_more_is_taken(
    visitor: ClientVisitor, change: dict[str, int], left: int, sentence: str
) -> None:
    product, other = make_product(), make_product(title="Manggis")
    order = placed_order([(product, 6), (other, 1)]).order
    set_record(product, **change)
    page = again(visitor, order)
    assert quantities() == {"Manggis": 1} | ({"Sarung uji": left} if left else {})
    assert re.search(r"<li><bdi>Sarung uji</bdi>: (.*)</li>", page)
    assert sentence in page
    assert "1 kind of goods is in your basket" in page
    assert "Not everything" not in visitor.get("/en/basket/").text  # said once


def test_a_seller_who_closed_and_a_listing_that_is_gone(visitor: ClientVisitor) -> None:
    closed, hidden, deleted = (
        make_product(make_pesantren(f"contoh-{n}"), title=f"Barang {n}") for n in range(3)
    )
    order = placed_order([(closed, 1), (hidden, 1), (deleted, 1)]).order
    Partner.objects.filter(code="contoh-0").update(sells=False)
    hidden.is_public = False
    hidden.save()
    order.lines.filter(product=deleted).update(product=None, stockrecord=None)
    page = again(visitor, order)
    assert quantities() == {}
    assert "<bdi>Barang 0</bdi>: The pesantren does not sell this here at the moment." in page
    for number in (1, 2):
        assert f"<bdi>Barang {number}</bdi>: This is not listed any more." in page
    assert "Your basket is empty" in page


def test_the_same_product_on_two_lines_is_wanted_together() -> None:
    items = [Wanted(1, 2, "a"), Wanted(None, 1, "x"), Wanted(1, 3, "a"), Wanted(None, 1, "y")]
    assert gathered(items) == [Wanted(1, 5, "a"), Wanted(None, 1, "x"), Wanted(None, 1, "y")]


def test_a_closed_basket_is_left_alone(places: None) -> None:
    basket = Basket.objects.create(status=Basket.SUBMITTED)
    with pytest.raises(BasketClosed):
        refill(basket=basket, wanted=[Wanted(make_product().pk, 1, "")])
    assert not Line.objects.exists()


def test_queries_do_not_grow(places: None, django_assert_num_queries: Any) -> None:
    products = [make_product(title=f"Barang {number}") for number in range(12)]
    small, large = Basket.objects.create(), Basket.objects.create()
    with django_assert_num_queries(7):  # savepoint, lock, listings, steps, lines, new lines, end
        refill(basket=small, wanted=[Wanted(products[0].pk, 1, "")])
    with django_assert_num_queries(7):
        refill(basket=large, wanted=[Wanted(product.pk, 1, "") for product in products])


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once() -> None:
    product = make_product()
    basket = Basket.objects.create(owner=make_user())

    def press() -> Any:
        return refill(basket=Basket.objects.get(pk=basket.pk), wanted=[Wanted(product.pk, 4, "")])

    results = race(press, press, press)
    assert [result.taken for result in results] == [1, 1, 1]
    assert Line.objects.get(basket=basket).quantity == 4


def test_the_button_stands_in_the_list_and_on_the_order(visitor: ClientVisitor) -> None:
    user = make_user()
    order = placed_order([(make_product(), 2)], user).order
    whose = link_token(order).partition(":")[0]  # what follows bears the second it was signed in
    action = re.compile(f'action="/en/orders/{whose}:[^"/]+/again/"')
    assert action.search(visitor.get(f"/en/orders/{link_token(order)}/").text)
    visitor.client.force_login(user)
    assert action.search(visitor.get("/en/account/orders/").text)
    assert action.search(visitor.get(f"/en/account/orders/{order.number}/").text)
    assert visitor.get(f"/en/orders/{link_token(order)}/again/").status == 405
    assert visitor.post("/en/orders/wrong/again/", {}).status == 404

"""A buyer orders more than a week's capacity: sees weeks and date before ordering, is told when they moved, or how much
is free."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from catalogue.models import Product
from checkout.basket.refill import Wanted, refill
from checkout.basket.terms import problem
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import CapacityHold, Order
from marketplace.pesantren import services
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.strategy import Selector
from tests.checkout.visitors import ClientVisitor, fill_basket, place, to_review
from tests.factories.catalogue import make_product
from tests.factories.orders import basket_of, placed_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("places")]


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel("2026-12-01 02:00+00:00", tick=True) as clock:
        yield clock


@pytest.fixture
def visitor() -> ClientVisitor:
    return ClientVisitor(Client())


@pytest.fixture
def shirt() -> Product:
    """50 a week, ready after two working days."""
    return make_product(title="Seragam uji", price=10_000, weekly=50)


def page_of(visitor: ClientVisitor, product: Product) -> str:
    return visitor.get(f"/en{product.get_absolute_url()}").text


def test_the_product_says_how_much_is_ready_by_when(visitor: ClientVisitor, shirt: Product) -> None:
    placed_order([(shirt, 20)])
    page = page_of(visitor, shirt)
    assert "Made to order. If you pay now, it is ready by:" in page
    for day, quantity in (
        ("Thursday, 3 December 2026", 30),
        ("Saturday, 12 December 2026", 80),
        ("Saturday, 19 December 2026", 130),
        ("Saturday, 20 February 2027", 580),
    ):
        assert f"<b>{day}</b>up to {quantity} potong" in page
    assert "Minimum 1 potong. Up to 580 potong can be made in the next 12 weeks." in page
    assert '"availability": "https://schema.org/MadeToOrder"' in page
    assert 'max="580"' in page
    card = visitor.get("/en/products/").text
    assert "<dt>Made to order</dt><dd>ready by 3 December</dd>" in card


def test_nothing_left_in_the_weeks_ahead(visitor: ClientVisitor) -> None:
    mango = make_product(title="Mangga uji", weekly=50, harvest_months=[6], perishable=True)
    page = page_of(visitor, mango)
    assert "Nothing can be made in the weeks ahead: all of it is promised, or it is out of season." in page
    assert "OutOfStock" in page
    assert "Sold out for now" in visitor.get("/en/products/").text
    assert "Mangga uji" not in visitor.get("/en/products/?orderable=1").text
    answer = visitor.post(f"/en/basket/add/{mango.pk}/", {"quantity": 1})
    assert "Everything that can be made until 21 February is promised, or it is out of season." in answer.text


def test_from_basket_to_order_with_weeks_and_date(visitor: ClientVisitor, shirt: Product) -> None:
    placed_order([(shirt, 20)])
    fill_basket(visitor, [(shirt, 100)])
    said = (
        "Made to order, ready by 19 December: 30\xa0potong in the week of 30 November,"
        " 50\xa0potong in the week of 7 December, 20\xa0potong in the week of 14 December"
    )
    assert said in visitor.get("/en/basket/").text
    fields = to_review(visitor)
    page = visitor.get("/en/checkout/review/").text
    assert said in page
    assert "Ready on 19 December" in page
    assert "/checkout/thanks/" in place(visitor, fields).location
    order = Order.objects.latest("pk")
    assert [hold.quantity for hold in CapacityHold.objects.filter(line__order=order)] == [30, 50, 20]
    assert Fulfilment.objects.get(order=order).ready_on == date(2026, 12, 19)
    assert audit() == []


def test_told_when_the_weeks_were_taken_meanwhile(visitor: ClientVisitor, shirt: Product) -> None:
    fill_basket(visitor, [(shirt, 40)])
    fields = to_review(visitor)
    other = placed_order([(shirt, 20)])
    answer = place(visitor, fields)
    assert "The goods from Pesantren Contoh Uji are ready later now: on 12 December." in answer.text
    assert Order.objects.count() == 1
    again = to_review(visitor)
    other.order.lines.get().cancel_allocation(20)  # an earlier day is no reason to ask again
    assert "/checkout/thanks/" in place(visitor, again).location
    assert Fulfilment.objects.latest("pk").ready_on < date(2026, 12, 12)


def test_refused_saying_what_is_free_in_which_week(visitor: ClientVisitor, shirt: Product) -> None:
    record = shirt.stockrecords.get()
    for n in range(2, 12):
        week = date.fromordinal(date(2026, 11, 30).toordinal() + 7 * n)
        services.set_week(record=record, week=week, units=0, actor=SYSTEM)
    placed_order([(shirt, 20)])
    answer = visitor.post(f"/en/basket/add/{shirt.pk}/", {"quantity": 81})
    assert (
        "Only 80\xa0potong can be made until 21 February: 30\xa0potong in the week of 30 November,"
        " 50\xa0potong in the week of 7 December. You asked for 81\xa0potong."
    ) in answer.text
    assert "Take 80\xa0potong" in answer.text
    fill_basket(visitor, [(shirt, 80)])
    fields = to_review(visitor)
    placed_order([(shirt, 75)])
    assert place(visitor, fields).location == "/en/basket/"
    assert "Only 5\xa0potong can be made" in visitor.get("/en/basket/").text
    record = StockRecord.objects.get()
    assert problem(record, 5) is None
    report = refill(basket=basket_of([]), wanted=[Wanted(shirt.pk, 9, "")])
    assert (report.taken, report.notes[0][0]) == (0, "Seragam uji")


def test_oscars_own_word_on_it(shirt: Product) -> None:
    info = Selector().strategy().fetch_for_product(shirt).availability
    assert (info.code, info.is_available_to_buy) == ("madetoorder", True)
    assert info.is_purchase_permitted(600)[0]
    assert not info.is_purchase_permitted(601)[0]


def test_queries_do_not_grow_with_what_is_made_to_order(
    django_assert_max_num_queries: Callable, visitor: ClientVisitor
) -> None:
    def counted(path: str) -> int:
        visitor.get(path)
        with django_assert_max_num_queries(60) as found:
            assert visitor.get(path).status == 200
        return len(found)

    fill_basket(visitor, [(make_product(title="Satu", weekly=50), 1)])
    one = counted("/en/basket/"), counted("/en/products/?sort=newest")
    fill_basket(visitor, [(make_product(title=f"Seragam {n}", weekly=50 + n), 60) for n in range(4)])
    assert (counted("/en/basket/"), counted("/en/products/?sort=newest")) == one


def test_the_signed_page_of_before_this_release_is_read(visitor: ClientVisitor, shirt: Product) -> None:
    """A review page that was open during the update has no weeks in it: the buyer looks once more."""
    from django.core import signing

    from checkout.shown import SALT

    fill_basket(visitor, [(shirt, 60)])
    fields = to_review(visitor)
    old: dict[str, Any] = signing.loads(fields["shown"], salt=SALT)
    del old["weeks"]
    fields["shown"] = signing.dumps(json.loads(json.dumps(old)), salt=SALT, compress=True)
    assert "are ready later now: on 12 December." in place(visitor, fields).text

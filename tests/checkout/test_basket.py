"""The basket: what goes in, what is refused with a way to mend it, whose it is, what it costs to read."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from checkout.basket import queries, services
from checkout.basket.models import Basket, Line
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.pesantren.strategy import Selector
from tests.checkout.visitors import ClientVisitor, fill_basket, to_review
from tests.factories.catalogue import make_pesantren, make_product, make_unit, make_user
from tests.factories.orders import basket_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client: Client) -> ClientVisitor:
    return ClientVisitor(client)


def quantities() -> list[int]:
    return list(Line.objects.order_by("pk").values_list("quantity", flat=True))


def page_of(visitor: ClientVisitor) -> str:
    return visitor.get("/en/basket/").text


def test_adding_again_adds_up_and_tells_the_price_of_the_step_reached(visitor: ClientVisitor) -> None:
    product = make_product(price=150_000, tiers=[(10, 140_000)])
    fill_basket(visitor, [(product, 6), (product, 6)])
    assert quantities() == [12]
    page = page_of(visitor)
    assert "Rp\xa0140.000" in page
    assert "Rp\xa01.680.000" in page
    assert "when you chose this" not in page


@pytest.mark.parametrize(
    ("typed", "sentence", "mends"),
    [
        ("7", "The minimum is 20\xa0kg: 13\xa0kg more are needed.", [20]),
        ("25", "This is sold in multiples of 10\xa0kg.", [20, 30]),
        ("90", "Only 55\xa0kg are free now; you asked for 90\xa0kg.", [50]),
        ("0", "This must be at least 1.", []),
        ("-5", "Write a whole number in digits, for example 250 or 1,500.", []),
        ("two", "Write a whole number in digits, for example 250 or 1,500.", []),
        ("", "Write how much you want to take.", []),
        ("99999999999", "This can be at most 9,999,999.", []),
    ],
)
def test_a_quantity_that_cannot_be_taken(
    visitor: ClientVisitor, typed: str, sentence: str, mends: list[int]
) -> None:
    product = make_product(stock=55, minimum=20, multiple=10, unit=make_unit("kg", "kg"))
    answer = visitor.post(f"/en/basket/add/{product.pk}/", {"quantity": typed})
    assert answer.status == 200
    assert answer.text.count(sentence) == 2  # in the summary on top, and beside the field
    assert f'value="{typed}"' in answer.text or not typed
    for mend in mends:
        assert f'<input type="hidden" name="quantity" value="{mend}">' in answer.text
    assert answer.text.count('type="hidden" name="quantity"') == len(mends)
    assert not Basket.objects.exists()


def test_many_presses_do_not_add_up_beyond_the_most(visitor: ClientVisitor) -> None:
    """Services count no stock, and the column ends at 2,147,483,647."""
    trip = make_product(title="Wisata uji", requires_shipping=False, stock=None)
    trip.product_class.track_stock = False
    trip.product_class.save()
    fill_basket(visitor, [(trip, 9_999_999)])
    page = visitor.post(f"/en/basket/add/{trip.pk}/", {"quantity": "1"}).text
    assert "One line of the basket takes at most 9,999,999" in page
    assert quantities() == [9_999_999]


def test_the_one_tap_mend_is_taken(visitor: ClientVisitor) -> None:
    product = make_product(stock=55, minimum=20, multiple=10)
    fill_basket(visitor, [(product, 50)])
    answer = visitor.post(f"/en/basket/add/{product.pk}/", {"quantity": 10})
    assert "Only 55\xa0potong are free now; you asked for 60\xa0potong." in answer.text
    assert "50\xa0potong is already in your basket." in answer.text
    assert 'type="hidden" name="quantity"' not in answer.text  # all that can be had is in the basket
    assert quantities() == [50]


def test_points_in_a_number_are_read(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(stock=5_000), "1.500")])
    assert quantities() == [1500]


def test_a_pesantren_that_has_not_joined_cannot_be_ordered_from(visitor: ClientVisitor) -> None:
    product = make_product(make_pesantren(sells=False))
    answer = visitor.post(f"/en/basket/add/{product.pk}/", {"quantity": 1})
    assert "The pesantren does not sell this here at the moment." in answer.text
    assert visitor.get(f"/en/basket/add/{product.pk}/").status == 200
    assert not Line.objects.exists()


def test_hidden_and_unknown_products_are_not_found(visitor: ClientVisitor) -> None:
    hidden = make_product(is_public=False)
    assert visitor.get(f"/en/basket/add/{hidden.pk}/").status == 404
    assert visitor.post(f"/en/basket/add/{hidden.pk}/", {"quantity": 1}).status == 404
    assert visitor.post("/en/basket/add/999999/", {"quantity": 1}).status == 404


def test_change_and_remove(visitor: ClientVisitor) -> None:
    product = make_product(stock=50, minimum=5)
    fill_basket(visitor, [(product, 10)])
    line = Line.objects.get()
    url = f"/en/basket/lines/{line.pk}/"
    assert visitor.post(url, {"quantity": "20"}).location == "/en/basket/"
    assert quantities() == [20]
    answer = visitor.post(url, {"quantity": "60"})
    assert answer.text.count("Only 50\xa0potong are free now; you asked for 60\xa0potong.") == 2
    assert 'value="60"' in answer.text
    assert "Take 50\xa0potong" in answer.text
    assert "<title>Error: " in answer.text
    assert quantities() == [20]
    answer = visitor.post(url, {"quantity": "lots"})
    assert 'value="lots"' in answer.text
    assert visitor.get(url).location == "/en/basket/"
    assert visitor.get(f"{url}remove/").status == 405
    assert visitor.post(f"{url}remove/", {}).location == "/en/basket/"
    assert "Your basket is empty" in page_of(visitor)


def test_zero_takes_the_line_out(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 3)])
    visitor.post(f"/en/basket/lines/{Line.objects.get().pk}/", {"quantity": "0"})
    assert quantities() == []


def test_another_persons_line_is_not_found(visitor: ClientVisitor) -> None:
    line = basket_of([(make_product(), 3)]).lines.get()
    fill_basket(visitor, [(make_product(title="Lain"), 1)])
    for url in (f"/en/basket/lines/{line.pk}/", f"/en/basket/lines/{line.pk}/remove/"):
        assert visitor.post(url, {"quantity": 1}).status == 404
        assert ClientVisitor(Client()).post(url, {"quantity": 1}).status == 404
    assert Line.objects.filter(pk=line.pk, quantity=3).exists()


def test_grouped_by_pesantren_with_sums(visitor: ClientVisitor) -> None:
    first, second = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    fill_basket(
        visitor,
        [
            (make_product(first, "A", price=10_000), 1),
            (make_product(second, "B", price=20_000), 2),
            (make_product(first, "C", price=5_000), 3),
        ],
    )
    basket = Basket.objects.get()
    basket.strategy = Selector().strategy()
    view = queries.read(basket)
    assert [(group.partner.code, group.goods) for group in view.groups] == [
        ("contoh-satu", Money(25_000)),
        ("contoh-dua", Money(40_000)),
    ]
    assert view.goods == Money(65_000)
    page = page_of(visitor)
    assert page.count('<section class="seller"') == 2
    for amount in ("25.000", "40.000", "65.000"):
        assert f"Rp\xa0{amount}" in page


def test_more_for_less_is_offered(visitor: ClientVisitor) -> None:
    product = make_product(price=150_000, tiers=[(10, 120_000)])
    fill_basket(visitor, [(product, 9)])
    page = page_of(visitor)
    assert "Take 10\xa0potong instead: the total is only Rp\xa01.200.000." in page
    StockRecord.objects.update(num_in_stock=9)
    assert "instead" not in page_of(visitor)  # as much is not there


def test_price_changed_since_it_was_put_in(visitor: ClientVisitor) -> None:
    product = make_product(price=150_000)
    fill_basket(visitor, [(product, 3)])
    StockRecord.objects.update(price=155_000)
    told = "The price of one unit was Rp\xa0150.000 when you chose this and is now Rp\xa0155.000."
    assert told in page_of(visitor)
    visitor.post(f"/en/basket/lines/{Line.objects.get().pk}/", {"quantity": "4"})
    assert told not in page_of(visitor)


def test_changes_since_are_told_and_mended_in_place(visitor: ClientVisitor) -> None:
    product = make_product(stock=50)
    fill_basket(visitor, [(product, 30)])
    StockRecord.objects.update(num_in_stock=20)
    page = page_of(visitor)
    assert "Only 20\xa0potong are free now; you asked for 30\xa0potong." in page
    assert "Go to checkout" not in page
    assert visitor.get("/en/checkout/").location == "/en/basket/"
    visitor.post(f"/en/basket/lines/{Line.objects.get().pk}/", {"quantity": "20"})
    assert "Go to checkout" in page_of(visitor)
    Partner.objects.update(sells=False)
    page = page_of(visitor)
    assert "The pesantren does not sell this here at the moment." in page
    assert 'name="quantity"' not in page  # only taking it out is left


def test_signing_in_keeps_both_baskets(client: Client) -> None:
    user, visitor = make_user(), ClientVisitor(client)
    ours, both, theirs = (make_product(title=title) for title in ("Punya akun", "Dua-duanya", "Punya tamu"))
    basket_of([(ours, 2), (both, 3)], user)
    fill_basket(visitor, [(both, 5), (theirs, 7)])
    client.force_login(user)
    page = page_of(visitor)
    assert "What you had chosen before signing in is in your basket." in page
    kept = Basket.open.get(owner=user).lines.values_list("product__title", "quantity")
    assert dict(kept) == {"Punya akun": 2, "Dua-duanya": 5, "Punya tamu": 7}
    assert "when you chose this" not in page
    assert dict(Basket.open.get(owner=user).lines.values_list("product__title", "quantity")) == dict(kept)
    assert list(Basket.objects.filter(owner=None).values_list("status", flat=True)) == [Basket.MERGED]


def test_two_open_baskets_of_one_person_become_one(client: Client) -> None:
    user, product = make_user(), make_product()
    basket_of([(product, 2)], user)
    basket_of([(product, 4)], user)
    client.force_login(user)
    page_of(ClientVisitor(client))
    assert Basket.open.get(owner=user).lines.get().quantity == 4


def test_reading_writes_nothing(client: Client) -> None:
    for prepare in (lambda: None, lambda: client.force_login(make_user())):
        prepare()
        page_of(ClientVisitor(client))
        assert not Basket.objects.exists()


def test_a_closed_basket_takes_nothing_more() -> None:
    product = make_product()
    basket = basket_of([(product, 1)])
    line = basket.lines.get()
    Basket.objects.update(status=Basket.SUBMITTED)
    record = product.stockrecords.get()
    for call in (
        lambda: services.add(basket=basket, record=record, quantity=1),
        lambda: services.change(line=line, quantity=2),
        lambda: services.remove(line=line),
    ):
        with pytest.raises(services.BasketClosed):
            call()
    assert quantities() == [1]


def test_line_taken_out_in_another_tab_stays_out() -> None:
    line = basket_of([(make_product(), 1)]).lines.get()
    Line.objects.all().delete()
    services.change(line=line, quantity=2)
    assert not Line.objects.exists()


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("path", ["basket/", "checkout/", "checkout/delivery/", "checkout/review/"])
def test_queries_do_not_grow_with_lines(client: Client, path: str) -> None:
    visitor, counts = ClientVisitor(client), []
    for lines in (2, 20):
        have = Line.objects.count()
        fill_basket(visitor, [(of_seller(number), 1) for number in range(have, lines)])
        to_review(visitor)
        visitor.get(f"/en/{path}")
        with CaptureQueriesContext(connection) as captured:
            assert visitor.get(f"/en/{path}").status == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 18, counts


def of_seller(number: int) -> Any:
    return make_product(make_pesantren(f"contoh-{number}"), f"Uji {number}", tiers=[(5, 100)])


def test_example_prices_are_marked(visitor: ClientVisitor) -> None:
    fill_basket(visitor, [(make_product(), 1)])
    assert "example figure</span>" not in page_of(visitor)
    StockRecord.objects.update(example_fields=["price"])
    assert "example figure</span>" in page_of(visitor)

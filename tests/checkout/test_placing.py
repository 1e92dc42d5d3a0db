"""What was shown is what is ordered; when something changed meanwhile, nothing is, and the page says what."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Product
from checkout.basket.models import Basket
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Tariff
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.numbers import ALPHABET, order_number
from marketplace.pesantren.models import Partner, PriceTier, StockRecord
from tests.checkout.visitors import ADDRESS, Answer, ClientVisitor, fill_basket, hidden, place, to_review
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.orders import placed_order

NOTHING = "Nothing was ordered: something changed since you looked"
TIERS = [(10, 140_000), (50, 120_000)]


@pytest.fixture
def visitor(client: Client, places: None) -> ClientVisitor:
    return ClientVisitor(client)


@pytest.fixture
def sarong(places: None) -> Product:
    return make_product(title="Sarung uji", price=150_000, stock=100, tiers=TIERS)


def record_of(product: Product) -> Any:
    return StockRecord.objects.filter(product=product)


def refused(answer: Answer, sentence: str) -> None:
    """The review page again, with this sentence; nothing was written."""
    assert answer.status == 200
    assert NOTHING in answer.text
    assert sentence.replace("Rp ", "Rp\xa0") in answer.text
    assert not Order.objects.exists()
    assert Basket.objects.get().status == Basket.OPEN


def test_order_at_the_price_shown_with_everything_adding_up(visitor: ClientVisitor, sarong: Product) -> None:
    kopi = make_product(make_pesantren("contoh-kopi"), "Kopi uji", price=90_000, stock=40)
    fill_basket(visitor, [(sarong, 12), (kopi, 3)])
    assert "thanks" in place(visitor, to_review(visitor)).location
    order = Order.objects.get()
    lines = list(order.lines.order_by("pk"))
    assert [(line.quantity, line.unit_price, line.price) for line in lines] == [
        (12, Money(140_000), Money(1_680_000)),
        (3, Money(90_000), Money(270_000)),
    ]
    parts = list(order.fulfilments.all())
    # Courier: 5.000 + 9.000 a started kilogram; 12 × 400 g are 5 kg, 3 × 400 g are 2 kg.
    assert [(part.goods, part.fee) for part in parts] == [
        (Money(1_680_000), Money(50_000)),
        (Money(270_000), Money(23_000)),
    ]
    assert order.goods == sum((part.goods for part in parts), Money(0)) == Money(1_950_000)
    assert order.shipping == sum((part.fee for part in parts), Money(0)) == Money(73_000)
    due = order.dues.get()
    assert due.total == order.total == Money(2_023_000)
    assert due.split == {
        str(parts[0].partner_id): {"goods": 1_680_000, "delivery": 50_000},
        str(parts[1].partner_id): {"goods": 270_000, "delivery": 23_000},
    }
    assert audit() == []


def test_frozen_buyer_and_address(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    place(visitor, to_review(visitor, ADDRESS | {"phone": "0812-3456-7890", "note": "Pagar biru"}))
    order = Order.objects.get()
    assert (order.buyer_name, order.guest_email, order.buyer_phone, order.language, order.user) == (
        "Contoh Pembeli",
        "pembeli@example.com",
        "+6281234567890",
        "en",
        None,
    )
    assert order.shipping_address.lines() == [
        "Jl. Contoh No. 1",
        "Dago, Coblong",
        "Kota Bandung 40135",
    ]
    assert order.shipping_address.notes == "Pagar biru"
    assert str(order.shipping_address.phone_number) == "+6281234567890"


def test_price_changed_meanwhile(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 2)])
    fields = to_review(visitor)
    record_of(sarong).update(price=160_000)
    answer = place(visitor, fields)
    refused(answer, "The price of “Sarung uji” was Rp 150.000 a unit and is now Rp 160.000.")
    refused(answer, "The total was Rp 314.000 and is now Rp 334.000.")
    assert "thanks" in place(visitor, hidden(answer.text)).location
    assert Order.objects.get().total == Money(334_000)


def test_a_lower_price_is_not_taken_silently_either(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 2)])
    fields = to_review(visitor)
    record_of(sarong).update(price=100_000)
    refused(place(visitor, fields), "was Rp 150.000 a unit and is now Rp 100.000")


def test_tier_moved_meanwhile(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 10)])
    fields = to_review(visitor)
    PriceTier.objects.filter(quantity=10).update(quantity=11)
    refused(place(visitor, fields), "was Rp 140.000 a unit and is now Rp 150.000")


def test_quantity_changed_in_another_tab_across_a_tier(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 9)])
    fields = to_review(visitor)
    fill_basket(visitor, [(sarong, 1)])
    answer = place(visitor, fields)
    refused(answer, "The quantity of “Sarung uji” was 9 and is now 10.")
    refused(answer, "was Rp 150.000 a unit and is now Rp 140.000")


def test_lines_added_and_removed_in_another_tab(visitor: ClientVisitor, sarong: Product) -> None:
    mug = make_product(title="Mug uji")
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    fill_basket(visitor, [(mug, 1)])
    Basket.objects.get().lines.filter(product=sarong).delete()
    answer = place(visitor, fields)
    refused(answer, "“Mug uji” was put into the basket.")
    refused(answer, "“Sarung uji” was taken out of the basket.")


def test_address_changed_in_another_tab(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    to_review(visitor, ADDRESS | {"line1": "Jl. Lain No. 9"})
    refused(place(visitor, fields), "The name or address was changed on another page.")


def test_tariff_changed_meanwhile(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    Tariff.objects.filter(courier__kind="courier").update(base=6_000)
    refused(place(visitor, fields), "was Rp 14.000 and is now Rp 15.000.")


def test_tariff_withdrawn_meanwhile(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    Tariff.objects.filter(courier__kind="courier").delete()
    assert place(visitor, fields).location == "/en/checkout/delivery/"
    assert "The way of delivery has to be chosen again." in visitor.get("/en/checkout/delivery/").text
    assert not Order.objects.exists()


def test_a_forged_page_is_not_believed(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    refused(place(visitor, fields | {"shown": fields["shown"][:-1]}), "Please look at everything once more.")


@pytest.mark.parametrize(
    ("change", "sentence", "button"),
    [
        (
            {"num_in_stock": 7},
            "Only 7\xa0potong are free now; you asked for 8\xa0potong.",
            "Take 7\xa0potong",
        ),
        ({"num_in_stock": 0}, "This is sold out.", ""),
        ({"minimum": 10}, "The minimum is 10\xa0potong: 2\xa0potong more are needed.", "Take 10\xa0potong"),
        ({"multiple": 6}, "This is sold in multiples of 6\xa0potong.", "Take 6\xa0potong"),
    ],
)
def test_line_that_no_longer_fits_is_mended_in_the_basket(
    visitor: ClientVisitor, sarong: Product, change: dict[str, int], sentence: str, button: str
) -> None:
    fill_basket(visitor, [(sarong, 8)])
    fields = to_review(visitor)
    record_of(sarong).update(**change)
    assert place(visitor, fields).location == "/en/basket/"
    page = visitor.get("/en/basket/").text
    assert f"Nothing was ordered yet. “Sarung uji”: {sentence}" in page
    assert page.count(sentence) == 2  # the message, and the line itself
    assert button in page
    assert "Go to checkout" not in page
    assert not Order.objects.exists()
    assert Basket.objects.get().status == Basket.OPEN


def test_seller_who_stopped_selling(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 8)])
    fields = to_review(visitor)
    Partner.objects.update(sells=False)
    assert place(visitor, fields).location == "/en/basket/"
    page = visitor.get("/en/basket/").text
    assert "The pesantren does not sell this here at the moment." in page
    line = Basket.objects.get().lines.get()
    assert visitor.post(f"/en/basket/lines/{line.pk}/remove/", {}).location == "/en/basket/"
    assert "Your basket is empty" in visitor.get("/en/basket/").text
    assert not Order.objects.exists()


def test_stock_taken_by_another_order(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 60)])
    fields = to_review(visitor)
    placed_order([(sarong, 55)])
    assert place(visitor, fields).location == "/en/basket/"
    assert "Only 45\xa0potong are free now; you asked for 60\xa0potong." in visitor.get("/en/basket/").text
    assert record_of(sarong).get().num_allocated == 55
    assert audit() == []


def test_order_numbers_cannot_be_guessed(places: None) -> None:
    product = make_product(stock=10)
    orders = [placed_order([(product, 1)]).order for _ in range(3)]
    for order in orders:
        assert re.fullmatch(rf"\d\d-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", order.number)
        assert str(order.pk) != order.number
        assert str(100_000 + order.basket_id) not in order.number
    numbers = [order_number()[3:] for _ in range(2_000)]
    assert len(set(numbers)) == 2_000
    assert {len(set(column)) for column in zip(*numbers, strict=True)} == {1, len(ALPHABET)}


def test_amounts_beyond_oscars_columns(places: None) -> None:
    """Oscar caps an amount at 9,999,999,999.99; a contract's worth of sarongs is more."""
    product = make_product(price=200_000, stock=None)
    product.product_class.track_stock = False
    product.product_class.save()
    placed = placed_order([(product, 100_000)])
    placed.order.refresh_from_db()
    assert placed.order.total_incl_tax == Decimal("20000015000")
    assert placed.due.total == Money(20_000_015_000)


def test_too_many_presses_from_one_address(visitor: ClientVisitor, sarong: Product) -> None:
    fill_basket(visitor, [(sarong, 1)])
    fields = to_review(visitor)
    statuses = [place(visitor, fields).status for _ in range(31)]
    assert statuses == [302] * 30 + [429]
    assert Order.objects.count() == 1

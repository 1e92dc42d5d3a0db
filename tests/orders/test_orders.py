"""Orders: numbers nobody guesses, signed links, who may see what, frozen terms."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.urls import resolve
from django.utils import translation

from marketplace.ledger.money import Money
from marketplace.orders import links, queries
from marketplace.orders.models import Order
from marketplace.orders.numbers import ALPHABET, order_number, transfer_reference
from marketplace.payments.queries import references_in
from marketplace.pesantren.models import StockRecord
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.orders import placed_order, way
from tests.fulfilment.steps import one_seller, two_sellers

pytestmark = pytest.mark.django_db


def test_numbers_cannot_be_guessed_or_misread() -> None:
    numbers = {order_number() for _ in range(2_000)}
    assert len(numbers) == 2_000
    assert all(re.fullmatch(rf"\d\d-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}", number) for number in numbers)
    assert not set("01OILU") & set(ALPHABET)
    assert len(ALPHABET) ** 10 > 10**14
    with time_machine.travel(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), tick=False):  # New Year in Jakarta
        assert order_number().startswith("27-")


def test_a_reference_is_found_in_what_banks_make_of_it() -> None:
    reference = transfer_reference()
    assert re.fullmatch(rf"OPOP-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", reference)
    plain = reference.replace("-", "")
    for text in (reference, reference.lower(), plain, f"TRF/{plain}/BDG", f"bayar {' '.join(plain)} ya"):
        assert references_in(text) == [reference]
    assert references_in("OPOP") == references_in("") == []


def test_a_signed_link_opens_one_order() -> None:
    one, other = one_seller().order, one_seller(price=1_000).order
    token = queries.link_token(one)
    assert queries.order_by_token(token) == one
    assert queries.link_token(other) != token
    broken = token[:-1] + ("a" if token[-1] != "a" else "b")
    for wrong in (broken, one.number, "", token + "x", signing.dumps(one.number, salt="another page")):
        assert queries.order_by_token(wrong) is None
    assert queries.order_by_token(signing.dumps("26-AAAAA-AAAAA", salt=queries.SALT)) is None


@pytest.mark.parametrize(
    ("language", "prefix"), [("id", "/orders/"), ("en", "/en/orders/"), ("ar", "/ar/orders/")]
)
def test_links_in_mails_are_in_the_readers_language(language: str, prefix: str) -> None:
    order = one_seller(language=language).order
    with translation.override("en" if language == "id" else "id"):  # whoever causes the mail
        link = links.for_buyer(order)
    assert link.startswith(f"http://testserver{prefix}")
    with translation.override(language):
        match = resolve(link.removeprefix("http://testserver"))
    assert match.view_name == "account:guest-order"
    assert queries.order_by_token(match.kwargs["token"]) == order


def test_who_may_see_which_orders() -> None:
    buyer, stranger = make_user("buyer@example.com"), make_user("other@example.com")
    office = make_user("office@example.com", staff_role="office")
    coordinator = make_user("export@example.com", staff_role="export")
    mine = placed_order([(make_product(), 1)], buyer).order
    guests = one_seller().order
    assert list(queries.orders_for_buyer(buyer)) == [mine]
    assert list(queries.orders_for_office(office)) == [guests, mine]
    for nobody in (stranger, AnonymousUser()):
        assert not queries.orders_for_buyer(nobody).exists()
    for nobody in (buyer, stranger, coordinator, AnonymousUser()):
        assert not queries.orders_for_office(nobody).exists()


def test_where_mails_go() -> None:
    assert one_seller().order.email == "pembeli@example.com"
    buyer = make_user("buyer@example.com")
    assert placed_order([(make_product(), 1)], buyer).order.email == "buyer@example.com"


def test_amounts_and_terms_are_frozen() -> None:
    order = two_sellers().order
    StockRecord.objects.update(price=1)
    for line in order.lines.all():
        line.product.title = "Renamed"
        line.product.save()
    order = Order.objects.get()
    assert (order.goods, order.shipping, order.total) == (Money(3_200_000), Money(30_000), Money(3_230_000))
    frozen = [(line.title, line.unit_price, line.price) for line in order.lines.all()]
    assert frozen == [
        ("Sarung", Money(150_000), Money(3_000_000)),
        ("Jengkol", Money(40_000), Money(200_000)),
    ]


def test_contracts_larger_than_oscar_allows() -> None:
    order = placed_order([(make_product(price=250_000_000, stock=1_000), 1_000)]).order
    assert Order.objects.get().total == order.total == Money(250_000_015_000)


def test_one_way_of_delivery_for_each_pesantren_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    product, stranger = make_product(), make_pesantren("contoh-lain")
    monkeypatch.setattr("tests.factories.orders.way", lambda partner, *more: way(stranger))
    with pytest.raises(ValueError, match="one way of delivery"):
        placed_order([(product, 1)])
    assert not Order.objects.exists()
    assert not StockRecord.objects.get().num_allocated

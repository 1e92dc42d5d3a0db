"""Prices in the money of a company: by the newest dated rate, only for its people, and nothing false without one."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger.money import Money
from marketplace.payments.models import Rate
from marketplace.payments.rates import Guide, convert
from tests.factories.catalogue import make_product, make_user
from tests.factories.companies import admin_of, make_company, make_overseas


def rate(text: str = "16250.50", base: str = "USD", days: int = 1, source: str = "Contoh Bank") -> Rate:
    at = timezone.now() - timedelta(days=days)
    return Rate.objects.create(base=base, quote="IDR", rate=Decimal(text), source=source, quoted_at=at)


@pytest.fixture
def goods(db: None) -> Any:
    return make_product(title="Manggis uji", price=47_000, tiers=[(100, 45_000)])


def read(client: Client, product: Any) -> str:
    return client.get(f"/en{product.get_absolute_url()}").content.decode()


def test_by_the_newest_rate_with_source_and_day(client: Client, goods: Any) -> None:
    rate("10000", days=3, source="old")
    newest = rate()
    client.force_login(admin_of(make_overseas()))
    text = read(client, goods)
    assert "≈ <bdi>US$\N{NO-BREAK SPACE}2.77 – 2.89</bdi>" in text
    assert "≈ US$\N{NO-BREAK SPACE}2.77</small>" in text
    local = timezone.localtime(newest.quoted_at)
    assert f"indicative, rate of {local.day} {local:%B %Y}" in " ".join(text.split())
    assert "<bdi>Contoh Bank</bdi>" in text
    assert "A binding price in your currency comes with a quote." in text
    assert "older than a week" not in text


def test_an_old_rate_says_so(client: Client, goods: Any) -> None:
    rate(days=8)
    client.force_login(admin_of(make_overseas()))
    assert "This rate is older than a week." in read(client, goods)


@pytest.mark.parametrize("who", ["guest", "nobody", "domestic", "no rate", "other rate", "too little"])
def test_else_nothing_is_said(client: Client, goods: Any, who: str) -> None:
    if who not in ("no rate", "other rate", "too little"):
        rate()
    if who == "other rate":
        rate(base="AED")
        Rate.objects.create(base="IDR", quote="USD", rate="0.00006", source="x", quoted_at=timezone.now())
    if who == "too little":
        rate("99999999")
    if who == "nobody":
        client.force_login(make_user())
    elif who == "domestic":
        client.force_login(admin_of(make_company()))
    elif who != "guest":
        client.force_login(admin_of(make_overseas()))
    text = read(client, goods)
    assert "≈" not in text
    assert "indicative" not in text


def test_two_more_queries_however_many_steps_and_none_for_guests(
    client: Client, goods: Any, queries: Callable[..., list[str]]
) -> None:
    rate()
    guest = len(queries(client, goods.get_absolute_url()))
    client.force_login(make_user())
    plain = len(queries(client, goods.get_absolute_url()))
    client.force_login(admin_of(make_overseas()))
    few = len(queries(client, goods.get_absolute_url()))
    many = make_product(
        goods.partner, title="Banyak", price=50_000, tiers=[(n, 50_000 - n) for n in range(2, 9)]
    )
    assert len(queries(client, many.get_absolute_url())) == few
    assert few <= plain + 1  # the rate; who acts for a company is asked for everybody who is signed in
    assert guest < plain


@given(
    price=st.integers(0, 10**12),
    rate=st.decimals("0.00000001", "99999999", places=8),
    currency=st.sampled_from(["USD", "AED", "EUR", "SAR"]),
)
def test_divided_and_rounded_once_to_the_nearest_unit(price: int, rate: Decimal, currency: str) -> None:
    found = Guide(Rate(base=currency, quote="IDR", rate=rate, source="x", quoted_at=timezone.now()))
    about = found.about(Money(price))
    minor = about.minor if about else 0
    assert abs(Decimal(minor) / 100 * rate - price) <= rate / 200 + Decimal("0.000001")
    assert found.about(Money(price, currency)) is None
    if about:
        assert abs(convert(about, rate, "IDR").minor - price) <= rate / 200 + 1


LISTS = ["/en/", "/en/products/", "/en/search/?q=manggis", "/en/products/sector/{sector}/", "/en{pesantren}"]


def listed(goods: Any) -> list[str]:
    """Every page that lists it."""
    places = {"sector": goods.categories.get().code, "pesantren": goods.partner.get_absolute_url()}
    return [address.format(**places) for address in LISTS]


def test_lists_say_it_once_a_page_with_the_rate(client: Client, goods: Any) -> None:
    newest = rate()
    addresses = listed(goods)
    client.force_login(admin_of(make_overseas()))
    local = timezone.localtime(newest.quoted_at)
    for address in addresses:
        text = client.get(address).content.decode()
        assert text.count("≈ <bdi>US$\N{NO-BREAK SPACE}2.77 – 2.89</bdi>") == 1, address
        assert text.count(f"indicative, rate of {local.day} {local:%B %Y}") == 1, address
        assert text.count("<bdi>Contoh Bank</bdi>") == 1, address


def test_what_is_kept_for_everybody_stays_in_rupiah(client: Client, goods: Any) -> None:
    rate()
    addresses = listed(goods)
    importer, guest = Client(), client
    importer.force_login(admin_of(make_overseas()))
    for address in addresses:
        assert "≈" in importer.get(address).content.decode()  # first: it fills what is kept
        assert "≈" not in guest.get(address).content.decode(), address
        assert "≈" in importer.get(address).content.decode()
    at_home = admin_of(make_company(make_user("katering@example.com")))
    guest.force_login(at_home)
    assert "≈" not in guest.get("/en/products/").content.decode()


def test_a_list_asks_for_the_company_and_the_rate_however_many_rows(
    client: Client, goods: Any, queries: Callable[..., list[str]]
) -> None:
    rate()
    guest = len(queries(client, "/products/"))
    client.force_login(make_user())
    plain = len(queries(client, "/products/"))
    client.force_login(admin_of(make_overseas()))
    few = len(queries(client, "/products/"))
    for number in range(5):
        make_product(goods.partner, title=f"Lagi {number}", price=50_000)
    assert len(queries(client, "/products/")) == few
    assert few <= plain + 1
    assert guest < plain


def test_the_basket_says_it_of_each_line_and_of_the_sum(
    client: Client, goods: Any, queries: Callable[..., list[str]]
) -> None:
    rate()
    client.force_login(admin_of(make_overseas()))
    client.post(f"/en/basket/add/{goods.pk}/", {"quantity": 10})
    text = client.get("/en/basket/").content.decode()
    assert "≈ <bdi>US$\N{NO-BREAK SPACE}2.89</bdi>" in text  # 47,000 / 16,250.50
    assert text.count("≈ <bdi>US$\N{NO-BREAK SPACE}28.92</bdi>") == 2  # the line and the sum
    assert text.count("<bdi>Contoh Bank</bdi>") == 1
    one = len(queries(client, "/en/basket/"))
    client.post(
        f"/en/basket/add/{make_product(goods.partner, title='Lagi', price=50_000).pk}/", {"quantity": 10}
    )
    assert len(queries(client, "/en/basket/")) == one
    client.logout()
    assert "≈" not in client.get("/en/basket/").content.decode()

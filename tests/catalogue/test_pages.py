"""Home, lists, a listing: what they show, refuse and cost."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from catalogue.models import Certificate, Product
from marketplace.pesantren.models import Closure, StockRecord
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")


def body(client: Client, path: str, **params: str) -> str:
    response = client.get(path, params)
    assert response.status_code == 200, path
    return response.content.decode()


def titles(text: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', text)


def many(number: int) -> None:
    for index in range(number):
        partner = make.make_pesantren(code=f"contoh-{index % 4}")
        make.make_product(partner=partner, title=f"Barang {index}", tiers=[(10, 140000), (50, 130000)])


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/ar/", "/products/", "/ar/products/", "/pesantren/", "/search/"]
)
def test_public_pages_open_with_and_without_goods(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    many(3)
    assert client.get(path).status_code == 200


def test_a_page_costs_the_same_for_5_and_for_24_rows(
    client: Client, queries: Callable[..., list[str]]
) -> None:
    many(5)
    five = queries(client, "/products/")
    many(24)
    twenty_four = queries(client, "/products/")
    assert len(titles(body(client, "/products/"))) == 24
    assert len(five) == len(twenty_four) <= 12


def test_budgets(client: Client, queries: Callable[..., list[str]]) -> None:
    many(30)
    product = Product.objects.first()
    assert len(queries(client, product.get_absolute_url())) <= 13
    assert len(queries(client, product.get_absolute_url())) <= 8  # the goods below are kept for five minutes
    assert len(queries(client, "/")) <= 12
    assert len(queries(client, "/search/?q=barang")) <= 12
    assert len(queries(client, "/pesantren/contoh-1/")) <= 12
    assert len(queries(client, "/pesantren/")) <= 12


def test_reading_writes_nothing(client: Client, queries: Callable[..., list[str]]) -> None:
    many(3)
    user = make.make_user("reader@example.com")
    signed_in = Client()
    signed_in.force_login(user)
    paths = [
        "/",
        "/products/",
        "/search/?q=barang",
        "/pesantren/",
        Product.objects.first().get_absolute_url(),
    ]
    for reader in (client, signed_in):
        for path in paths:
            writes = [sql for sql in queries(reader, path) if re.match(r"(INSERT|UPDATE|DELETE)", sql)]
            assert writes == [], path


def test_pages_refuse_to_be_written_to(client: Client) -> None:
    product = make.make_product()
    for path in ("/", "/products/", "/search/", "/pesantren/", product.get_absolute_url()):
        assert client.post(path).status_code == 405


def test_orderable_goods_come_first(client: Client) -> None:
    make.make_product(title="Bisa dipesan")
    make.make_product(partner=make.make_pesantren("nyata", sells=False), title="Belum bergabung")
    assert titles(body(client, "/products/")) == ["Bisa dipesan", "Belum bergabung"]


def test_filters_narrow_and_can_be_removed(client: Client) -> None:
    garut = make.make_pesantren("garut", regency=make.make_regency("32.05"))
    make.make_product(
        partner=garut, title="Kopi", harvest_months=[5, 6], sector=make.make_sector("minuman", "Minuman")
    )
    halal = make.make_product(title="Sarung", harvest_months=[11])
    Certificate.objects.create(product=halal, kind="halal", number="1", expires_on=date(2099, 1, 1))
    expired = make.make_product(title="Mukena")
    Certificate.objects.create(product=expired, kind="halal", number="1", expires_on=date(2020, 1, 1))
    make.make_product(title="Habis", stock=0)
    make.make_product(partner=make.make_pesantren("nyata", sells=False), title="Belum")
    path = "/products/"
    assert titles(body(client, path, sector="minuman")) == ["Kopi"]
    assert titles(body(client, path, place="32.05")) == ["Kopi"]
    assert titles(body(client, path, month="6")) == ["Kopi"]
    assert titles(body(client, path, certificate="halal")) == ["Sarung"]
    assert sorted(titles(body(client, path, orderable="1"))) == ["Kopi", "Mukena", "Sarung"]
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=JAKARTA), tick=False):
        assert titles(body(client, path, month="now")) == ["Sarung"]
    text = body(client, path, place="32.05", month="6")
    assert 'href="?month=6"' in text
    assert 'href="?place=32.05"' in text
    assert titles(body(client, "/products/sector/minuman/")) == ["Kopi"]


@pytest.mark.parametrize(
    "query",
    [
        "?sector=x",
        "?place=99.99",
        "?month=13",
        "?certificate='",
        "?sort=password",
        "?page=-1",
        "?page=x",
    ],
)
def test_odd_filters_still_show_the_list(client: Client, query: str) -> None:
    make.make_product()
    assert client.get(f"/products/{query}").status_code == 200


def test_sorting(client: Client) -> None:
    make.make_product(title="Mahal", price=300000, minimum=1)
    make.make_product(title="Murah", price=1000, minimum=50)
    make.make_product(title="Sedang", price=20000, minimum=10)
    assert titles(body(client, "/products/", sort="price")) == ["Murah", "Sedang", "Mahal"]
    assert titles(body(client, "/products/", sort="minimum")) == ["Mahal", "Sedang", "Murah"]
    assert titles(body(client, "/products/", sort="newest")) == ["Sedang", "Murah", "Mahal"]


def test_nothing_found_shows_the_way_on(client: Client) -> None:
    make.make_product()
    text = body(client, "/en/products/", month="3")
    assert "Nothing passes all these filters" in text
    assert 'href="?"' in text


def test_product_page_shows_price_steps_and_terms(client: Client) -> None:
    product = make.make_product(
        price=38000, minimum=10, multiple=5, stock=900, tiers=[(100, 36000), (490, 34000)]
    )
    text = body(client, f"/en{product.get_absolute_url()}")
    assert "10–99 potong" in text
    assert "Rp\xa034.000" in text
    assert "490 potong and more" in text
    assert "Minimum 10 potong. Sold in multiples of 5 potong. 900 potong left." in text
    assert "The whole order takes the price of the row it reaches." in text
    assert "From 95 potong on, taking 100 potong costs no more: Rp\xa03.600.000." in text
    assert f'action="/en/basket/add/{product.pk}/"' in text
    assert re.search(r'name="quantity"[^>]* min="10" max="900" step="5" value="10"', text)


def test_ready_date_follows_cut_off_holidays_and_days_off(client: Client) -> None:
    product = make.make_product(lead_days=2)
    path = f"/en{product.get_absolute_url()}"
    with time_machine.travel(datetime(2026, 11, 23, 13, 59, tzinfo=JAKARTA), tick=False):
        assert "Wednesday, 25 November 2026" in body(client, path)
    with time_machine.travel(datetime(2026, 11, 23, 14, 0, tzinfo=JAKARTA), tick=False):
        assert "Thursday, 26 November 2026" in body(client, path)
    Closure.objects.create(partner=product.partner, first=date(2026, 11, 25), last=date(2026, 11, 28))
    with time_machine.travel(datetime(2026, 11, 23, 13, 59, tzinfo=JAKARTA), tick=False):
        assert "Monday, 30 November 2026" in body(client, path)


def test_sold_out_goods_have_no_form(client: Client) -> None:
    product = make.make_product(stock=10, minimum=5)
    StockRecord.objects.update(num_allocated=6)
    text = body(client, f"/en{product.get_absolute_url()}")
    assert "Sold out for now" in text
    assert "basket/add" not in text


def test_a_pesantren_that_has_not_joined_sells_nothing(client: Client) -> None:
    real = make.make_pesantren("nyata", sells=False, is_fictional=False)
    product = make.make_product(
        partner=real, title="Sarung asli", source="domain.md [31]: contoh.test/berita/1; x"
    )
    StockRecord.objects.update(example_fields=["price", "minimum"])
    make.make_product(title="Sarung pengganti")
    text = body(client, f"/en{product.get_absolute_url()}")
    assert "This pesantren has not joined yet" in text
    assert "Price and minimum are example figures." in text
    assert "Sarung pengganti" in text
    assert 'href="https://contoh.test/berita/1"' in text
    assert "basket/add" not in text
    assert '"offers"' not in text


def test_example_figures_and_expired_papers_are_marked(client: Client) -> None:
    product = make.make_product()
    StockRecord.objects.update(example_fields=["price"])
    Certificate.objects.create(product=product, kind="organic", number="ORG-1", expires_on=date(2026, 6, 30))
    text = body(client, f"/en{product.get_absolute_url()}")
    assert text.count("example figure") >= 2
    assert "expired on 30 June 2026" in text
    assert "Organic certificate</li>" not in text


def test_an_old_name_leads_to_the_present_address(client: Client) -> None:
    product = make.make_product()
    response = client.get(reverse("catalogue:detail", args=["nama-lama", product.pk]))
    assert (response.status_code, response["Location"]) == (301, product.get_absolute_url())


def test_unknown_and_hidden_goods_are_not_found(client: Client) -> None:
    hidden = make.make_product(is_public=False)
    assert client.get(hidden.get_absolute_url()).status_code == 404
    assert client.get(reverse("catalogue:detail", args=["x", 999999])).status_code == 404
    assert client.get("/products/sector/tidak-ada/").status_code == 404
    assert client.get("/pesantren/tidak-ada/").status_code == 404
    assert "Sarung uji" not in body(client, "/products/")


def test_texts_of_sellers_never_reach_the_page_raw(client: Client, rf: Any) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    partner = make.make_pesantren("contoh-jahat")
    product = make.make_product(partner=partner, title="Sarung", description="Baik")
    attribute = product.product_class.attributes.create(name=evil, code="evil", type="text")
    product.attribute_values.create(attribute=attribute, value_text=evil)
    # Past every save(): as if an older row, or another program, had written it.
    texts = {f"{name}{end}": evil for name in ("title", "description") for end in ("", "_ind", "_en", "_ar")}
    Product._base_manager.filter(pk=product.pk).rewrite(False).update(**texts)
    type(partner)._base_manager.filter(pk=partner.pk).update(name=evil)
    Product.objects.filter(pk=product.pk).update(slug="jahat")
    for path in (
        "/",
        "/products/",
        f"/products/jahat_{product.pk}/",
        "/pesantren/",
        "/pesantren/contoh-jahat/",
    ):
        for language in ("", "/en", "/ar"):
            text = body(client, language + path)
            assert "<script>alert" not in text
            assert "<img src=x" not in text


def test_markup_is_taken_out_on_save() -> None:
    product = make.make_product(
        title="Sarung <b>tebal</b><script>x</script>", description="A & B\n<p onclick=x>C</p>"
    )
    product.refresh_from_db()
    assert product.title == "Sarung tebal"
    assert product.description == "A & B\nC"
    partner = make.make_pesantren("contoh-b", name="Pesantren <i>B</i>", about_ind="<script>1</script>Ada")
    assert (partner.name, partner.about_ind) == ("Pesantren B", "Ada")


@pytest.mark.parametrize(
    ("low", "high", "shown", "error"),
    [
        ("25.000", "Rp 100.000", ["Sedang"], ""),
        ("0", "", ["Sedang", "Murah"], ""),
        ("murah", "30000", ["Murah"], "Please write the price in digits only, for example 25000."),
        ("90000", "1000", [], "This is less than the price you want to start from."),
    ],
)
def test_a_price_that_is_none_is_said_and_kept(
    client: Client, low: str, high: str, shown: list[str], error: str
) -> None:
    make.make_product(title="Murah", price=20_000)
    make.make_product(title="Sedang", price=50_000)
    text = body(client, "/en/products/", price_from=low, price_to=high, orderable="1")
    assert titles(text) == shown
    kept = {"25.000": "25000", "Rp 100.000": "100000"}
    for name, typed in (("price_from", low), ("price_to", high)):
        assert re.search(f'id="{name}"[^>]* value="{kept.get(typed, typed)}"', text), name
    assert not error or text.count(error) == 2  # beside the field; and above the goods, for phones
    assert ('aria-invalid="true"' in text) == bool(error)
    assert 'name="orderable" value="1" checked' in text


@pytest.mark.parametrize(
    "path",
    [
        "/products/?price_to=900000",
        "/products/sector/fesyen/?delivery=courier",
        "/search/?q=barang",
        "/pesantren/contoh-1/?orderable=1",
        "/pesantren/",
        "/products/?page=2",
    ],
)
def test_no_page_costs_more_with_more_rows(
    client: Client, queries: Callable[..., list[str]], path: str
) -> None:
    many(5)
    few = len(queries(client, path))
    many(120)
    assert (few, len(queries(client, path))) == (few, few)
    assert few <= 12


def test_a_kept_card_follows_price_name_and_the_last_goods(
    client: Client, queries: Callable[..., list[str]]
) -> None:
    """Cards are kept for a minute, but under the version of their entry: what it holds is never behind."""
    product = make.make_product(make.make_pesantren("contoh-1"), "Sarung", stock=50)
    record = product.stockrecords.get()
    assert len(queries(client, "/products/")) == 2  # counts and the page's ids; it was looked at before
    record.price = 77_000
    record.save()
    assert "Rp\u00a077.000" in body(client, "/products/")
    type(product).objects.filter(pk=product.pk).update(title_ind="Sarung baru")
    assert "Sarung baru" in body(client, "/products/")
    record.allocate(50)
    assert titles(body(client, "/products/?orderable=1")) == []
    assert "Sold out for now" in body(client, "/en/products/")

"""How a pesantren says what it makes in a week: change page, weeks ahead, one week in two taps, terms by channel."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import Product
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren import services
from marketplace.pesantren.models import CapacityWeek, StockRecord
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.orders import placed_order
from tests.fulfilment.steps import paid

pytestmark = pytest.mark.django_db
FIRST = "2026-11-30"


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with translation.override("en"), time_machine.travel("2026-12-01 02:00+00:00", tick=True):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def client(mine: Any) -> Client:
    person = make_user("member@example.com", language="en")
    make_member(person, mine)
    client = Client()
    client.force_login(person)
    return client


def change(client: Client, product: Product, what: str = "capacity", **data: str) -> Any:
    return client.post(reverse("workspace:change-listing", args=[product.pk, what]), data)


def weeks_of(client: Client, product: Product) -> Any:
    return client.get(reverse("workspace:weeks", args=[product.pk]))


def put(client: Client, product: Product, week: str = FIRST, **data: str) -> Any:
    return client.post(reverse("workspace:change-week", args=[product.pk, week]), data)


def test_from_stock_to_order_and_back(client: Client, mine: Any) -> None:
    product = make_product(mine, stock=40)
    assert weeks_of(client, product).url == reverse("workspace:change-listing", args=[product.pk, "capacity"])
    empty = change(client, product, way="made")
    assert empty.context["form"].errors == {"weekly_capacity": ["Write how many you can make in a week."]}
    assert change(client, product, way="").context["form"].errors == {"way": ["Choose one."]}
    assert change(client, product, way="made", weekly_capacity="1.000").status_code == 302
    record = product.stockrecords.get()
    assert (record.weekly_capacity, record.free_ahead, record.num_in_stock) == (1000, 12_000, 40)
    page = client.get(reverse("workspace:listing", args=[product.pk])).content.decode()
    assert "Made in a week: <bdi>from stock</bdi> → <bdi>1000</bdi>" in page
    assert "Sold elsewhere" not in page
    assert "1000 a week" in client.get(reverse("workspace:products")).content.decode()
    counting = change(client, product, "stock", stock="3", seen="40")
    assert counting.url == reverse("workspace:weeks", args=[product.pk])
    assert change(client, product, way="count", weekly_capacity="7").status_code == 302
    record.refresh_from_db()
    assert (record.weekly_capacity, record.num_in_stock) == (None, 40)


def test_less_than_promised_is_refused_in_words(client: Client, mine: Any) -> None:
    product = make_product(mine, weekly=150)
    placed_order([(product, 270)])
    low = change(client, product, way="made", weekly_capacity="119")
    said = ["150 are promised in the week of 30 November: it cannot be less."]
    assert low.context["form"].errors == {"weekly_capacity": said}
    assert 'value="119"' in low.content.decode()
    low = put(client, product, "2026-12-07", units="119")
    said = ["120 are promised in the week of 7 December: it cannot be less."]
    assert low.context["form"].errors == {"units": said}
    assert put(client, product, "2026-12-07", units="120").status_code == 302
    assert CapacityWeek.objects.get(week="2026-12-07").capacity == 120


def test_one_week_in_two_taps(client: Client, mine: Any) -> None:
    product = make_product(mine, weekly=50)
    assert put(client, product, none="1").url == reverse("workspace:weeks", args=[product.pk])
    record = StockRecord.objects.get()
    assert record.free_ahead == 550
    assert put(client, product, usual="1").status_code == 302
    record.refresh_from_db()
    assert record.free_ahead == 600
    assert put(client, product, units="x").context["form"].errors
    for wrong in ("2026-12-01", "2026-11-23", "2027-02-22", "2026-99-99", "kapan", "2026-11-30x"):
        assert put(client, product, wrong, units="1").status_code == 404
    counted = make_product(mine, title="Terhitung")
    assert put(client, counted, units="1").status_code == 404


def test_the_weeks_ahead_on_one_page(
    client: Client, mine: Any, django_assert_max_num_queries: Callable
) -> None:
    product = make_product(mine, weekly=50, off_season=4, harvest_months=[12], perishable=True)
    placed_order([(product, 60)])
    services.close(partner=mine, first=date(2026, 12, 10), last=date(2026, 12, 12), reason="", actor=SYSTEM)
    put(client, product, "2026-12-14", units="70")
    with django_assert_max_num_queries(18):
        response = weeks_of(client, product)
    shown = [
        (week.first.isoformat(), week.possible, week.held, week.free) for week in response.context["weeks"]
    ]
    assert len(shown) == 12
    assert shown[:3] == [("2026-11-30", 50, 50, 0), ("2026-12-07", 25, 10, 15), ("2026-12-14", 70, 0, 70)]
    assert shown[5] == ("2027-01-04", 4, 0, 4)
    page = re.sub(r"<[^>]+>|\s+", " ", response.content.decode())
    for said in ("3 days off", "changed by you", "outside the harvest", "harvest"):
        assert said in page
    services.close(partner=mine, first=date(2026, 12, 7), last=date(2026, 12, 9), reason="", actor=SYSTEM)
    assert "more promised than can be made" in weeks_of(client, product).content.decode()


def test_days_off_warn_of_what_is_promised_then(client: Client, mine: Any) -> None:
    product = make_product(mine, weekly=50, title="Seragam uji")
    placed_order([(product, 60)])
    url = reverse("workspace:days-off", args=[mine.code])

    def off(first: str, last: str) -> str:
        return client.post(url, {"first": first, "last": last}, follow=True).content.decode()

    assert "More is promised" not in off("2026-12-10", "2026-12-12")  # ten of twenty-five
    said = "More is promised than can be made then: Seragam uji in the week of 7 December."
    assert said in off("2026-12-07", "2026-12-09")
    assert StockRecord.objects.get().free_ahead == 10 * 50


def test_the_order_shows_its_weeks_with_constant_queries(
    client: Client, mine: Any, django_assert_max_num_queries: Callable
) -> None:
    one, two = make_product(mine, weekly=50), make_product(mine, weekly=5, title="Dua")

    def page(lines: list[Any]) -> tuple[str, int]:
        (part,) = paid(placed_order(lines))
        with django_assert_max_num_queries(60) as found:
            text = client.get(reverse("workspace:fulfilment", args=[part.number])).content.decode()
        return text, len(found)

    page([(one, 1)])  # what is kept for five minutes
    text, few = page([(one, 59)])
    assert "49 in the week of 30 November" in text
    assert "10 in the week of 7 December" in text
    text, many = page([(one, 60), (two, 12)])
    assert "5 in the week of 30 November" in text
    assert many == few
    assert Fulfilment.objects.count() == 3


def test_terms_by_channel_and_the_carton(client: Client, mine: Any) -> None:
    product = make_product(mine, carton_quantity=10)
    url = reverse("workspace:change-listing", args=[product.pk, "terms"])
    assert 'name="carton_quantity" value="10"' in client.get(url).content.decode()
    answers = {"minimum": "2", "multiple": "2", "lead_days": "3"}
    wrong = change(client, product, "terms", **answers, export_minimum="0")
    assert wrong.context["form"].errors == {"export_minimum": ["This must be at least 1."]}
    more = {"export_minimum": "480", "export_multiple": "12", "carton_quantity": "24"}
    assert change(client, product, "terms", **answers, **more).status_code == 302
    record = product.stockrecords.get()
    product.refresh_from_db()
    assert (record.minimum, record.export_minimum, record.export_multiple) == (2, 480, 12)
    assert product.carton_quantity == 24
    assert "Minimum for export" in Client().get(product.get_absolute_url()).content.decode()
    listing = client.get(reverse("workspace:listing", args=[product.pk]))
    assert [(one.what, one.before, one.after) for one in listing.context["changes"]] == [
        ("In one carton", "10", "24"),
        ("Smallest order for export", "/1", "480/12"),
        ("Smallest order and time", "1/1/2", "2/2/3"),
    ]
    service = make_product(mine, title="Kursus", requires_shipping=False)
    form = client.get(reverse("workspace:change-listing", args=[service.pk, "terms"])).context["form"]
    assert set(form.fields) == {"minimum", "multiple", "lead_days"}
    assert change(client, service, "terms", **answers).status_code == 302

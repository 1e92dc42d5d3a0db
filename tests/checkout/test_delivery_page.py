"""Several couriers beside each other for each pesantren: order, words, dates, weights; nothing changes silently."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from checkout.offers import kilograms, weight_text
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment.delivery import Weight
from marketplace.fulfilment.models import Courier, Fulfilment, Tariff
from marketplace.fulfilment.services import couriers
from marketplace.orders.models import Order
from tests.checkout.visitors import ADDRESS, ClientVisitor, fill_basket, hidden, place, to_review
from tests.factories.catalogue import make_courier, make_pesantren, make_product, make_tariff

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def visitor(client: Client, places: None) -> ClientVisitor:
    return ClientVisitor(client)


def make_couriers() -> tuple[Courier, Courier]:
    """Beside Kurir (base 5.000, 9.000 a kg, 1–3 days): a fast one, and a cheap one that rests on Sundays."""
    fast, cheap = (
        make_courier("Contoh Kilat", divisor=4000),
        make_courier("Contoh Hemat", works_sundays=False),
    )
    make_tariff(fast, base=20_000, per_kg=9_000, days_least=1, days_most=1)
    make_tariff(cheap, base=1_000, per_kg=9_000, days_least=2, days_most=4)
    return fast, cheap


def cards(page: str) -> list[str]:
    """The radio cards' texts, top to bottom."""
    found = re.findall(r'<label class="choice".*?</label>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def goods() -> dict:
    return {"gross_weight_g": 400, "carton_cm": "40x30x20", "carton_quantity": 10}


def test_couriers_stand_beside_each_other_cheapest_first(visitor: ClientVisitor) -> None:
    _fast, cheap = make_couriers()
    product = make_product(lead_days=1, delivery_kinds=("courier", "pickup"), **goods())
    with time_machine.travel(FRIDAY, tick=False):
        fill_basket(visitor, [(product, 11)])
        visitor.post("/en/checkout/", ADDRESS)
        page = visitor.get("/en/checkout/delivery/").text.replace("\xa0", " ")
    pickup, first, second, third = cards(page)
    assert pickup.startswith("Pick up at the pesantren Rp 0 Ready at the pesantren in")
    # 11 pieces weigh 4.4 kg; two cartons are 8 kg by 6000 and 12 kg by 4000, the cheap one counts no volume.
    assert first.startswith("Parcel courier: Contoh Hemat cheapest delivery Rp 46.000")
    assert "Ready on 28 November, arrives from 1 December to 3 December" in first  # no Sunday on the road
    assert first.endswith("5 kg by weight")
    assert second.startswith("Parcel courier: Kurir Rp 77.000")
    assert "Ready on 28 November, arrives from 29 November to 1 December" in second
    assert second.endswith("8 kg by volume, 4.4 kg on the scales")
    assert third.startswith("Parcel courier: Contoh Kilat fastest delivery Rp 128.000")
    assert "Ready on 28 November, arrives on 29 November" in third
    assert third.endswith("12 kg by volume, 4.4 kg on the scales")
    checked = re.findall(r'value="([\w-]+)" checked', page)
    assert checked == [f"courier-{cheap.pk}"]


def test_what_was_chosen_stays_chosen_and_is_frozen(visitor: ClientVisitor) -> None:
    _fast, cheap = make_couriers()
    product = make_product(delivery_kinds=("courier",))
    fill_basket(visitor, [(product, 1)])
    to_review(visitor)
    answer = visitor.post("/en/checkout/delivery/", {f"way-{product.partner_id}": f"courier-{cheap.pk}"})
    assert answer.location == "/en/checkout/review/"
    again = visitor.get("/en/checkout/delivery/").text
    assert re.findall(r'value="([\w-]+)" checked', again) == [f"courier-{cheap.pk}"]
    place(visitor, hidden(visitor.get("/en/checkout/review/").text))
    part = Fulfilment.objects.get()
    assert (part.delivery_kind, part.delivery_name, part.delivery_fee) == ("courier", "Contoh Hemat", 10_000)
    assert (part.road_least, part.road_most, part.road_sundays) == (2, 4, False)


def test_where_all_are_alike_nothing_is_marked(visitor: ClientVisitor) -> None:
    make_tariff(make_courier("Contoh Sama", divisor=6000), base=5_000, per_kg=9_000, days_most=3)
    fill_basket(visitor, [(make_product(delivery_kinds=("courier",)), 1)])
    visitor.post("/en/checkout/", ADDRESS)
    page = visitor.get("/en/checkout/delivery/").text
    assert len(cards(page)) == 2
    assert "cheapest delivery" not in page
    assert "fastest delivery" not in page


NOTHING = "Nothing was ordered: something changed since you looked"


def test_a_price_edited_by_the_office_meanwhile(visitor: ClientVisitor) -> None:
    """Through the office's own service: a new row from today on, and still the same courier to the buyer."""
    fill_basket(visitor, [(make_product(delivery_kinds=("courier",)), 1)])
    fields = to_review(visitor)
    tariff = Tariff.objects.get(courier__code="kurir")
    facts = {"base": 6_000, "per_kg": 9_000, "minimum": 0, "days_least": 1, "days_most": 3}
    couriers.change_tariff(tariff=tariff, facts=facts, first=date.today(), version=1, actor=SYSTEM)  # noqa: DTZ011
    answer = place(visitor, fields)
    assert NOTHING in answer.text
    assert "was Rp\xa014.000 and is now Rp\xa015.000." in answer.text
    assert not Order.objects.exists()
    assert "thanks" in place(visitor, hidden(answer.text)).location
    assert Fulfilment.objects.get().delivery_fee == 15_000


@pytest.mark.parametrize(
    ("tariff", "courier", "sentence"),
    [
        ({"days_most": 9}, {}, "arrives on other days now."),
        ({}, {"works_sundays": False}, "arrives on other days now."),
        ({}, {"name": "Kurir Lain"}, "is another one now."),
        ({"per_kg": 9_001}, {}, "was Rp\xa014.000 and is now Rp\xa014.001."),
        ({}, {"minimum_kg": 2}, "was Rp\xa014.000 and is now Rp\xa023.000."),
    ],
)
def test_nothing_of_the_delivery_changes_silently(
    visitor: ClientVisitor, tariff: dict, courier: dict, sentence: str
) -> None:
    fill_basket(visitor, [(make_product(delivery_kinds=("courier",)), 1)])
    fields = to_review(visitor)
    if tariff:
        Tariff.objects.filter(courier__code="kurir").update(**tariff)
    if courier:
        Courier.objects.filter(code="kurir").update(**courier)
    answer = place(visitor, fields)
    assert NOTHING in answer.text
    assert sentence in answer.text
    assert not Order.objects.exists()


def test_a_courier_switched_off_meanwhile_has_to_be_chosen_again(visitor: ClientVisitor) -> None:
    make_couriers()
    fill_basket(visitor, [(make_product(delivery_kinds=("courier",)), 1)])
    fields = to_review(visitor)
    Courier.objects.filter(code="contoh-hemat").update(is_active=False)
    assert place(visitor, fields).location == "/en/checkout/delivery/"
    page = visitor.get("/en/checkout/delivery/").text
    assert "The way of delivery has to be chosen again." in page
    assert not Order.objects.exists()


def asked(visitor: ClientVisitor) -> tuple[int, int]:
    """Questions of the delivery page: all, and those about tariffs."""
    with CaptureQueriesContext(connection) as queries:
        assert visitor.get("/en/checkout/delivery/").status == 200
    return len(queries), sum('FROM "fulfilment_tariff"' in one["sql"] for one in queries)


def test_more_sellers_and_couriers_ask_no_more_questions(visitor: ClientVisitor) -> None:
    kinds = ("courier", "vehicle", "pickup")
    fill_basket(visitor, [(make_product(make_pesantren("contoh-0"), delivery_kinds=kinds), 1)])
    visitor.post("/en/checkout/", ADDRESS)
    asked(visitor)  # the first visit fills what is kept for all
    few, tariffs = asked(visitor)
    assert tariffs == 1
    for number in range(1, 9):
        make_tariff(make_courier(f"Contoh {number}"), base=number * 1_000)
        seller = make_pesantren(f"contoh-{number}")
        fill_basket(visitor, [(make_product(seller, f"Barang {number}", delivery_kinds=kinds), 1)])
    assert asked(visitor) == (few, 1)
    assert len(cards(visitor.get("/en/checkout/delivery/").text)) == 9 * 11


@pytest.mark.parametrize(
    ("weight", "text"),
    [
        (Weight(900, 900, 1_000), "1 kg by weight"),
        (Weight(1_250, 1_250, 1_500), "1.5 kg by weight"),
        (Weight(20_000, 35_556, 36_000), "36 kg by volume, 20 kg on the scales"),
        (Weight(900, 4_000, 10_000, is_minimum=True), "10 kg, the least this courier charges"),
    ],
)
def test_why_a_weight_is_charged(weight: Weight, text: str) -> None:
    with translation.override("en"):
        assert weight_text(weight) == text


@pytest.mark.parametrize(
    ("grams", "language", "text"),
    [(1_000, "id", "1"), (100_000, "id", "100"), (1_250_100, "id", "1.250,1"), (1_250_100, "en", "1,250.1")],
)
def test_kilograms_as_the_reader_writes_them(grams: int, language: str, text: str) -> None:
    with translation.override(language):
        assert kilograms(grams) == text

"""The office raises a tariff after looking at what it does, and a buyer compares the couriers at checkout."""

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Locator, expect

from marketplace.fulfilment.models import CourierChange, Tariff
from marketplace.orders.models import Order
from tests.factories.catalogue import (
    make_country,
    make_pesantren,
    make_product,
    make_regency,
    make_user,
)
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SCREENS = pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("ar", PHONE), ("en", DESKTOP)],
    ids=["id-phone", "ar-phone", "en-desktop"],
)
WITHIN_PROVINCE = {"courier__code": "kurir-contoh-kilat", "zone__code": "sama-provinsi"}


@pytest.fixture
def sarong(transactional_db: None) -> Any:
    """A bale of sarongs from Kabupaten Bandung, and the couriers the shop starts with."""
    make_country()
    call_command("load_tariffs", verbosity=0)
    for code in ("32.04", "32.73"):
        make_regency(code)
    make_user("office@example.com", name="Ibu Kantor", staff_role="office")
    carton = {"carton_cm": "60x40x40", "carton_quantity": 20}
    seller = make_pesantren("contoh-tenun", name="Pesantren Contoh Tenun")
    kinds = ("courier", "cargo", "vehicle", "pickup")
    return make_product(seller, "Sarung tenun", price=150_000, stock=500, delivery_kinds=kinds, **carton)


@SCREENS
def test_the_office_raises_a_tariff(
    sarong: Any, person: Any, language: str, viewport: dict[str, int]
) -> None:
    """Listed, opened, typed wrongly, tried with a load of one's own, previewed, confirmed, in the history."""
    office = person(language, viewport)
    tariff = Tariff.objects.get(**WITHIN_PROVINCE)
    office.sign_in("office@example.com")
    office.open("/office/couriers/")
    picture(office, "couriers")
    office.follow(f"/couriers/{tariff.courier_id}/")
    picture(office, "courier")
    office.follow(f"/tariffs/{tariff.pk}/")
    office.fill(per_kg="sebelas", days_most="0")
    office.press("main")
    expect(office.page.locator("main [aria-invalid=true]")).to_have_count(2)
    picture(office, "tariff-wrong")

    office.fill(per_kg="12.500", days_most="2")
    office.page.locator("main summary").click()
    load = {"try-quantity": "20", "try-weight_g": "400", "try-carton_cm": "60x40x40"}
    where = {"try-origin": "Kabupaten Bandung", "try-destination": "Kota Bandung"}
    office.fill(**load, **{"try-carton_quantity": "20"}, **where)
    office.press("main")
    picture(office, "tariff-preview")
    assert Tariff.objects.get(**WITHIN_PROVINCE).per_kg == 11_000  # looked at, nothing saved
    office.page.locator("button[name=seen]").click()
    office.page.wait_for_load_state()
    office.looks_right()
    picture(office, "courier-saved")
    assert Tariff.objects.filter(**WITHIN_PROVINCE).latest("valid_from").per_kg == 12_500
    assert CourierChange.objects.get().actor_name == "Ibu Kantor"


@SCREENS
def test_other_pages_of_the_office(sarong: Any, person: Any, language: str, viewport: dict[str, int]) -> None:
    """A courier added and edited; a tariff added and ended."""
    office = person(language, viewport)
    office.sign_in("office@example.com")
    office.open("/office/couriers/add/")
    office.press("main")
    picture(office, "courier-add-wrong")
    office.fill(name="Kurir Contoh Baru", divisor="5000")
    office.press("main")
    picture(office, "courier-add-preview")
    office.page.locator("button[name=seen]").click()
    office.page.wait_for_load_state()
    office.looks_right()
    picture(office, "courier-new")

    office.follow("/tariffs/add/")
    zone = office.page.locator("select[name=zone] option", has_text="Provinsi yang sama")
    office.fill(zone=zone.get_attribute("value") or "", base="2.000", per_kg="8.000")
    office.press("main")
    office.page.locator("button[name=seen]").click()
    office.page.wait_for_load_state()
    office.looks_right()
    office.follow("/edit/")
    picture(office, "courier-edit")
    tariff = Tariff.objects.get(courier__name="Kurir Contoh Baru")
    office.open(f"/office/couriers/{tariff.courier_id}/tariffs/{tariff.pk}/end/")
    office.press("main")
    picture(office, "tariff-end")


@SCREENS
def test_a_buyer_compares_couriers(sarong: Any, person: Any, language: str, viewport: dict[str, int]) -> None:
    buyer = person(language, viewport)
    buyer.open(f"/basket/add/{sarong.pk}/")
    buyer.fill(quantity="20")
    buyer.press("main")
    buyer.open("/checkout/")
    buyer.press("main")  # nothing typed
    picture(buyer, "address-empty")
    buyer.fill(name="Toko Contoh Bandung", email="toko@example.com", phone="0812 3456 7890")
    buyer.fill(regency="32.73")
    district = buyer.page.locator("select[name=district]")
    expect(district.locator("option")).to_have_count(3)
    buyer.fill(district="Coblong", line1="Jl. Contoh No. 1", postcode="40135")
    picture(buyer, "address-filled")
    buyer.press("main")

    ways = buyer.page.locator("main label.choice")
    # 60 × 40 × 40 cm is 16 kg by 6000; the fastest and the cheapest are said, pick-up is neither.
    expect(ways).to_have_count(7)
    kilat = way(buyer, "Kurir Contoh Kilat")
    expect(kilat.locator("bdi").first).to_contain_text("182.000")
    picture(buyer, "ways")
    kilat.click()
    buyer.press("main")
    picture(buyer, "review")
    buyer.press("main")
    order = Order.objects.get()
    assert (order.shipping.minor, order.fulfilments.get().delivery_name) == (182_000, "Kurir Contoh Kilat")


def way(buyer: Person, courier: str) -> Locator:
    return buyer.page.locator("main label.choice", has_text=courier)


def picture(visitor: Person, name: str) -> None:
    viewport = visitor.page.viewport_size or {"width": 0}
    path = screen(f"{name}-{visitor.language}-{viewport['width']}")
    visitor.page.screenshot(path=path, full_page=True)

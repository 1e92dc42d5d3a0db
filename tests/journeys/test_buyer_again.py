"""A buyer who comes back: kecamatan from the list, an address kept, an order once more, a list for the next month."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from checkout.lists.models import SavedLine
from marketplace.orders.models import Order
from marketplace.reference.models import UserAddress
from tests.factories.catalogue import (
    make_country,
    make_pesantren,
    make_product,
    make_regency,
    make_tariffs,
    make_user,
)
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sarong(transactional_db: None) -> Any:
    make_country()
    make_tariffs()
    make_regency("32.73")
    make_user("buyer@example.com", name="Toko Contoh", phone="+6281234567890")
    return make_product(make_pesantren("contoh-tenun"), "Sarung tenun", price=150_000, stock=500)


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("ar", PHONE), ("en", DESKTOP)],
    ids=["id-phone", "ar-phone", "en-desktop"],
)
def test_a_buyer_comes_back(
    browser: Browser,
    live: str,
    axe: Callable[[Page], None],
    sarong: Any,
    language: str,
    viewport: dict[str, int],
) -> None:
    context = browser.new_context(locale=language, reduced_motion="reduce", viewport=viewport)
    context.set_default_timeout(10_000)
    buyer = Person(context.new_page(), live, language, axe)
    buyer.sign_in("buyer@example.com")
    order_with_kept_address(buyer, sarong, language)
    order_again(buyer, language)
    save_as_list(buyer, language)
    context.close()


def order_with_kept_address(buyer: Person, sarong: Any, name: str) -> None:
    buyer.open(f"/basket/add/{sarong.pk}/")
    buyer.fill(quantity="20")
    buyer.press("main")
    buyer.open("/checkout/")
    district = buyer.page.locator("select[name=district]")
    expect(buyer.page.locator("button[name=show]")).to_have_count(0)  # the script does it
    buyer.fill(regency="32.73")
    expect(district.locator("option")).to_have_count(3)
    district.select_option("Coblong")
    buyer.fill(regency="32.04")
    expect(district.locator("option")).to_have_count(2)
    expect(district).to_have_value("")
    buyer.fill(regency="32.73")
    expect(district).to_have_value("Coblong")  # what was chosen there comes back
    buyer.fill(line1="Jl. Contoh No. 1", postcode="40135")
    buyer.page.locator("input[name=keep]").check()
    buyer.looks_right()
    buyer.page.screenshot(path=screen(f"address-{name}"), full_page=True)
    buyer.press("main")
    buyer.press("main")
    buyer.press("main")
    assert Order.objects.get().shipping_address.district == "Coblong"
    assert UserAddress.objects.get().district == "Coblong"
    buyer.open("/account/addresses/")
    buyer.page.screenshot(path=screen(f"addresses-{name}"), full_page=True)


def order_again(buyer: Person, name: str) -> None:
    buyer.open("/account/orders/")
    buyer.page.screenshot(path=screen(f"orders-{name}"), full_page=True)
    buyer.press("/again/")
    assert buyer.page.url.endswith("/basket/")
    expect(buyer.page.locator("input[name=quantity]")).to_have_value("20")
    buyer.open("/checkout/")
    assert buyer.page.url.endswith("/checkout/kept/")
    expect(buyer.page.locator("input[name=kept]")).to_be_checked()
    buyer.page.screenshot(path=screen(f"kept-{name}"), full_page=True)
    buyer.press("main")
    assert buyer.page.url.endswith("/checkout/delivery/")


def save_as_list(buyer: Person, name: str) -> None:
    buyer.open("/basket/")
    buyer.page.screenshot(path=screen(f"basket-{name}"), full_page=True)
    buyer.follow("/account/lists/basket/")
    buyer.fill(name="Belanja bulanan")
    buyer.press("main")
    buyer.sees("Belanja bulanan")
    assert SavedLine.objects.get().quantity == 20
    buyer.page.screenshot(path=screen(f"list-{name}"), full_page=True)
    buyer.press("/buy/")
    assert buyer.page.url.endswith("/basket/")
    buyer.open("/account/lists/")
    buyer.page.screenshot(path=screen(f"lists-{name}"), full_page=True)

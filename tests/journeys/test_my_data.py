"""What we keep about a person: read before joining, taken along as a file, and ended by deleting the account."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.people import tasks
from marketplace.people.models import DataRequest
from tests.factories.catalogue import make_country, make_pesantren, make_product, make_tariffs, make_user
from tests.factories.orders import account, placed_order
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import PASSWORD, Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("ar", PHONE), ("en", DESKTOP)],
    ids=["id-phone", "ar-phone", "en-desktop"],
)
def test_my_data(
    browser: Browser, live: str, axe: Callable[[Page], None], language: str, viewport: dict[str, int]
) -> None:
    make_user("buyer@example.com", name="Toko Contoh", phone="+6281234567890")
    context = browser.new_context(locale=language, reduced_motion="reduce", viewport=viewport)
    context.set_default_timeout(10_000)
    buyer = Person(context.new_page(), live, language, axe)
    name = f"{language}-{viewport['width']}"
    buyer.open("/privacy/")
    picture(buyer, f"privacy-{name}")
    buyer.sign_in("buyer@example.com")
    take_along(buyer, name)
    delete_and_keep(buyer, name)
    context.close()


def take_along(buyer: Person, name: str) -> None:
    """Asked for once, however often pressed; ready when the worker has written it."""
    buyer.open("/account/")
    picture(buyer, f"account-{name}")
    buyer.open("/account/data/")
    picture(buyer, f"data-{name}")
    buyer.press("/data/copy/")
    picture(buyer, f"data-asked-{name}")
    buyer.press("/data/copy/")
    tasks.prepare_copy(DataRequest.objects.get().pk)
    buyer.open("/account/data/")
    picture(buyer, f"data-ready-{name}")
    with buyer.page.expect_download() as download:
        buyer.page.locator('main a[href$=".json"]').click()
    copy = json.loads(download.value.path().read_text())
    assert copy["account"][0]["email"] == "buyer@example.com"


def delete_and_keep(buyer: Person, name: str) -> None:
    """Asks for the password, can be taken back."""
    buyer.follow("/data/delete/")
    picture(buyer, f"delete-{name}")
    buyer.fill(current="salah")
    buyer.press("main")
    expect(buyer.page.locator("main [aria-invalid=true]")).to_have_count(1)
    picture(buyer, f"delete-wrong-{name}")
    buyer.fill(current=PASSWORD)
    buyer.press("main")
    picture(buyer, f"data-ending-{name}")
    assert DataRequest.objects.get(kind=DataRequest.ERASURE).state == "asked"
    buyer.press("/data/keep/")
    assert DataRequest.objects.get(kind=DataRequest.ERASURE).state == "withdrawn"


def test_an_open_order_hinders(live: str, browser: Browser, axe: Callable[[Page], None]) -> None:
    """Nothing to press while something is open: the page says what."""
    make_country()
    make_tariffs()
    user = make_user("buyer@example.com", name="Toko Contoh")
    placed = placed_order([(make_product(make_pesantren("contoh-tenun")), 10)], account(user))
    context = browser.new_context(locale="id", reduced_motion="reduce", viewport=PHONE)
    buyer = Person(context.new_page(), live, "id", axe)
    buyer.sign_in("buyer@example.com")
    buyer.open("/account/data/delete/")
    picture(buyer, "delete-hindered")
    buyer.sees(placed.order.number)
    expect(buyer.page.locator('main input[name="current"]')).to_have_count(0)
    context.close()


def picture(visitor: Person, name: str) -> None:
    visitor.page.screenshot(path=screen(name), full_page=True)

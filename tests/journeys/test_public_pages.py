"""Every public page with the real catalogue: language, direction, width and axe; each language on one screen."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page

from catalogue.models import Product
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def paths() -> dict[str, str]:
    """A page of each kind, by a name for its picture."""
    real = Product.objects.filter(partner__sells=False, title__startswith="Jengkol").get()
    example = Product.objects.filter(partner__sells=True, title__startswith="Sarung").first()
    return {
        "home": "/",
        "list": "/products/",
        "sector": "/products/sector/fesyen/",
        "product-real": f"/products/{real.slug}_{real.pk}/",
        "product": f"/products/{example.slug}_{example.pk}/",
        "search": "/search/?q=jengkol",
        "search-nothing": "/search/?q=zzzzzz",
        "pesantren-list": "/pesantren/",
        "pesantren": "/pesantren/al-ittifaq/",
        "sign-in": "/sign-in/",
        "sign-up": "/sign-up/",
        "help": "/help/",
        "terms": "/terms/",
        "privacy": "/privacy/",
    }


def test_public_pages(live: str, browser: Browser, axe: Callable[[Page], None]) -> None:
    call_command("load_opop", verbosity=0)
    pages = paths()
    for width, viewport, language in (
        ("phone", PHONE, "id"),
        ("desktop", DESKTOP, "en"),
        ("phone", PHONE, "ar"),
    ):
        context = browser.new_context(reduced_motion="reduce", viewport=viewport)
        visitor = Person(context.new_page(), live, language, axe)
        faults: list[str] = []
        visitor.page.on("pageerror", lambda error, faults=faults: faults.append(str(error)))
        for name, path in pages.items():
            visitor.open(path)
            visitor.page.screenshot(path=screen(f"{name}-{language}-{width}"), full_page=True)
        context.close()
        assert faults == []


def test_works_without_javascript(live: str, browser: Browser) -> None:
    """Search, open, add to the basket: plain forms and links."""
    call_command("load_opop", verbosity=0)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live}/search/?q=jengkol")
    page.locator("main .card a", has_text="Jengkol").first.click()
    page.locator('main [name="quantity"]').fill("5")
    page.locator('main form[action*="/basket/add/"] button:not([type="button"])').first.click()
    assert page.url == f"{live}/basket/"
    assert page.locator('main [name="quantity"]').input_value() == "5"
    context.close()

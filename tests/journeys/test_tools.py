"""The tools of the journeys themselves: axe bites, the page is the size it says, the live site answers."""

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_axe_bites(page_desktop: Page, axe):
    page_desktop.set_content(
        "<!doctype html><html lang=id><title>x</title><main><h1>x</h1><img src=data:,></main></html>"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page_desktop)


def test_axe_lets_a_good_page_pass(page_desktop: Page, axe):
    page_desktop.set_content("<!doctype html><html lang=id><title>x</title><main><h1>x</h1></main></html>")
    axe(page_desktop)


def test_sizes(page_phone: Page, page_desktop: Page):
    assert page_phone.viewport_size == PHONE
    assert page_desktop.viewport_size == DESKTOP


def test_live_site_serves_pages_and_styles(page_phone: Page, live: str):
    answer = page_phone.goto(f"{live}/healthz")
    assert answer is not None
    assert answer.json() == {"alive": True}
    assert page_phone.request.get(f"{live}/static/app.css").status == 200

"""The public page of the programme: Arabic on a phone, Indonesian on a desk, and its open data."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Page

from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person
from tests.programme import seen_world as world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def a_programme() -> None:
    """All 27 places, the years of the press, and promises of invented parties."""
    call_command("load_opop", verbosity=0)
    call_command("load_programme", verbosity=0)
    event = world.an_event(world.this_year(), name="Contoh Temu Bisnis 2026")
    places = ("32.73", "32.05", "32.06")
    for at in range(9):
        partner = world.seller(f"stat{at}", places[at % 3])
        world.participant(
            event.year, f"20{at}", places[at % 3], partner=partner, sector=("makanan", "fesyen")[at % 2]
        )
        commitment = world.promised(event, partner, f"Contoh Pembeli {at}", 150_000_000 * (at + 1))
        if at < 4:
            world.settled(commitment, 90_000_000)
    cache.clear()


@pytest.mark.parametrize(
    ("language", "viewport"), [("ar", PHONE), ("id", DESKTOP)], ids=["ar-phone", "id-desktop"]
)
def test_a_journalist_reads_the_page(
    live: str, person: Callable[..., Person], language: str, viewport: dict[str, int]
) -> None:
    a_programme()
    visitor = person(language, viewport)
    visitor.open("/programme/")
    sees = {"ar": ("155.9", "5,018", "كابوباتن"), "id": ("Rp 155,9 juta", "5.018", "Kab. Garut")}[language]
    page: Page = visitor.page
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for text in sees:
        visitor.sees(text)
    visitor.looks_right()
    page.screenshot(path=screen(f"statistics-{language}"), full_page=True)
    # A chart or a map never makes the page wider; the map scrolls in its own frame, and can be focused for it.
    assert page.locator('[role="region"][tabindex="0"] svg').count() == 1
    visitor.follow("/programme/data/")
    page.screenshot(path=screen(f"open-data-{language}"), full_page=True)
    answer = page.request.get(f"{live}/programme/data/figures.csv")
    assert answer.ok
    assert "2022,potential," in answer.text()

"""An officer of another province walks through the whole menu on a phone and on a desk: its own things stand there,
nothing of West Java does, and an address that somebody passed on opens nothing."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from marketplace.common.actor import SYSTEM
from marketplace.programme import states
from marketplace.programme.services import leads
from tests.factories.catalogue import make_pesantren
from tests.factories.programme import (
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_officer,
    make_participation,
    make_province,
    make_year,
)
from tests.journeys.conftest import screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MENU = 6  # today, programme, reports, events, promises, leads


def a_programme(word: str, province: str) -> list[str]:
    """A year with a participant, an event with a promise in dispute and a lead: the addresses that open them."""
    year = make_year(province=make_province(province))
    found = make_participation(year, name=f"Pesantren {word}")
    event = make_event(year, name=f"Temu {word}")
    seller = make_exhibitor(event, make_pesantren(f"contoh-{word.lower()}", name=f"Pesantren {word}"))
    buyer = make_guest(event, name=f"PT {word}")
    made = make_commitment(seller, buyer, what=f"Roti {word}", state=states.DISPUTED)
    facts = {"company": f"LLC {word}", "wants": f"kopi {word}"}
    lead = leads.note(event=event, facts=facts, key=uuid4(), actor=SYSTEM)
    return [
        f"/office/programme/participants/{found.pk}/",
        f"/office/events/{event.number}/",
        f"/office/events/{event.number}/buyers/",
        f"/office/commitments/{made.number}/",
        f"/office/commitments/events/{event.number}/",
        f"/office/floor/{event.number}/",
        f"/office/leads/{lead.number}/",
    ]


def test_an_officer_of_another_province_sees_nothing_of_this_one(
    page: Page, live: str, axe: Callable[[Page], None]
) -> None:
    hidden, own = a_programme("Rahasia", "32"), a_programme("Sendiri", "98")
    make_officer("petugas98@example.com")
    officer = Person(page, live, "id", axe)
    officer.sign_in("petugas98@example.com")
    menu = [link.get_attribute("href") for link in page.locator(".side-nav a").all()]
    assert (page.url, len(menu)) == (f"{live}/office/", MENU)
    assert page.locator(".place bdi").inner_text() == "Provinsi Contoh"
    seen = ""
    for path in [str(address) for address in menu] + own:
        officer.open(path)
        seen += page.locator("main").inner_text()
    for named in ("Temu", "Roti", "PT", "LLC", "kopi", "Pesantren"):
        assert f"{named} Sendiri" in seen
    assert "Rahasia" not in seen
    page.screenshot(path=screen("other-province"), full_page=True)
    for path in hidden:
        answer = page.goto(f"{live}{path}")
        assert answer is not None
        assert answer.status == 404, path
        assert "Rahasia" not in page.content(), path

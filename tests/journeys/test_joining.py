"""A newcomer asks to sell on a phone, the office asks back and accepts, and the workspace opens."""

from typing import Any

import pytest

from marketplace.pesantren.joining.models import Application
from tests.factories.catalogue import make_regency, make_sector, make_user
from tests.factories.joining import make_requirements
from tests.journeys.conftest import DESKTOP, PHONE, screen

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)], ids=["id", "en", "ar"]
)
def test_from_the_wish_to_the_workspace(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    make_requirements()
    make_regency("32.04")
    make_sector("makanan", "Makanan")
    make_user("joins@example.com")
    make_user("office@example.com", staff_role="office")
    name, member, office = (
        f"{language}-{viewport['width']}",
        person(language, viewport),
        person(language, DESKTOP),
    )
    member.open("/account/join/")  # leads to the sign-in page, and back
    member.fill(name="joins@example.com", password="demo-only")
    member.press("main")
    member.fill(nspp="123", name="Pesantren Contoh Baru", regency="32.04", sector="makanan", product="Roti")
    member.press("/account/join/")
    member.page.screenshot(path=screen(f"join-form-{name}"), full_page=True)
    assert member.page.locator("[aria-invalid=true]").count() >= 2
    member.fill(nspp="510032040001", phone="0812-3456-7892")
    member.page.locator("[name=attested]").first.check()
    member.press("/account/join/")
    member.page.screenshot(path=screen(f"join-sent-{name}"), full_page=True)
    pk = Application.objects.get().pk
    office.sign_in("office@example.com")
    office.open("/office/applications/")
    office.follow(f"/applications/{pk}/")
    office.follow("/asked/call/")
    office.page.locator("[name=state]").first.check()
    office.press("main")
    office.page.screenshot(path=screen(f"office-application-{name}"), full_page=True)
    office.follow("/ask/")
    office.fill(why="Nama lengkap pesantrennya?")
    office.press("main")
    member.open("/account/join/")
    member.sees("Nama lengkap pesantrennya?")
    member.page.screenshot(path=screen(f"join-asked-{name}"), full_page=True)
    member.fill(name="Pesantren Contoh Baru Sekali")
    member.press("/account/join/")
    office.open(f"/office/applications/{pk}/asked/call/")  # other facts: looked at anew
    office.page.locator("[name=state]").first.check()
    office.press("main")
    office.press("/approve/")
    member.open("/workspace/")
    member.sees("Pesantren Contoh Baru Sekali")

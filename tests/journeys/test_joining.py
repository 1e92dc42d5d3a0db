"""A newcomer asks to sell on a cheap phone over a slow network, the office asks back and accepts, and the workspace
opens. Taps and seconds of the newcomer are counted, from the form to the request sent.
"""

from time import monotonic
from typing import Any

import pytest

from marketplace.pesantren.joining.models import Application
from tests.factories.catalogue import make_regency, make_sector, make_user
from tests.factories.joining import make_requirements
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.test_listing import Taps, slow

MOST_TAPS, MOST_SECONDS = 14, 60
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def ask_to_sell(member: Any, name: str) -> None:
    """The number is mistyped first: the page says so and keeps the rest."""
    page, taps = member.page, Taps(member.page)

    def send(what: str) -> None:
        taps.tap('main form[action$="/account/join/"] button:not([type="button"])')
        page.wait_for_load_state()
        looking = monotonic()
        member.looks_right()
        page.screenshot(path=screen(f"{what}-{name}"), full_page=True)
        taps.begun += monotonic() - looking  # our pictures are not the machine's time

    for field, text in (("nspp", "123"), ("name", "Pesantren Contoh Baru"), ("product", "Roti")):
        taps.write(f"main [name={field}]", text)
    for field, value in (("regency", "32.04"), ("sector", "makanan")):
        page.select_option(f"main [name={field}]", value)
        taps.count += 2  # the field, and the line in the phone's list
    send("join-form")
    assert page.locator("[aria-invalid=true]").count() >= 2
    taps.write("main [name=nspp]", "510032040001")
    taps.write("main [name=phone]", "0812-3456-7892")
    taps.tap("main [name=attested]")
    send("join-sent")
    count, seconds = taps.done(f"join, {name}")
    assert count <= MOST_TAPS
    assert seconds < MOST_SECONDS


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
    slow(member.page)
    ask_to_sell(member, name)
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

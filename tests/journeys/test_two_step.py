"""On a phone: the bank account asks for an app, which is set up on the way; a recovery code opens; a mentor helps."""

import re
from typing import Any

import pyotp
import pytest
from playwright.sync_api import expect

from marketplace.common.actor import SYSTEM
from marketplace.payments.models import PayoutAccount
from marketplace.pesantren.models import Mentorship
from marketplace.pesantren.services import mentors
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.mentors import make_mentor
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.second_factor, pytest.mark.django_db(transaction=True)]


def look(person: Person, name: str) -> None:
    width = person.page.viewport_size["width"]  # type: ignore[index]
    person.page.screenshot(path=screen(f"two-step-{name}-{person.language}-{width}"), full_page=True)


def set_up(owner: Person) -> list[str]:
    """What a person does with the app in the hand; returns the recovery codes."""
    link = owner.page.locator('main a[href^="otpauth:"]').get_attribute("href")
    expect(owner.page.locator("main img")).to_have_js_property("complete", True)
    assert owner.page.locator("main img").evaluate("image => image.naturalWidth") > 100
    look(owner, "set-up")
    owner.fill(second_factor_code=pyotp.parse_uri(str(link)).now(), current="demo-only")
    owner.press("main")
    look(owner, "codes")
    return re.findall(r"(?:\d{4}-){3}\d{4}", owner.page.locator("main ul").inner_text())


@pytest.mark.parametrize(("language", "viewport"), [("id", PHONE), ("ar", PHONE)], ids=["id", "ar"])
def test_the_bank_account_asks_and_keeps_what_was_typed(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    make_member(make_user("owner@example.com"), make_pesantren("contoh-satu"))
    owner = person(language, viewport)
    owner.sign_in("owner@example.com")
    owner.open("/workspace/money/contoh-satu/account/")
    owner.fill(bank="Bank Contoh", number="1234 567 890", holder="Yayasan Contoh")
    owner.press("main")
    recovery = set_up(owner)
    assert len(recovery) == 10
    with owner.page.expect_download() as saved:
        owner.page.locator("main a[download]").click()
    assert all(one in saved.value.path().read_text() for one in recovery)
    owner.follow("/two-step/go-on/")
    look(owner, "go-on")
    owner.press("main")
    assert PayoutAccount.objects.get().number == "1234567890"
    owner.open("/account/two-step/")
    look(owner, "overview")
    # another phone: the password alone is not enough, a recovery code is
    other = person(language, viewport)
    other.sign_in("owner@example.com")
    other.fill(second_factor_code="12345")
    other.press("main")
    look(other, "sign-in")
    other.fill(second_factor_code=recovery[0])
    other.press("main")
    expect(other.page).to_have_url(re.compile("/workspace/"))


@pytest.mark.parametrize(("language", "viewport"), [("id", PHONE), ("en", DESKTOP)], ids=["id", "en"])
def test_a_mentor_is_let_in_and_out_again(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    partner, mentor = make_pesantren("contoh-satu"), make_mentor(name="Contoh Pendamping")
    make_member(make_user("owner@example.com"), partner)
    product = make_product(partner)
    mentors.offer(partner=partner, mentor=mentor, actor=SYSTEM)
    owner, helper = person(language, viewport), person(language, viewport)
    owner.sign_in("owner@example.com")
    look(owner, "home-with-offer")
    owner.follow("/workspace/people/")
    look(owner, "offer")
    owner.press("/agree/")
    look(owner, "agreed")
    helper.sign_in("mentor@example.com")
    look(helper, "mentoring")
    helper.open(f"/workspace/products/{product.pk}/change/stock/")
    helper.fill(stock="77")
    helper.press("main")
    owner.open(f"/workspace/products/{product.pk}/")
    owner.sees("Contoh Pendamping (pendamping)")
    look(owner, "changes")
    owner.open("/workspace/people/contoh-satu/")
    owner.press("/withdraw/")  # one tap
    assert Mentorship.objects.get().state == "withdrawn"
    helper.page.reload()
    expect(helper.page.locator("h1")).not_to_have_text(product.title)
    office = person(language, DESKTOP)
    make_user("office@example.com", staff_role="office")
    office.sign_in("office@example.com")
    for name, path in (("mentors", "/office/mentors/"), ("two-step", "/office/two-step/")):
        office.open(path)
        look(office, f"office-{name}")
    office.open("/office/pesantren/contoh-satu/")
    look(office, "office-pesantren")

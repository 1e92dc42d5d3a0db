"""A pesantren lists goods on a cheap phone with a poor network, then keeps their stock: taps are counted.

Slow 4G, a processor four times slower, and a network that goes away twice while the photos are sent.
"""

import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from catalogue.models import ListingDraft, Product, ProductClass
from catalogue.permits import tasks
from marketplace.people.models import User
from tests.budgets.measure import SLOW_NETWORK, SLOW_PROCESSOR
from tests.factories.catalogue import (
    make_class,
    make_member,
    make_pesantren,
    make_product,
    make_sector,
    make_unit,
    make_user,
)
from tests.factories.permits import a_rule
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.workspace.photos import a_photo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
MOST_SECONDS = 120


@pytest.fixture
def kind(transactional_db: None) -> ProductClass:
    made = make_class(["courier"], True, True, 48)
    made.slug, made.sector = "bakery", make_sector("makanan", "Makanan")
    made.name_ind, made.name_en, made.name_ar = "Roti dan kue", "Bread and cakes", "خبز وكعك"  # type: ignore[attr-defined]
    made.save()
    make_unit()
    make_member(make_user("pesantren@example.com"), make_pesantren("contoh-satu"))
    return made


class Taps:
    """How often the person taps, and how long it takes; written to var/taps.json for docs/workspace.md."""

    def __init__(self, page: Page) -> None:
        self.page, self.count, self.begun = page, 0, monotonic()

    def tap(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.count += 1

    def write(self, selector: str, text: str) -> None:
        self.tap(selector)
        self.page.locator(selector).first.fill(text)

    def done(self, what: str) -> tuple[int, float]:
        seconds = round(monotonic() - self.begun, 1)
        path = Path(settings.VAR_DIR) / "taps.json"
        found = json.loads(path.read_text()) if path.exists() else {}
        found[what] = {"taps": self.count, "seconds": seconds}
        path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        return self.count, seconds


def slow(page: Page) -> Any:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_PROCESSOR})
    return devtools


def choose_photos(page: Page, count: int) -> None:
    files = [
        {"name": f"foto-{n}.jpg", "mimeType": "image/jpeg", "buffer": a_photo(f"rgb({80 + n * 40},90,60)")}
        for n in range(count)
    ]
    page.set_input_files("#photo-files", files)  # type: ignore[arg-type]


def arrived(page: Page, count: int) -> None:
    expect(page.locator("[data-photos] form")).to_have_count(count, timeout=30_000)


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)],
    ids=["id-phone", "en-desktop", "ar-phone"],
)
def test_a_listing_with_three_photos_while_the_network_drops_twice(
    kind: ProductClass, person: Any, language: str, viewport: dict[str, int]
) -> None:
    name, member = f"{language}-{viewport['width']}", person(language, viewport)
    member.sign_in("pesantren@example.com")
    member.open("/workspace/products/")
    page = member.page
    slow(page)
    taps = Taps(page)
    taps.tap('main a[href$="/products/new/"]')
    page.wait_for_selector("[name=kind]")
    member.looks_right()
    page.screenshot(path=screen(f"listing-new-{name}"), full_page=True)
    taps = Taps(page)
    taps.count = 1  # "Add a product" above
    taps.tap("[name=kind]")
    page.wait_for_selector("#photo-files")
    page.context.set_offline(True)
    choose_photos(page, 2)
    taps.count += 2  # the field, and "done" in the phone's gallery
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    arrived(page, 2)
    page.context.set_offline(True)
    choose_photos(page, 1)
    taps.write("[name=name]", "Roti manis isi kacang")
    taps.write("[name=price]", "4.500")
    page.wait_for_timeout(900)
    page.screenshot(path=screen(f"listing-offline-{name}"), full_page=True)
    page.context.set_offline(False)
    arrived(page, 3)
    taps.tap("[name=unit]")
    page.select_option("[name=unit]", "pcs")
    taps.write("[name=stock]", "60")
    taps.write("[name=weight_g]", "90")
    member.looks_right()
    page.screenshot(path=screen(f"listing-filled-{name}"), full_page=True)
    taps.tap("form[data-keep] .acts button")
    page.wait_for_url("**/workspace/products/*/")
    count, seconds = taps.done(f"list three photos, {name}")
    assert count <= 12
    assert seconds < MOST_SECONDS
    member.looks_right()
    page.screenshot(path=screen(f"listing-{name}"), full_page=True)
    made = Product.objects.get()
    assert (made.title_ind, made.is_public, made.images.count()) == ("Roti manis isi kacang", True, 3)
    assert max(image.width for image in made.images.all()) <= 1600


def test_a_closed_tab_and_an_ended_session_lose_nothing(kind: ProductClass, person: Any) -> None:
    """Typed and photographed without a network, the tab closed; later signed out and in again: it is all there."""
    member = person("id", PHONE)
    member.sign_in("pesantren@example.com")
    member.open("/workspace/products/new/")
    member.page.locator("[name=kind]").first.click()
    member.page.wait_for_selector("#photo-files")
    address, context = member.page.url, member.page.context
    context.set_offline(True)
    choose_photos(member.page, 1)
    member.page.fill("[name=name]", "Bolu kukus")
    expect(member.page.locator("[data-photos] li")).to_have_count(1)
    member.page.wait_for_timeout(900)
    member.page.close()
    context.clear_cookies()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    page.fill("[name=name]", "pesantren@example.com")
    page.fill("[name=password]", "demo-only")
    page.locator("main form button").first.click()
    page.wait_for_selector("#photo-files")
    expect(page.locator("[name=name]")).to_have_value("Bolu kukus")
    arrived(page, 1)
    expect(page.locator("[data-says]")).to_have_text("Tersimpan.")
    assert ListingDraft.objects.get().answers["name"] == "Bolu kukus"
    assert Product.objects.get().images.count() == 1


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)], ids=["id", "en", "ar"]
)
def test_a_permit_is_sent_and_confirmed_and_the_goods_go_on_sale(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    mine = make_pesantren("contoh-satu")
    make_member(make_user("pesantren@example.com"), mine)
    make_user("office@example.com", staff_role="office")
    make_member(
        User.objects.create_user(None, "lama sekali 12", phone="+6281234567890", name="Ust. Contoh"), mine
    )
    product = make_product(mine, title="Keripik pisang")
    a_rule(product, "pirt", "md", topic="distribution")
    tasks.daily()
    name, member, office = (
        f"{language}-{viewport['width']}",
        person(language, viewport),
        person(language, DESKTOP),
    )
    member.sign_in("pesantren@example.com")
    member.open(f"/workspace/products/{product.pk}/")
    member.page.screenshot(path=screen(f"stopped-{name}"), full_page=True)
    member.open("/workspace/permits/")
    member.page.screenshot(path=screen(f"permits-lacking-{name}"), full_page=True)
    member.follow(f"?product={product.pk}")
    member.fill(kind="pirt", number="206320401012328", expires_on="2028-12-30")
    member.press("main")
    member.page.screenshot(path=screen(f"permit-form-{name}"), full_page=True)
    member.fill(expires_on="2028-12-31")
    photo = {"name": "pirt.jpg", "mimeType": "image/jpeg", "buffer": a_photo(size=(400, 300))}
    member.page.set_input_files("[name=evidence]", photo)  # type: ignore[arg-type]
    member.press("main")
    member.page.screenshot(path=screen(f"permits-{name}"), full_page=True)
    office.sign_in("office@example.com")
    office.open("/office/pesantren/")
    office.follow("/office/pesantren/contoh-satu/")
    office.press("/link/")
    office.page.screenshot(path=screen(f"office-pesantren-{name}"), full_page=True)
    office.open("/office/permits/")
    office.page.screenshot(path=screen(f"office-permits-{name}"), full_page=True)
    office.page.locator("main table a").first.click()
    office.page.wait_for_load_state()
    office.looks_right()
    office.page.screenshot(path=screen(f"office-permit-{name}"), full_page=True)
    office.press("/confirm/")
    product.refresh_from_db()
    assert (product.state, product.is_public) == ("on_sale", True)


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)], ids=["id", "en", "ar"]
)
def test_stock_price_and_days_off(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    mine = make_pesantren("contoh-satu")
    make_member(make_user("pesantren@example.com"), mine)
    product = make_product(mine, stock=100, tiers=[(10, 140_000)])
    name, member = f"{language}-{viewport['width']}", person(language, viewport)
    member.sign_in("pesantren@example.com")
    member.open("/workspace/products/")
    member.page.screenshot(path=screen(f"products-{name}"), full_page=True)
    taps = Taps(member.page)
    taps.tap('main a[href$="/change/sold/"]')
    member.page.wait_for_selector("[name=stock]")
    member.looks_right()
    member.page.screenshot(path=screen(f"sold-{name}"), full_page=True)
    taps.tap('main form[method="post"] .btn')
    member.page.wait_for_url("**/workspace/products/*/")
    assert taps.done(f"sold elsewhere, {name}")[0] == 2
    assert product.stockrecords.get().num_in_stock == 99
    member.open(f"/workspace/products/{product.pk}/change/price/")
    member.fill(price="murah")
    member.press("main")
    assert member.page.locator("[aria-invalid=true]").count() == 1
    member.page.screenshot(path=screen(f"price-{name}"), full_page=True)
    member.fill(price="160.000", from_1="20", price_1="150.000")
    member.press("main")
    member.page.screenshot(path=screen(f"listing-changed-{name}"), full_page=True)
    for path in (
        f"/workspace/products/{product.pk}/photos/",
        f"/workspace/products/{product.pk}/change/texts/",
    ):
        member.open(path)
    member.open("/workspace/days-off/contoh-satu/")
    member.fill(last="2027-12-31")
    member.press("main")
    member.page.screenshot(path=screen(f"days-off-{name}"), full_page=True)
    member.open("/workspace/people/contoh-satu/")
    member.fill(note="Ust. Contoh")
    member.page.locator("main form.form .btn").click()
    member.page.wait_for_load_state()
    member.looks_right()
    assert "/workspace/people/join/" in member.page.locator("main").inner_text()
    member.page.screenshot(path=screen(f"people-{name}"), full_page=True)
    member.open("/workspace/insights/contoh-satu/")
    member.page.screenshot(path=screen(f"insights-{name}"), full_page=True)

"""At a stand: an officer records on a phone while the network is gone, closes the tab, opens it again without one; the
network comes back and the promise is stored once. And a buyer confirms by its link in Arabic."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from marketplace.programme import states
from marketplace.programme.models import Commitment
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest
from tests.journeys.conftest import screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FIELDS = ["exhibitor", "guest", "what", "quantity", "unit", "value"]  # seen at once, in this order
OLD = "/static/js/floor.0123456789ab.js"
KEPT = "[data-kept] li"


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def test_a_promise_survives_the_lost_network(
    page_phone: Page, live: str, axe: Callable[[Page], None]
) -> None:
    page, context = page_phone, page_phone.context
    event = make_event()
    seller = make_exhibitor(event, make_pesantren("contoh-roti", name="Pesantren Contoh Roti"), booth="A1")
    make_product(seller.partner, "Roti uji")
    make_guest(event, name="PT Contoh Ritel")
    make_user("petugas@example.com", staff_role="office")
    officer = Person(page, live, "id", axe)
    officer.sign_in("petugas@example.com")
    address = f"{live}/office/floor/{event.number}/"
    page.goto(address)
    expect(page.locator("[data-ready-says]")).not_to_be_empty()
    officer.looks_right()
    page.screenshot(path=screen("floor-phone"), full_page=True)

    seen = page.locator("form[data-floor] :is(input, select, textarea):visible:not([type=radio])")
    assert [field.get_attribute("name") for field in seen.all()] == FIELDS
    assert page.locator("form[data-floor] button:visible").count() == 1  # one tap saves
    context.set_offline(True)
    fill(page, exhibitor="A1", guest="PT Contoh Ritel", what="Roti uji", quantity="500", value="12 juta")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(KEPT)).to_have_attribute("data-state", "waiting")
    expect(page.locator("[name=exhibitor]")).to_have_value(
        "A1"
    )  # the next buyer at the same stand: three fields
    expect(page.locator("[name=guest]")).to_be_focused()
    fill(page, exhibitor="siapa saja", guest="CV Contoh Baru", what="Kopi", value="1 juta")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(KEPT)).to_have_count(2)
    assert not Commitment.objects.exists()

    page.close()
    again = context.new_page()
    again.goto(address)  # without a network: the worker has kept the page
    expect(again.locator(f"{KEPT}[data-state=waiting]")).to_have_count(2)
    context.set_offline(False)
    again.evaluate("dispatchEvent(new Event('online'))")
    expect(again.locator(f"{KEPT}[data-state=sent]")).to_have_count(1)
    refused = again.locator(f"{KEPT}[data-state=refused]")
    expect(refused).to_contain_text("Tidak ada satu pesantren")
    made = Commitment.objects.get()
    assert (made.rupiah, made.quantity, made.exhibitor, made.guest.name) == (
        12_000_000,
        500,
        seller,
        "PT Contoh Ritel",
    )

    refused.get_by_role("button", name="Perbaiki").click()
    again.locator("[name=exhibitor]").fill("A1")
    again.get_by_role("button", name="Simpan", exact=True).click()
    expect(again.locator(f"{KEPT}[data-state=sent]")).to_have_count(2)
    again.reload()
    expect(again.locator(f"{KEPT}[data-state=sent]")).to_have_count(2)
    assert Commitment.objects.count() == 2


def test_a_wrong_amount_is_said_at_once_and_throwing_away_is_asked_first(page_phone: Page, live: str) -> None:
    page, event = page_phone, make_event()
    make_exhibitor(event, booth="A1")
    make_user("petugas@example.com", staff_role="office")
    Person(page, live, "id", lambda _page: None).sign_in("petugas@example.com")
    page.goto(f"{live}/office/floor/{event.number}/")
    save, row = page.get_by_role("button", name="Simpan", exact=True), page.locator(f"{KEPT}[data-state]")
    for amount in ("0 juta", "-5 juta", "dua juta"):
        fill(page, exhibitor="siapa saja", guest="CV Contoh", what="Kopi", value=amount)
        save.click()
        expect(page.locator(".field.bad .error")).to_contain_text("Tulis jumlahnya")
        expect(page.locator("[name=value]")).to_be_focused()
        expect(page.locator("[name=guest]")).to_have_value("CV Contoh")
        expect(row).to_have_count(0)
    fill(page, value="1.500 juta")
    save.click()
    expect(page.locator(".field.bad .error")).to_contain_text("1500 juta")
    expect(row).to_have_count(0)
    fill(page, value="1,5 juta")
    save.click()
    expect(page.locator(f"{KEPT}[data-state=refused]")).to_contain_text("Tidak ada satu pesantren")
    expect(page.locator(".field.bad")).to_have_count(0)
    page.screenshot(path=screen("floor-refused"), full_page=True)
    drop = row.get_by_role("button", name="Buang")
    page.once("dialog", lambda asked: asked.dismiss())
    drop.click()
    expect(row).to_have_count(1)
    page.once("dialog", lambda asked: asked.accept())
    drop.click()
    expect(row).to_have_count(0)
    assert not Commitment.objects.exists()


def test_signed_out_on_the_way_it_waits_for_the_next_sign_in(page_phone: Page, live: str) -> None:
    page, context = page_phone, page_phone.context
    event = make_event()
    make_exhibitor(event, booth="A1")
    make_user("petugas@example.com", staff_role="office")
    officer = Person(page, live, "id", lambda _page: None)
    officer.sign_in("petugas@example.com")
    page.goto(f"{live}/office/floor/{event.number}/")
    forget(context)
    fill(page, exhibitor="A1", guest="CV Contoh", what="Kopi", value="1 juta")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("[data-says]")).to_contain_text("Anda sudah keluar")
    assert not Commitment.objects.exists()
    officer.sign_in("petugas@example.com")
    page.goto(f"{live}/office/floor/{event.number}/")
    expect(page.locator(f"{KEPT}[data-state=sent]")).to_have_count(1)
    assert Commitment.objects.count() == 1


def test_a_shared_phone_shows_each_person_its_own(page_phone: Page, live: str) -> None:
    page, context = page_phone, page_phone.context
    event = make_event()
    make_exhibitor(event, booth="A1")
    for name in ("petugas", "lain"):
        make_user(f"{name}@example.com", staff_role="office")
    person, address = Person(page, live, "id", lambda _page: None), f"{live}/office/floor/{event.number}/"
    person.sign_in("petugas@example.com")
    page.goto(address)
    expect(page.locator("[data-ready-says]")).not_to_be_empty()
    forget(context)
    page.locator("form[data-floor] summary").click()
    fill(page, exhibitor="A1", guest="CV Rahasia", what="Kopi", value="1 juta", email="rahasia@example.com")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("[data-says]")).to_contain_text("Anda sudah keluar")

    person.sign_in("lain@example.com")  # its page has nobody yet, so what was kept is thrown away
    assert kept_pages(page) == []
    page.goto(address)
    expect(page.locator("[data-ready-says]")).not_to_be_empty()
    expect(page.locator(KEPT)).to_have_count(1)
    expect(page.locator(KEPT)).to_contain_text("di ponsel ini")
    assert "Rahasia" not in page.locator("[data-kept]").inner_text()
    assert kept_pages(page) == [address]
    page.evaluate(f"caches.open('floor-1').then((kept) => kept.put('{OLD}', new Response('')))")
    page.reload()
    expect(page.locator("[data-ready-says]")).not_to_be_empty()
    assert not page.evaluate(f"caches.match('{OLD}').then(Boolean)")  # a file of an older version
    assert kept_pages(page) == [address]
    page.goto(f"{live}/sign-out/")
    person.press("main")
    page.wait_for_function("caches.has('floor-1').then((is) => !is)")

    person.sign_in("petugas@example.com")
    page.goto(address)
    expect(page.locator(f"{KEPT}[data-state=sent]")).to_contain_text("CV Rahasia")
    assert Commitment.objects.get().guest.email == "rahasia@example.com"
    assert "rahasia@" not in page.evaluate("JSON.stringify(localStorage)")
    page.evaluate(
        """() => { const [name] = Object.keys(localStorage).filter((one) => one.startsWith("floor:"));
        const old = JSON.parse(localStorage[name]); old.done = "2026-01-01T00:00:00Z";
        localStorage[name] = JSON.stringify(old); }"""
    )
    page.reload()
    expect(page.locator(f"{KEPT}[data-state=sent]")).to_have_count(0)
    assert "Rahasia" not in page.evaluate("JSON.stringify(localStorage)")


def kept_pages(page: Page) -> Any:
    script = """async () => (await (await caches.open("floor-1")).keys()).map((one) => one.url)
        .filter((url) => !url.includes("/static/"))"""
    return page.evaluate(script)


# A browser that reads codes, and a camera: this Chromium has neither.
SCANNER = """
  globalThis.BarcodeDetector = class {
    static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
    detect() { return Promise.resolve(globalThis.badge ? [{ rawValue: globalThis.badge }] : []); }
  };
  const screen = document.createElement("canvas");
  screen.getContext("2d");
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: () => {
    if (globalThis.noCamera) return Promise.reject(new Error("NotAllowedError"));
    globalThis.stream = screen.captureStream();
    setInterval(() => screen.getContext("2d").fillRect(0, 0, 9, 9), 50);
    return Promise.resolve(globalThis.stream);
  } } });
"""


def test_badges_are_scanned_into_the_form(page_phone: Page, live: str) -> None:
    page = page_phone
    event = make_event()
    seller, buyer = make_exhibitor(event, booth="A1"), make_guest(event, name="PT Contoh Ritel")
    make_user("petugas@example.com", staff_role="office")
    Person(page, live, "id", lambda _page: None).sign_in("petugas@example.com")
    page.add_init_script(SCANNER)
    page.goto(f"{live}/office/floor/{event.number}/")
    scan = page.get_by_role("button", name="Pindai lencana")
    expect(scan).to_have_count(2)
    page.evaluate("noCamera = true")
    scan.nth(1).click()
    expect(page.locator("[data-says]")).to_contain_text("Kamera tidak dapat dipakai")
    page.evaluate("noCamera = false")
    for at, side in enumerate((seller, buyer)):
        scan.nth(at).click()
        page.evaluate(f"badge = '{live}/events/badge/{side.token}/'")
        expect(scan).to_have_count(2)  # read, and the camera's picture is gone
        page.evaluate("badge = ''")
        assert page.evaluate("stream.getTracks().every((one) => one.readyState === 'ended')")
    expect(page.locator("[name=exhibitor]")).not_to_have_value("")
    expect(page.locator("[name=guest]")).to_have_value("PT Contoh Ritel")
    fill(page, what="Kopi", value="1 juta")
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(f"{KEPT}[data-state=sent]")).to_have_count(1)
    made = Commitment.objects.get()
    assert (made.exhibitor, made.guest) == (seller, buyer)


def forget(context: BrowserContext) -> None:
    """The session is over, as after hours of talk."""
    kept: Any = [cookie for cookie in context.cookies() if cookie["name"] != "sessionid"]
    context.clear_cookies()
    context.add_cookies(kept)


def test_a_buyer_confirms_in_arabic(page_phone: Page, live: str, axe: Callable[[Page], None]) -> None:
    made = make_commitment(state=states.RECORDED)
    buyer = Person(page_phone, live, "ar", axe)
    buyer.open(f"/commitments/{made.buyer_token}/")
    assert page_phone.locator("html").get_attribute("dir") == "rtl"
    buyer.looks_right()
    page_phone.screenshot(path=screen("commitment-ar"), full_page=True)
    page_phone.get_by_role("button", name="نعم، هو كذلك").click()
    buyer.sees("لقد أكّدت")
    made.refresh_from_db()
    assert made.buyer_said_at
    assert made.state == states.RECORDED

"""Sarongs for Dubai: received on a phone, consigned, cleared, gone and arrived at the desk, signed for in Arabic."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from marketplace.exports.models import Consignment, GoodsReceipt
from marketplace.exports.services import papers
from marketplace.exports.tasks import make_pack
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.models import Fulfilment
from marketplace.reference.working_days import today
from tests.exports.papers_world import a_pdf, ready_consignment
from tests.exports.test_rehearsal import bring, line_of
from tests.factories.companies import admin_of
from tests.factories.exports import DESK, a_coordinator
from tests.factories.exports import desk as a_desk
from tests.factories.rehearsal import Rehearsal, rehearsal
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_export_desk(transactional_db: None, person: Any, tmp_path: Path) -> None:
    of = rehearsal()
    fulfilment.pack(fulfilment=of.fashion, actor=DESK)
    a_coordinator()
    receive(person("id", PHONE), of)
    desk = person("en", DESKTOP)
    desk.sign_in("koordinator@example.com")
    made = consign(desk, of)
    clear(desk, made, tmp_path)
    goes(desk, made)
    signs(person("ar", PHONE), of, made)


def test_long_addresses_and_sources_fit_a_phone(transactional_db: None, person: Any) -> None:
    """The link of the public page, and a rule's source without a blank: opening a page asserts that it fits."""
    of = a_desk(paid=False)
    made = ready_consignment(of)
    papers.require(consignment=made, actor=DESK)
    a_coordinator()
    who = person("id", PHONE)
    who.sign_in("koordinator@example.com")
    who.open(f"/office/exports/{made.number}/events/")
    who.open(f"/office/exports/{made.number}/papers/peb_data/")
    who.page.screenshot(path=screen("exports-peb-id-390"), full_page=True)
    buyer = person("id", PHONE)
    buyer.sign_in(admin_of(of.company).email)
    buyer.open(f"/account/consignments/{made.number}/")


def receive(house: Person, of: Rehearsal) -> None:
    """Of 40 sarongs 38 pass at the packing house; what does not add up comes back with what was typed."""
    house.sign_in("koordinator@example.com")
    house.open("/office/exports/receipts/")
    house.fill(part=str(of.fashion.pk))
    house.press("main")
    receipt = GoodsReceipt.objects.get()
    house.follow("/receipts/" + receipt.number + "/")
    house.fill(weighed="40", accepted="38", rejected="1", reason="jahitan lepas")
    house.page.screenshot(path=screen("exports-weigh-id-390"), full_page=True)
    house.press("main")
    expect(house.page.locator("[aria-invalid=true]")).to_have_count(1)
    house.fill(rejected="2")
    house.press("main")
    house.follow("/close/")
    house.press("main")
    receipt.refresh_from_db()
    assert receipt.state == "closed"
    assert line_of(of, "sarung").quantity == 38


def consign(desk: Person, of: Rehearsal) -> Consignment:
    desk.open("/office/exports/")
    desk.follow("/office/exports/new/")
    desk.follow("order=" + of.order.number)
    leaves = timezone.localtime(timezone.now() + timedelta(days=3))
    line = line_of(of, "sarung")
    desk.fill(
        departs_at=f"{leaves:%Y-%m-%dT%H:%M}", arrives_at=f"{leaves + timedelta(hours=30):%Y-%m-%dT%H:%M}"
    )
    for field in desk.page.locator('main [name^="take_"]').all():
        field.fill("38" if field.get_attribute("name") == f"take_{line.pk}_0" else "")
    desk.fill(setpoint="")
    desk.press("main")
    made = Consignment.objects.get()
    desk.sees("38")
    desk.page.screenshot(path=screen("exports-goods-en-1280"), full_page=True)
    desk.open(f"/office/exports/{made.number}/plan/")
    desk.fill(booking="CONTOH-1", transport_number="176-12345675", carrier="Contoh Air")
    desk.press("main")
    return made


def clear(desk: Person, made: Consignment, tmp_path: Path) -> None:
    """Nothing is cleared while papers are missing; one is issued, one uploaded and checked on the pages."""
    desk.open(f"/office/exports/{made.number}/papers/exporter/")
    desk.page.screenshot(path=screen("exports-identity-en-1280"), full_page=True)
    desk.open(f"/office/exports/{made.number}/papers/")
    desk.press("/papers/clear/")
    made.refresh_from_db()
    assert made.cleared_at is None
    for kind in ("commercial_invoice", "letter_of_instruction"):
        desk.open(f"/office/exports/{made.number}/papers/{kind}/")
        desk.press("/issue/")
    file = tmp_path / "booking.pdf"
    file.write_bytes(a_pdf().read())
    desk.open(f"/office/exports/{made.number}/papers/booking/")
    desk.page.locator("[name=upload-file]").set_input_files(file)
    desk.fill(**{"upload-number": "CONTOH-1", "upload-issued_on": today().isoformat()})
    desk.press("/upload/")
    desk.page.locator("[name=check-read]").check()
    desk.press("/check/")
    assert made.papers.get(kind="booking").state == "accepted"
    bring(made, "departure")  # the others, as the desk would
    desk.open(f"/office/exports/{made.number}/papers/")
    desk.page.screenshot(path=screen("exports-papers-en-1280"), full_page=True)
    desk.press("/papers/clear/")
    made.refresh_from_db()
    assert made.state == "cleared"
    desk.press("/papers/pack/")
    desk.page.wait_for_selector("#all-papers[data-progress] progress")
    make_pack(made.packs.get().pk)  # the open page sees that it is done, and stays where it is
    expect(desk.page.locator("#all-papers a.btn")).to_have_count(1, timeout=10_000)
    expect(desk.page.locator("[data-progress]")).to_have_count(0)


def goes(desk: Person, made: Consignment) -> None:
    """Two taps an event: which, and that it is so."""
    for code, state in (("DEP", "departed"), ("ARR", "arrived"), ("DLV", "delivered")):
        desk.open(f"/office/exports/{made.number}/events/")
        desk.page.screenshot(path=screen("exports-events-en-1280"), full_page=True)
        likely = desk.page.locator(f'main a[href="?code={code}"]')
        if likely.count():
            likely.click()
        else:
            desk.open(f"/office/exports/{made.number}/events/?code={code}")
        desk.page.locator("main form button").first.click()
        desk.page.wait_for_load_state()
        desk.looks_right()
        made.refresh_from_db()
        assert made.state == state
    desk.open("/office/exports/")
    desk.sees(made.number)


def signs(buyer: Person, of: Rehearsal, made: Consignment) -> None:
    """The importer follows it in Arabic on a phone, shows others the public page, and takes 37 of 38."""
    buyer.sign_in(admin_of(of.company).email)
    buyer.open(f"/track/{made.token}/")
    buyer.sees(made.number)
    buyer.open("/account/consignments/")
    buyer.follow(made.number)
    buyer.page.screenshot(path=screen("exports-buyer-ar-390"), full_page=True)
    buyer.follow("/sign/")
    line = line_of(of, "sarung")
    buyer.fill(signed_name="Contoh Importir")
    buyer.page.screenshot(path=screen("exports-sign-ar-390"), full_page=True)
    buyer.page.locator(f'main [name="accepted_{line.pk}"]').fill("37")
    buyer.page.locator(f'main [name="reason_{line.pk}"]').first.fill("تمزق")
    buyer.press("main")
    part = Fulfilment.objects.get(pk=of.fashion.pk)
    assert (part.state, line_of(of, "sarung").accepted) == ("received", 37)

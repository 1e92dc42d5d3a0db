"""A bank file in the office: uploaded, looked at, taken, and a large transfer matched by two people."""

from typing import Any

import pytest

from marketplace.fulfilment.audit import audit
from marketplace.payments import states, tasks
from marketplace.payments.models import Approval, Due, Receipt
from marketplace.reference import working_days
from tests.factories import catalogue as cat
from tests.factories.paid import World, world
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.payments.files import bca, bca_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db: None, settings: Any) -> World:
    settings.SECOND_PERSON_ABOVE = 1_000_000
    found = world(paid=False)
    cat.make_user("kantor2@example.com", name="Contoh Kedua", staff_role="office")
    return found


def bank_file(due: Due) -> bytes:
    today = working_days.today().strftime("%d/%m/%Y")
    text = f"TRSF E-BANKING CR 2011/FTSCY/WS95051 {due.reference} TOKO CONTOH BANDUNG"
    return bca(
        bca_in(today, f"{due.amount:,}.00", text),
        bca_in(today, "90,000.00", "IBU CONTOH"),
        f"'{today},'BIAYA ADM,'0000,\"15,000.00\",DB,",
    )


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP)], ids=["id-phone", "en-desktop"]
)
def test_a_bank_file(shop: World, person: Any, language: str, viewport: dict[str, int]) -> None:
    name = f"{language}-{viewport['width']}"
    first, second = person(language, viewport), person(language, viewport)
    first.sign_in(shop.office.email)
    first.open("/office/statements/")
    first.page.screenshot(path=screen(f"bank-files-{name}"), full_page=True)
    first.page.locator('main input[type="file"]').set_input_files(
        {"name": "contoh.csv", "mimeType": "text/csv", "buffer": bank_file(shop.due)}
    )
    first.press("/office/statements/")
    first.page.screenshot(path=screen(f"bank-preview-{name}"), full_page=True)
    first.press("/start/")
    tasks.read_statements()
    first.page.reload()
    first.looks_right()
    first.page.screenshot(path=screen(f"bank-read-{name}"), full_page=True)
    first.follow("/transfers/ready/")
    first.page.locator('main input[type="checkbox"]').first.check()
    first.page.screenshot(path=screen(f"bank-ready-{name}"), full_page=True)
    first.press("/transfers/ready/")
    assert Receipt.objects.count() == 2
    approval = Approval.objects.get()
    first.open(f"/office/approvals/{approval.pk}/")
    assert first.page.locator('main form[action$="/confirm/"]').count() == 0

    second.sign_in("kantor2@example.com")
    second.open("/office/approvals/")
    second.follow(f"/approvals/{approval.pk}/")
    second.page.screenshot(path=screen(f"bank-second-{name}"), full_page=True)
    second.press("/confirm/")
    assert Due.objects.get().state == states.SETTLED
    second.open("/office/transfers/")
    second.page.screenshot(path=screen(f"bank-unmatched-{name}"), full_page=True)
    second.open("/office/")
    assert list(audit()) == []

"""A company in Dubai registers in English and in Arabic on a phone, is verified, and reads its price as a guide."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalogue.loading import rows, trade
from marketplace.payments.models import Rate
from offtakers.models import Approval, Company
from tests.factories.catalogue import make_product, make_user
from tests.factories.companies import join_as, picture
from tests.journeys.conftest import DESKTOP, PHONE, screen

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_registered_verified_and_priced(
    transactional_db: None, person: Any, tmp_path: Path, language: str
) -> None:
    trade.load(rows.Tally())
    goods = make_product(title="Manggis uji", price=47_000, tiers=[(100, 45_000)])
    at = timezone.now() - timedelta(hours=3)
    Rate.objects.create(base="USD", rate=Decimal("16250.5"), source="Contoh Bank", quoted_at=at)
    make_user("importer@example.com")
    make_user("office@example.com", staff_role="office")
    proof = tmp_path / "licence.png"
    proof.write_bytes(picture())
    name = f"{language}-390"

    buyer = person(language, PHONE)
    buyer.open("/buy-from-indonesia/")
    buyer.page.screenshot(path=screen(f"abroad-door-{name}"), full_page=True)
    buyer.follow("/sign-in/")
    buyer.fill(name="importer@example.com", password="demo-only")
    buyer.press("main")
    buyer.fill(name="Contoh Trading LLC (fictional)", country="AE", tax_number="12")
    buyer.press("main")  # not complete: it comes back with what was typed
    buyer.page.screenshot(path=screen(f"abroad-form-{name}"), full_page=True)
    assert buyer.page.locator("[aria-invalid=true]").count() >= 4
    buyer.fill(
        trade_licence="CN-123",
        tax_kind="TRN",
        tax_number="100 0000 0000 0003",
        address="Contoh Street 1\nDubai",
        phone="+971 50 123 4567",
    )
    buyer.page.locator("[name=proof]").set_input_files(proof)
    buyer.press("main")
    company = Company.objects.get()
    assert company.state == "submitted"

    office = person("id", DESKTOP)
    office.sign_in("office@example.com")
    office.open("/office/companies/?country=AE")
    office.page.screenshot(path=screen(f"abroad-office-list-{name}"), full_page=True)
    office.follow(f"/companies/{company.pk}/")
    office.page.screenshot(path=screen(f"abroad-office-{name}"), full_page=True)
    office.follow("/verify/")
    office.page.screenshot(path=screen(f"abroad-office-verify-{name}"), full_page=True)
    office.press("main")
    company.refresh_from_db()
    assert company.is_verified

    buyer.open(goods.get_absolute_url())
    buyer.sees("2.77 – 2.89")
    buyer.sees("Contoh Bank")
    buyer.page.screenshot(path=screen(f"abroad-price-{name}"), full_page=True)
    if language == "ar":
        preferences(buyer, company, name)
        agreement(buyer, person(language, PHONE), company, name)


def preferences(buyer: Any, company: Company, name: str) -> None:
    """Ports and terms, and where the goods go."""
    buyer.open("/account/company/trading/")
    buyer.page.locator("[name=incoterms][value=FCA]").check()
    buyer.page.locator("[name=ports][value=AEDXB]").check()
    buyer.page.screenshot(path=screen(f"abroad-trading-{name}"), full_page=True)
    buyer.press("main")
    buyer.open("/account/company/places/new/")
    buyer.page.locator("[name=kind][value=consignee]").check()
    buyer.fill(name="Contoh Cold Store", address="Contoh Market\nDubai", country="AE")
    buyer.page.screenshot(path=screen(f"abroad-place-{name}"), full_page=True)
    buyer.press("main")
    buyer.sees("Contoh Cold Store")
    buyer.page.screenshot(path=screen(f"abroad-places-{name}"), full_page=True)
    assert [port.code for port in company.ports.all()] == ["AEDXB"]


def agreement(buyer: Any, approver: Any, company: Company, name: str) -> None:
    """The limit is set at once; to take it away the approver agrees, in two taps."""
    join_as(company, "approver@example.com", "approver", "finance")
    for above in ("10,000", ""):
        buyer.open("/account/company/limit/")
        buyer.fill(above=above)
        buyer.page.screenshot(path=screen(f"abroad-limit-{name}"), full_page=True)
        buyer.press("main")
    approver.sign_in("approver@example.com")
    approver.open("/account/company/")
    approver.page.screenshot(path=screen(f"abroad-company-{name}"), full_page=True)
    approver.follow("/approvals/")
    approver.page.screenshot(path=screen(f"abroad-approvals-{name}"), full_page=True)
    approver.follow(f"/approvals/{Approval.objects.get().pk}/")
    approver.page.screenshot(path=screen(f"abroad-approval-{name}"), full_page=True)
    approver.press("main")
    company.refresh_from_db()
    assert company.threshold is None

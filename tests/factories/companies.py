"""Verified companies that buy on tempo, and their orders, made through the services."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfWriter

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.reference.working_days import today
from offtakers import services, states
from offtakers.models import Company, CompanyMember
from tests.factories.catalogue import make_regency, make_user

FACTS = {
    "name": "Contoh Katering (fiktif)",
    "country": "ID",
    "npwp": "0000000000000000",
    "nib": "",
    "trade_licence": "",
    "tax_kind": "",
    "tax_number": "",
    "address": "Jl. Contoh No. 2",
    "phone": "+6281234567891",
    "email": "katering@example.com",
}

ABROAD = {
    "name": "Contoh Trading LLC (fictional)",
    "country": "AE",
    "npwp": "",
    "regency": None,
    "trade_licence": "CONTOH-1",
    "tax_kind": "TRN",
    "tax_number": "000000000000000",
    "phone": "+971501234567",
    "email": "importer@example.com",
}
YEAR = timedelta(days=365)


def picture(format: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(file, format)
    return file.getvalue()


def blank_pdf() -> bytes:
    """One empty page that opens."""
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def a_proof() -> Any:
    """A checked proof, as the form hands it over."""
    file = ContentFile(picture(), name="nib.png")
    file.kind = "png"
    return file


def make_company(
    user: Any = None,
    days: int = 30,
    limit: int = 25_000_000,
    state: str = states.VERIFIED,
    proof: Any = None,
    currency: str = "IDR",
    **kw: Any,
) -> Company:
    """A company with its owner and buyer `user`, verified for a year, on these terms."""
    user = user or make_user("katering@example.com")
    facts = {**FACTS, "regency": make_regency("32.73"), **kw}
    company = services.register(user=user, facts=facts, proof=proof, currency=currency, actor=SYSTEM)
    Company.objects.filter(pk=company.pk).update(state=state, verified_until=today() + YEAR)
    company.refresh_from_db()
    if days:
        limit_ = Money(limit)
        services.set_terms(company=company, tempo_days=days, credit_limit=limit_, actor=SYSTEM, why="uji")
    return company


def admin_of(company: Company) -> Any:
    return CompanyMember.objects.select_related("user").get(company=company, roles__contains=["owner"]).user


def make_overseas(user: Any = None, currency: str = "USD", **kw: Any) -> Company:
    """A verified company in Dubai that calculates in this currency."""
    facts = {**ABROAD, **kw}
    return make_company(user or make_user("importer@example.com"), days=0, currency=currency, **facts)


def join_as(company: Company, email: str, *roles: str) -> Any:
    """One more person of the company, in these roles."""
    user = make_user(email)
    CompanyMember.objects.create(company=company, user=user, roles=list(roles))
    return user

"""Verified companies that buy on tempo, and their orders, made through the services."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from offtakers import services, states
from offtakers.models import Company, CompanyMember
from tests.factories.catalogue import make_regency, make_user

FACTS = {
    "name": "Contoh Katering (fiktif)",
    "kind": "domestic",
    "country": "ID",
    "npwp": "0123456789012345",
    "nib": "",
    "address": "Jl. Contoh No. 2",
    "phone": "+6281234567891",
    "email": "katering@example.com",
}


def picture(format: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(file, format)
    return file.getvalue()


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
    **kw: Any,
) -> Company:
    """A company with its admin `user`, verified, on these terms."""
    user = user or make_user("katering@example.com")
    facts = {**FACTS, "regency": make_regency("32.73"), **kw}
    company = services.register(user=user, facts=facts, proof=proof, actor=SYSTEM)
    Company.objects.filter(pk=company.pk).update(state=state)
    company.refresh_from_db()
    if days:
        limit_ = Money(limit)
        services.set_terms(company=company, tempo_days=days, credit_limit=limit_, actor=SYSTEM, why="uji")
    return company


def admin_of(company: Company) -> Any:
    return CompanyMember.objects.select_related("user").get(company=company, role="admin").user

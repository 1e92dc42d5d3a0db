"""The fictional companies of the demonstration: one at home that buys on tempo, one in Dubai."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.reference import working_days
from marketplace.reference.models import Incoterm, Port, Regency
from marketplace.workspace.demo_people import DemoPerson
from offtakers import services
from offtakers.models import Company, CompanyMember, Role

YEAR = timedelta(days=365)
BANDUNG = "32.73"
AT_HOME = {
    "country": "ID",
    "npwp": "0000000000000000",
    "nib": "",
    "trade_licence": "",
    "tax_kind": "",
    "tax_number": "",
    "address": "Jl. Contoh No. 1, Bandung",
    "phone": "+6281200000000",
}
IN_DUBAI = {
    "country": "AE",
    "npwp": "",
    "nib": "",
    "trade_licence": "CONTOH-0000",
    "tax_kind": "TRN",
    "tax_number": "000000000000000",
    "address": "Contoh Street 1, Deira\nDubai",
    "regency": None,
    "phone": "+971500000000",
}
CONSIGNEE = {
    "kind": "consignee",
    "name": "Contoh Trading LLC, cold store (fictional)",
    "address": "Contoh Fruit Market, Al Aweer\nDubai",
    "country": "AE",
    "contact": "",
    "email": "importer@example.com",
    "phone": "",
}


def put(person: DemoPerson, user: Any) -> None:
    """This person acts for the company that the list names, which is founded if it is new. Twice changes nothing."""
    company = Company.objects.filter(name=person.company).first()
    if company is None:
        company = _found(person, user)
    if not CompanyMember.objects.filter(company=company, user=user).exists():
        CompanyMember.objects.create(company=company, user=user, roles=list(person.roles))
        if Role.APPROVER in person.roles:
            _limit(company)


def _found(person: DemoPerson, user: Any) -> Company:
    """Verified for a year, through the services that everybody uses."""
    abroad = person.email == "importer@example.com"
    facts = IN_DUBAI if abroad else {**AT_HOME, "regency": Regency.objects.get(code=BANDUNG)}
    company = services.register(
        user=user,
        facts={**facts, "name": person.company, "email": person.email},
        proof=_proof(),
        currency="USD" if abroad else "IDR",
        actor=SYSTEM,
    )
    services.submit(company=company, actor=SYSTEM)
    services.verify(company=company, until=working_days.today() + YEAR, actor=SYSTEM)
    (_prefer if abroad else _give_tempo)(company)
    return company


def _give_tempo(company: Company) -> None:
    services.set_terms(
        company=company, tempo_days=30, credit_limit=Money(25_000_000), actor=SYSTEM, why="demonstrasi"
    )


def _prefer(company: Company) -> None:
    """What an importer in Dubai prefers."""
    services.set_trading(
        company=company,
        currency="USD",
        incoterms=Incoterm.objects.filter(code__in=["FCA", "FOB", "CIF", "CIP"]),
        ports=Port.objects.filter(code__in=["AEJEA", "AEDXB"]),
        actor=SYSTEM,
    )
    services.keep_place(company=company, facts=CONSIGNEE, actor=SYSTEM)


def _limit(company: Company) -> None:
    """Above US$ 10,000 the approver must agree."""
    owner = company.members.filter(roles__contains=[Role.OWNER]).first()
    if owner is not None:
        services.set_threshold(company=company, above=Money(1_000_000, "USD"), user=owner.user)


def _proof() -> Any:
    """A picture that says what it is."""
    picture, file = Image.new("RGB", (420, 120), "white"), BytesIO()
    ImageDraw.Draw(picture).text((20, 50), "CONTOH / EXAMPLE: an invented proof", fill="black")
    picture.save(file, "PNG")
    proof: Any = ContentFile(file.getvalue(), name="contoh.png")
    proof.kind = "png"
    return proof

"""Demands and quotes, made through the services."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from catalogue.models import Commodity, Product
from marketplace.common.actor import Actor
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today
from marketplace.sourcing.models import Amendment, Contract, Demand, Negotiation, Quote, Signature
from marketplace.sourcing.services import contracts, inviting, quotes
from marketplace.sourcing.services import demand as services
from marketplace.sourcing.services.demand import Good, Slot
from offtakers.models import Company
from tests.factories.catalogue import make_class, make_pesantren, make_product, make_unit, make_user
from tests.factories.companies import admin_of, make_company

BUYER = Actor(id=None, name="Contoh Pembeli")
SELLER = Actor(id=None, name="Contoh Pesantren")


def make_commodity(code: str = "manggis", months: Sequence[int] = (12, 1, 2, 3, 4)) -> Commodity:
    facts = {"name": code.title(), "harvest_months": list(months)}
    return Commodity.objects.get_or_create(code=code, defaults=facts)[0]


def goods_of(
    partner: Partner, commodity: Commodity, stock: int | None = 1000, price: int = 20_000, **kw: Any
) -> Product:
    """A listing of this commodity by the kilogram."""
    product = make_product(partner, f"{commodity.name} {partner.code}", price, stock=stock)
    product.commodity, product.unit = commodity, make_unit("kg", "kg")
    product.harvest_months = kw.pop("harvest_months", commodity.harvest_months)
    product.save()
    return product


def a_good(commodity: Commodity, quantity: int = 1000, **kw: Any) -> Good:
    """So many kilograms in one window of thirty days from in two weeks on."""
    first = kw.pop("first", today() + timedelta(days=14))
    last = kw.pop("last", first + timedelta(days=30))
    return Good(
        name=commodity.name,
        unit=make_unit("kg", "kg"),
        quantity=quantity,
        slots=[Slot(first, last, quantity)],
        commodity=commodity,
        **kw,
    )


def make_demand(
    goods: Sequence[Good], company: Company | None = None, open_it: bool = True, days: int = 10, **terms: Any
) -> Demand:
    """A demand of a verified company in Bandung; opened and matched unless told otherwise."""
    company = company or make_company(make_user("pembeli-besar@example.com"))
    terms = {"answers_until": timezone.now() + timedelta(days=days), "regency": company.regency, **terms}
    made = services.draft(
        company=company, person=admin_of(company), key=uuid4(), terms=terms, goods=goods, actor=BUYER
    )
    if open_it:
        services.open_(demand=made, actor=BUYER)
        inviting.invite(demand=made)
        made.refresh_from_db()
    return made


def make_quote(
    demand: Demand,
    product: Product,
    quantity: int = 500,
    unit_price: int = 20_000,
    kind: str = Negotiation.DIRECT,
    days: int = 7,
    send: bool = True,
    sample: tuple[int, int] | None = None,
    **kw: Any,
) -> Quote:
    """This listing's pesantren answers the first line of the demand."""
    line = quotes.Offered(
        demand_line=demand.lines.all()[0],
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        **{"ready_from": today() + timedelta(days=14), **kw},
    )
    fee, courier = sample or (None, None)
    until = timezone.now() + timedelta(days=days)
    terms = quotes.Terms(valid_until=until, sample_fee=fee, sample_courier=courier)
    made = quotes.draft(
        demand=demand, partner=product.seller, kind=kind, lines=[line], terms=terms, actor=SELLER
    )
    if send:
        quotes.send(quote=made, person=None, actor=SELLER)
    return made


def make_exporter(code: str = "contoh-eksportir") -> Partner:
    """Who composes and alone signs abroad, with a listing for what it adds to the goods."""
    exporter = make_pesantren(code, is_exporter=True)
    kind = make_class([], False, False, 120)
    service = make_product(exporter, "Layanan ekspor", 1, stock=10_000)
    service.product_class, service.is_public = kind, False
    service.save()
    return exporter


def offer_terms(
    currency: str = "USD", rate: str = "16000", sample: tuple[int, int] | None = None
) -> quotes.Terms:
    """CPT Dubai by air, valid for a week."""
    return quotes.Terms(
        currency=currency,
        incoterm="CPT",
        place="Dubai (AEDXB)",
        mode="air",
        valid_until=timezone.now() + timedelta(days=7),
        rate=Decimal(rate) if currency != "IDR" else None,
        rate_source="Contoh (uji)",
        rate_at=timezone.now(),
        sample_fee=sample[0] if sample else None,
        sample_courier=sample[1] if sample else None,
    )


def make_offer(
    demand: Demand, unit_price: int = 290, currency: str = "USD", rate: str = "16000", **kw: Any
) -> Quote:
    """An exporter's offer for the whole first line, sent; price in cents a unit."""
    exporter = kw.pop("exporter", None) or make_exporter()
    row = demand.lines.all()[0]
    line = quotes.Offered(demand_line=row, product=None, quantity=row.quantity, unit_price=unit_price)
    terms = offer_terms(currency, rate, kw.pop("sample", None))
    made = quotes.draft(
        demand=demand,
        partner=exporter,
        kind=Negotiation.OFFER,
        lines=[line],
        terms=terms,
        actor=SELLER,
        costs={"packing": 1_000_000, "freight": 9_000_000, "margin": 2_000_000},
    )
    quotes.send(quote=made, person=None, actor=SELLER)
    return made


def make_contract(quote: Quote | None = None, signed: bool = True, **terms: Any) -> Contract:
    """Of this quote (an offer abroad of 1,000 kg at US$ 2.90), signed by both unless told otherwise."""
    if quote is None:
        demand = make_demand(
            [a_good(make_commodity())], country="AE", regency=None, currency="USD", mode="air"
        )
        quote = make_offer(demand)
    made = contracts.award(quote=quote, actor=BUYER)
    if terms:
        steps = [contracts.Pay(one.step, one.share, one.days_before) for one in made.steps.all()]
        contracts.set_terms(contract=made, terms=terms, steps=steps, actor=SELLER)
    if signed:
        paper = contracts.paper(contract=made)
        person = admin_of(made.company)
        for side in ("seller", "buyer"):
            contracts.sign(
                contract=made,
                side=side,
                name="Contoh Penanda Tangan",
                position="Direktur",
                person=person,
                seen=paper.sha256,
                actor=BUYER,
            )
    made.refresh_from_db()
    return made


def stamp(amendment: Amendment, person: Any) -> Signature:
    """The buyer signs an amendment by a stamped copy."""
    return contracts.sign_amendment(
        amendment=amendment,
        side=Signature.BUYER,
        name="Contoh",
        position="",
        person=person,
        seen=amendment.sha256,
        actor=BUYER,
        stamped=ContentFile(b"%PDF-1.4 contoh", name=f"{amendment.contract}-stamped.pdf"),
    )

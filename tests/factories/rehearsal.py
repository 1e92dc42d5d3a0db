"""The first export to Dubai once more, with fictional parties: from the demand to goods that wait at two pesantren.

600 kg manggis, 300 kg rambutan, 200 kg salak and 50 kg jengkol of one pesantren, 40 sarongs of another, one exporter,
one importer. Everything is made through the services that the pages use.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalogue.models import Commodity, Product, ProductClass
from marketplace.common.actor import Actor
from marketplace.exports.models import ExporterIdentity, PackingHouse
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import accept
from marketplace.fulfilment.services.placing import Buyer
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.pooling import services as pooling
from marketplace.pooling.models import Share
from marketplace.reference.working_days import today
from marketplace.sourcing.models import Contract, Demand, Negotiation
from marketplace.sourcing.services import call_offs, composing, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from marketplace.sourcing.services.demand import Good, Slot
from offtakers.models import Company
from tests.factories.catalogue import make_pesantren, make_unit
from tests.factories.companies import admin_of, make_overseas
from tests.factories.exports import DESK, a_port
from tests.factories.overseas import dues_of, settle
from tests.factories.receiving import a_house
from tests.factories.sourcing import BUYER, SELLER, goods_of, make_contract, make_demand, make_exporter

# commodity: (class, quantity, rupiah a unit, unit, °C, days it keeps)
GOODS = {
    "manggis": ("fresh_produce", 600, 20_000, "kg", "12..14", "14..28"),
    "rambutan": ("fresh_produce", 300, 15_000, "kg", "12", "7..21"),
    "salak": ("fresh_produce", 200, 12_000, "kg", "", "7..10"),
    "jengkol": ("fresh_produce", 50, 25_000, "kg", "10..13", "7..14"),
    "sarung": ("sarong", 40, 80_000, "pcs", "", ""),
}
COSTS = {"packing": 3_000_000, "papers": 1_500_000, "freight": 18_000_000, "margin": 2_500_000}
RATE = Decimal(16_000)


@dataclass(frozen=True)
class Rehearsal:
    exporter: Partner
    company: Company
    contract: Contract
    order: Order
    fruit: Fulfilment  # of the first pesantren
    fashion: Fulfilment  # of the second
    house: PackingHouse


def rehearsal() -> Rehearsal:
    """Demand, supply of two pesantren, offer, contract signed by both, call-off, shares confirmed, order paid."""
    a_port("AEDXB")
    exporter = make_exporter()
    known_to_customs(exporter)
    sellers = [
        [_listing(make_pesantren(code), name) for name in names]
        for code, names in {"contoh-kebun": list(GOODS)[:4], "contoh-tenun": ["sarung"]}.items()
    ]
    demand = _demand()
    for products in sellers:
        _supply(demand, products)
    contract = _contract(demand, exporter)
    order = _order(contract)
    for due in dues_of(order):
        settle(due)
    parts = {part.partner.code: part for part in order.fulfilments.select_related("partner")}
    for part in parts.values():
        accept(fulfilment=part, actor=DESK)
    mine = [Fulfilment.objects.get(pk=parts[code].pk) for code in ("contoh-kebun", "contoh-tenun")]
    return Rehearsal(exporter, contract.company, contract, order, *mine, a_house(exporter))


def known_to_customs(exporter: Partner) -> ExporterIdentity:
    return ExporterIdentity.objects.create(
        exporter=exporter,
        name="Koperasi Contoh Eksportir",
        address="Jl. Contoh No. 1, Kabupaten Bandung, Jawa Barat, Indonesia",
        npwp="0013000012345678",
        nib="1234567890123",
        customs_office="KPPBC Contoh Soekarno-Hatta",
    )


def commodity(code: str) -> Commodity:
    _class, _units, _price, _unit, celsius, keeps = GOODS[code]
    facts = {
        "name": code.title(),
        "harvest_months": list(range(1, 13)),
        "storage_celsius": celsius,
        "shelf_life_days": keeps,
    }
    return Commodity.objects.update_or_create(code=code, defaults=facts)[0]


def _demand() -> Demand:
    first = today() + timedelta(days=3)
    last = first + timedelta(days=30)
    goods = [
        Good(
            name=code.title(),
            unit=make_unit(unit, unit),
            quantity=units,
            slots=[Slot(first, last, units)],
            commodity=commodity(code),
        )
        for code, (_class, units, _price, unit, _celsius, _keeps) in GOODS.items()
    ]
    return make_demand(goods, make_overseas(), country="AE", regency=None, currency="USD", mode="air")


def _listing(partner: Partner, code: str) -> Product:
    kind, units, price, unit, _celsius, _keeps = GOODS[code]
    product = goods_of(partner, commodity(code), stock=2 * units, price=price)
    fresh = kind == "fresh_produce"
    rules: dict[str, Any] = {
        "name": kind.replace("_", " ").title(),
        "requires_shipping": True,
        "track_stock": True,
        "perishable": fresh,
        "delivery_kinds": ["vehicle", "pickup"],
        "claim_hours": 48 if fresh else 120,
    }
    product.product_class = ProductClass.objects.get_or_create(slug=kind, defaults=rules)[0]
    product.unit = make_unit(unit, unit)
    product.save()
    return product


def _supply(demand: Demand, products: list[Product]) -> None:
    """What one pesantren can bring, at its price, for the lines of the demand that are its own."""
    offered, partner = [], products[0].seller
    for product in products:
        assert product.commodity is not None
        _class, quantity, price, *_rest = GOODS[product.commodity.code]
        line = demand.lines.get(commodity=product.commodity)
        facts = {"quantity": quantity, "unit_price": price, "ready_from": today() + timedelta(days=3)}
        offered.append(quotes.Offered(demand_line=line, product=product, **facts))
    terms = quotes.Terms(valid_until=timezone.now() + timedelta(days=7))
    made = quotes.draft(
        demand=demand, partner=partner, kind=Negotiation.SUPPLY, lines=offered, terms=terms, actor=SELLER
    )
    quotes.send(quote=made, person=None, actor=SELLER)


def _contract(demand: Demand, exporter: Partner) -> Contract:
    terms = quotes.Terms(
        currency="USD",
        incoterm="CPT",
        place="Dubai (AEDXB)",
        mode="air",
        valid_until=timezone.now() + timedelta(days=7),
        rate=RATE,
        rate_source="Contoh (uji)",
        rate_at=timezone.now(),
    )
    call = {"demand": demand, "composer": exporter, "rules": Rules(), "actor": SELLER}
    offer = composing.offer(planned=composing.plan(**call), costs=COSTS, terms=terms, **call)
    quotes.send(quote=offer, person=None, actor=SELLER)
    made = make_contract(offer)
    composing.agree(contract=made, actor=SELLER)
    return made


def _order(contract: Contract) -> Order:
    called = call_offs.ask(
        contract=contract,
        key=uuid4(),
        quantities={line.pk: line.quantity for line in contract.lines.all()},
        first=contract.first,
        last=contract.first + timedelta(days=20),
        note="",
        actor=BUYER,
    )
    sharing.share_out(call_off=called, rules=Rules(), actor=SELLER)
    for share in Share.objects.filter(state="proposed").order_by("pk"):
        pooling.confirm_share(share=share, actor=SELLER)
    called.refresh_from_db()
    person = admin_of(contract.company)
    buyer = Buyer(contract.company.name, person.email, "+971500000000", "en", person)
    shares = sharing.confirmed_shares(called)
    return call_offs.order(call_off=called, shares=shares, buyer=buyer, actor=Actor.of(person))

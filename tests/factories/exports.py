"""Goods of two fictional pesantren under one order from Dubai, and consignments of them, made through services."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.db.models import F
from django.utils import timezone

from catalogue.loading import trade
from catalogue.loading.rows import Tally
from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment, ConsignmentLine, Paper
from marketplace.exports.numbers import consignment_number
from marketplace.exports.services import papers
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import accept
from marketplace.fulfilment.services.contracted import Bought, ContractTerms, place_contracted
from marketplace.fulfilment.services.placing import Buyer
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Port
from marketplace.reference.working_days import today
from offtakers.models import Company
from tests.factories.catalogue import make_pesantren, make_user
from tests.factories.companies import admin_of, make_overseas
from tests.factories.overseas import days, dues_of, settle
from tests.factories.sourcing import goods_of, make_commodity, make_exporter

DESK = Actor(id=None, name="Contoh Meja Ekspor")


@dataclass(frozen=True)
class Desk:
    """An order in dollars, paid: 600 kg manggis and 50 kg jengkol of one pesantren, 300 kg rambutan of another."""

    exporter: Partner
    company: Company
    order: Order
    parts: list[Fulfilment]


def desk(release_on: str = "acceptance", paid: bool = True, accepted: bool = True) -> Desk:
    """US$ 2.00 a kilogram of manggis, 1.50 of jengkol, 1.80 of rambutan: US$ 1,815.00, in one due."""
    exporter, company = make_exporter(), make_overseas()
    first, second = make_pesantren("contoh-manggis"), make_pesantren("contoh-rambutan")
    wanted = [("manggis", first, 600, 200), ("jengkol", first, 50, 150), ("rambutan", second, 300, 180)]
    lines = []
    for code, partner, quantity, cents in wanted:
        product = goods_of(partner, make_commodity(code), stock=1000)
        lines.append(Bought(product.stockrecords.get(), quantity, Money(cents, "USD")))
    person = admin_of(company)
    buyer = Buyer(name=company.name, email=person.email, phone="+971500000000", language="en", user=person)
    terms = ContractTerms(
        currency="USD",
        channel="export",
        claim_hours=48,
        release_on=release_on,
        ready_on=today() + timedelta(days=7),
        arrives_to=today() + timedelta(days=20),
        delivery_name="CPT Dubai (AEDXB)",
        kind="cargo",
    )
    order = place_contracted(
        buyer=buyer,
        lines=lines,
        terms=terms,
        steps=[payments.Step(due_states.FULL, 10_000, days(7))],
        place_key=uuid4(),
        actor=DESK,
    )
    if paid:
        for due in dues_of(order):
            settle(due)
    parts = list(order.fulfilments.order_by("pk"))
    for part in parts if paid and accepted else []:
        part.refresh_from_db()
        accept(fulfilment=part, actor=DESK)
    return Desk(exporter, company, order, parts)


def a_piece(company: Company, part: Fulfilment, exporter: str, **changes: Any) -> Consignment:
    """A consignment by air of all of a part's one line, in one package; leaves in five days."""
    leaves = timezone.now() + timedelta(days=5)
    facts: dict[str, Any] = {
        "number": consignment_number(),
        "exporter": make_pesantren(exporter),
        "company": company,
        "consignee_name": "Contoh Trading LLC",
        "country": "AE",
        "mode": "air",
        "incoterm": "CPT",
        "place": "Dubai (AEDXB)",
        "origin": a_port("IDCGK"),
        "destination": a_port("AEDXB"),
        "currency": "USD",
        "departs_at": leaves,
        "arrives_at": leaves + timedelta(hours=30),
    }
    made = Consignment.objects.create(**{**facts, **changes})
    line = part.lines.get()
    ConsignmentLine.objects.create(
        consignment=made,
        position=1,
        part=line,
        description="Sarong",
        quantity=line.quantity,
        unit_value=100,
        packages=1,
        first_mark=1,
        net_g=1000,
        gross_g=1100,
    )
    return made


def a_port(code: str) -> Port:
    """One of our ports; where the test has none yet, all of them are loaded."""
    if not Port.objects.exists():
        trade.load(Tally())
    return Port.objects.get(code=code)


def a_consignment(of: Desk, with_goods: bool = True, **changes: Any) -> Consignment:
    """By air from Jakarta to Dubai, leaving in ten days; all of the order's goods unless told otherwise."""
    leaves = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=10)
    facts: dict[str, Any] = {
        "number": consignment_number(),
        "exporter": of.exporter,
        "company": of.company,
        "consignee_name": "Contoh Trading LLC",
        "consignee_address": "Contoh Street 1, Dubai",
        "country": "AE",
        "mode": "air",
        "incoterm": "CPT",
        "place": "Dubai (AEDXB)",
        "origin": a_port("IDCGK"),
        "destination": a_port("AEDXB"),
        "setpoint": 13,
        "departs_at": leaves,
        "arrives_at": leaves + timedelta(hours=30),
        "window_last": today() + timedelta(days=20),
        "currency": "USD",
        "freight": 90_000,
    }
    made = Consignment.objects.create(**{**facts, **changes})
    if with_goods:
        add_goods(made, of.parts)
    return made


def add_goods(made: Consignment, parts: list[Fulfilment]) -> list[ConsignmentLine]:
    """All goods of these parts, in baskets of 10 kg with 0.5 kg of tare, numbered through."""
    found, mark = [], 1
    for part in parts:
        for line in part.lines.select_related("line__product__commodity").order_by("pk"):
            packages = -(-line.quantity // 10)
            commodity = line.line.product.commodity
            found.append(
                ConsignmentLine.objects.create(
                    consignment=made,
                    position=len(found) + 1,
                    part=line,
                    description=f"Fresh {commodity.name.lower()}",
                    quantity=line.quantity,
                    unit_value=line.unit_price.minor,
                    packing="basket",
                    packages=packages,
                    first_mark=mark,
                    net_g=line.quantity * 1000,
                    gross_g=line.quantity * 1000 + packages * 500,
                    length_mm=400,
                    width_mm=300,
                    height_mm=200,
                    hs_origin=commodity.hs8,
                )
            )
            mark += packages
    return found


def many(of: Desk, consignments: int, each: int) -> None:
    """XB-1, XB-2 … like a_consignment() with its goods and papers, made in the database itself: 80,000 rows one by one
    would take minutes."""
    pattern = a_consignment(of)
    papers.require(consignment=pattern, actor=DESK)
    columns = [
        field.column
        for field in Consignment._meta.concrete_fields
        if field.column not in ("id", "number", "token")
    ]
    due = "now() + (n || ' minutes')::interval"
    chosen = [
        due if name == "next_due_at" else "'departure'" if name == "next_due" else name for name in columns
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into exports_consignment (number, token, {', '.join(columns)}) "
            f"select 'XB-' || n, 'bulk-' || n, {', '.join(chosen)} "
            f"from exports_consignment, generate_series(1, {consignments}) n where exports_consignment.id = %s",
            [pattern.pk],
        )
        cursor.execute(
            "insert into exports_event (consignment_id, family, code, classifier, at, offset_minutes, location, "
            "recorded_at, source, source_id, is_partial, reason, actor_name) "
            "select c.id, 'FSU', 'BKD', 'ACT', now(), 0, '', now(), 'hand', 'e' || n, false, '', 'x' "
            f"from exports_consignment c, generate_series(1, {each}) n where c.number like 'XB-%%'"
        )
        for model in (ConsignmentLine, Paper):
            table = model._meta.db_table
            names = [field.column for field in model._meta.concrete_fields][1:]
            copied = ", ".join(name for name in names if name != "consignment_id")
            cursor.execute(
                f"insert into {table} (consignment_id, {copied}) "
                f"select c.id, {', '.join('one.' + name for name in copied.split(', '))} "
                f"from exports_consignment c, {table} one "
                "where c.number like 'XB-%%' and one.consignment_id = %s",
                [pattern.pk],
            )
        cursor.execute(
            "insert into exports_alert (consignment_id, kind, about, details, raised_at) "
            "select id, 'silence', '', '{}', now() from exports_consignment"
        )
        cursor.execute("analyze exports_consignment, exports_event, exports_consignmentline, exports_paper")


def all_marks(made: Consignment) -> int:
    """How many packages there are, by their numbers."""
    last = made.lines.order_by("-first_mark").annotate(end=F("first_mark") + F("packages") - 1).first()
    return last.end if last else 0


def a_coordinator(email: str = "koordinator@example.com") -> Any:
    return make_user(email, staff_role="export")

"""One event as large as that of 2022 from its wishes to the money: 200 pesantren meet 77 buyers, three hundred meetings
end in a promise, both sides confirm, some promises become paid orders and one an exporter's contract. All of it through
the services that the pages use: what is realised is what the ledger says, recomputed here movement by movement."""

from collections.abc import Iterable
from decimal import Decimal
from time import perf_counter
from typing import Any
from uuid import uuid4

import pytest

from marketplace.common.actor import SYSTEM
from marketplace.exports.models import Consignment
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.programme import states
from marketplace.programme.commitments import realised
from marketplace.programme.models import Appointment, Commitment, CommitmentLink, Event
from marketplace.programme.services import commitments, floor, links, schedules
from marketplace.programme.services.commitments import Promise
from marketplace.programme.services.floor import Contact
from marketplace.programme.sums import table, total
from tests.factories.catalogue import make_product, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.orders import placed_order
from tests.factories.paid import OFFICE
from tests.factories.programme import make_commitment, make_exhibitor, make_guest
from tests.factories.rehearsal import rehearsal
from tests.fulfilment.steps import bring, pay, sign
from tests.programme.events import the_real_event

pytestmark = pytest.mark.django_db
MANY, BOUGHT = 300, 12


def from_movements(orders: Iterable[Order]) -> int:
    """Rupiah released for goods of these orders, less credit notes: nothing here comes from programme.realised."""
    found = Decimal(0)
    for order in orders:
        waits = order.dues.filter(terms_days__gt=0).exclude(state="settled").exists()
        for journal in Journal.objects.filter(memo__order=order.number).prefetch_related("movements__debit"):
            for row in journal.movements.all():
                released = journal.kind == "release" and row.debit.kind == Kind.HELD
                sign_ = 1 if released else -1 if journal.kind == "credit_note" else 0
                rate = (
                    Decimal(160) if row.debit.currency == "USD" else 1
                )  # 16,000 rupiah a dollar, for a cent
                found += 0 if waits else sign_ * row.amount * rate
    return int(found)


def buy(made: Commitment, nth: int) -> Order:
    """In turn: taken whole; taken in part; with a credit note; on tempo and paid; on tempo and open; not signed yet."""
    company = made.guest.company
    on_tempo = nth % 6 in (3, 4)
    product = make_product(made.exhibitor.partner, f"Barang {nth}", price=10_000 + nth)
    placed = placed_order([(product, 7)], admin_of(company), company=company if on_tempo else None)
    if not on_tempo:
        pay(placed.due)
    part = bring(placed.order.fulfilments.get(), "delivered")
    if nth % 6 != 5:
        sign(part, {0: 4} if nth % 6 == 1 else None)
    if nth % 6 == 2:
        lines = {part.lines.get().pk: 3}
        fulfilment.issue_credit_note(
            fulfilment=Fulfilment.objects.get(pk=part.pk), lines=lines, why="rusak", actor=OFFICE
        )
    if nth % 6 == 3:
        placed.due.refresh_from_db()
        pay(placed.due)
    return placed.order


def exported(event: Any) -> tuple[Commitment, Order]:
    """The contract of an exporter, whose goods two pesantren brought; the promise was made by one of them."""
    of = rehearsal()
    made = make_commitment(make_exhibitor(event, of.fruit.partner), make_guest(event, company=of.company))
    links.link(commitment=made, contract=of.contract, actor=SYSTEM)
    for part in (of.fruit, of.fashion):
        sign(bring(part, "delivered"))
    service = of.order.fulfilments.get(partner=of.exporter)
    fulfilment.deliver(fulfilment=service, actor=SYSTEM)
    sign(service)
    return made, of.order


def scheduled(event: Event) -> list[Appointment]:
    """Every meeting of the event, the earliest first."""
    row = schedules.ask(event=event, actor=OFFICE)
    began = perf_counter()
    schedules.make(row=row)
    assert perf_counter() - began < 10
    met = list(event.appointments.order_by("slot__starts_at", "pk").select_related("exhibitor", "guest"))
    assert len(met) >= 1500
    return met


def promise(met: Appointment, nth: int) -> Commitment:
    """Recorded at the stand, then confirmed by both by their links; each of the first buyers is a company."""
    if nth < BOUGHT and met.guest.company is None:
        person = make_user(f"beli{nth}@example.com")
        met.guest.company = make_company(person, name=f"Contoh Beli {nth}", email=f"c{nth}@example.com")
        met.guest.save()
    said = Promise(kind=Commitment.COMMITMENT, what=f"Barang {nth}", value=Money(1_000 + nth, "IDR"))
    told = floor.record(
        event=met.event,
        exhibitor=met.exhibitor,
        guest=met.guest.name,
        contact=Contact(),
        promise=said,
        key=uuid4(),
        actor=OFFICE,
    )
    for side in (states.SELLER, states.BUYER):
        told = commitments.confirm(commitment=told, side=side, seen=commitments.version(told), actor=SYSTEM)
    return told


def test_realised_is_what_the_ledger_says_of_three_hundred_promises():
    event = the_real_event()
    meetings = scheduled(event)[:MANY]
    event.state = states.RUNNING
    event.save()
    for met in meetings:
        met.event = event
    made = [promise(met, nth) for nth, met in enumerate(meetings)]
    assert {one.state for one in made} == {states.CONFIRMED}
    orders = []
    for nth, one in enumerate(made[:BOUGHT]):
        orders.append(buy(one, nth))
        links.link(commitment=one, order=orders[-1], actor=SYSTEM)
    one, order = exported(event)
    orders.append(order)
    found = total(event.province)
    assert found.realised == from_movements(orders)
    home = sum(units * (10_000 + nth) for nth, units in enumerate([7, 4, 4, 7, 0, 0] * 2))
    assert found.realised == home + 302_740 * 160
    assert found.committed == sum(1_000 + n for n in range(MANY)) + one.rupiah
    sides = [{getattr(said, side) for said in made} for side in ("exhibitor_id", "guest_id")]
    assert (found.commitments, found.pesantren, found.buyers) == (
        MANY + 1,
        len(sides[0]) + 1,
        len(sides[1]) + 1,
    )
    assert sum(row.sums.realised for row in table(event.province, by="market")) == found.realised
    partners = {one.pk: one.exhibitor.partner_id}
    rows = realised.entries(CommitmentLink.objects.filter(commitment=one), partners)
    assert {row.basis for row in rows} == {realised.CONTRACT}
    assert len(rows) == 3
    assert one.state == states.CONFIRMED
    assert not Consignment.objects.exists()
    assert audit() == []

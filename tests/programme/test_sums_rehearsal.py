"""Three hundred promises of an event, of which some became paid orders and one an exporter's contract, all through the
services that the pages use: what is realised is what the ledger says, recomputed here movement by movement."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from marketplace.common.actor import SYSTEM
from marketplace.exports.models import Consignment
from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Journal, Kind
from marketplace.orders.models import Order
from marketplace.programme import realised, states
from marketplace.programme.models import Commitment, CommitmentLink
from marketplace.programme.services import links
from marketplace.programme.sums import table, total
from tests.factories.catalogue import make_pesantren, make_product, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.orders import placed_order
from tests.factories.paid import OFFICE
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest
from tests.factories.rehearsal import rehearsal
from tests.fulfilment.steps import bring, pay, sign

pytestmark = pytest.mark.django_db
MANY, SELLERS, BUYERS, BOUGHT = 300, 12, 4, 12


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


def test_realised_is_what_the_ledger_says_of_three_hundred_promises():
    event = make_event()
    sellers = [make_exhibitor(event, make_pesantren(f"contoh-jual-{n}")) for n in range(SELLERS)]
    buyers = []
    for n in range(BUYERS):
        person = make_user(f"beli{n}@example.com")
        company = make_company(person, name=f"Contoh Beli {n}", email=f"c{n}@example.com")
        buyers.append(make_guest(event, company=company))
    made = [make_commitment(sellers[n % SELLERS], buyers[n % BUYERS], 1_000 + n) for n in range(MANY)]
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
    assert (found.commitments, found.pesantren, found.buyers) == (MANY + 1, SELLERS + 1, BUYERS + 1)
    assert sum(row.sums.realised for row in table(event.province, by="market")) == found.realised
    partners = {one.pk: one.exhibitor.partner_id}
    rows = realised.entries(CommitmentLink.objects.filter(commitment=one), partners)
    assert {row.basis for row in rows} == {realised.CONTRACT}
    assert len(rows) == 3
    assert one.state == states.CONFIRMED
    assert not Consignment.objects.exists()
    assert audit() == []

"""The three sums: exact, never of unconfirmed promises, and realised is what the ledger says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Kind, Movement
from marketplace.ledger.money import Money
from marketplace.programme import numbers, states
from marketplace.programme.commitments import realised
from marketplace.programme.models import Commitment, CommitmentLink, Settlement
from marketplace.programme.sums import Sums, came_between, months_after, realised_after, table, total
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_pesantren, make_product, make_regency, make_user
from tests.factories.companies import make_company
from tests.factories.orders import placed_order
from tests.factories.overseas import a_lock, a_rate, dues_of, export_order, settle
from tests.factories.paid import OFFICE
from tests.factories.programme import (
    HOME,
    OTHER,
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_participation,
    make_province,
    make_year,
)
from tests.fulfilment.steps import assert_sound, bring, paid, parts, pay, sign

pytestmark = pytest.mark.django_db


def link(made: Commitment, **what: Any) -> CommitmentLink:
    return CommitmentLink.objects.create(commitment=made, **what)


def accepted(
    made: Commitment, quantity: int = 10, price: int = 50_000, taken: int | None = None
) -> Fulfilment:
    """A paid order of the commitment's pesantren, delivered and signed for."""
    placed = placed_order([(make_product(made.exhibitor.partner, price=price), quantity)])
    (part,) = paid(placed)
    part = bring(part, "delivered")
    sign(part, None if taken is None else {0: taken})
    link(made, order=placed.order)
    return part


def settlement(made: Commitment, rupiah: int, **kw: Any) -> Settlement:
    said = {"seller_said_at": timezone.now(), "buyer_said_at": timezone.now()}
    facts = {
        "token": numbers.token(),
        "settled_on": today(),
        "file": "x",
        "file_name": "x",
        "said_by": "buyer",
    }
    return Settlement.objects.create(commitment=made, rupiah=rupiah, **(facts | said | kw))


def from_the_books(order: Any) -> int:
    """Recomputed from movements alone: out of what was held for goods on release, less credit notes."""
    moves = Movement.objects.filter(journal__memo__order=order.number)
    out = moves.filter(journal__kind="release", debit__kind=Kind.HELD)
    back = moves.filter(journal__kind="credit_note")
    return sum(row.amount for row in out) - sum(row.amount for row in back)


def test_the_three_sums_are_exact_and_beside_each_other():
    event = make_event()
    seller, buyer = make_exhibitor(event), make_guest(event)
    make_exhibitor(event)  # came, promised nothing: a participant all the same
    make_exhibitor(event, accepted_at=None)  # never said a word: counts as there (decision 0049)
    make_exhibitor(event, accepted_at=None, declined_at=timezone.now())
    sold = make_commitment(seller, buyer, 700_000)
    accepted(sold)
    told = make_commitment(seller, make_guest(event), 300_001)
    settlement(told, 250_000)
    settlement(told, 9_000, refused_why="tidak benar")
    settlement(told, 8_000, seller_said_at=None)
    make_commitment(seller, buyer, 5_000_000, states.RECORDED)
    make_commitment(seller, buyer, 6_000_000, states.DISPUTED)
    make_commitment(seller, buyer, 7_000_000, states.CLOSED)  # died before it was confirmed
    both = {"seller_said_at": timezone.now(), "buyer_said_at": timezone.now()}
    make_commitment(seller, buyer, 40_000, states.CLOSED, **both)  # died after: it was promised
    found = total(make_province(HOME))
    assert found == Sums(
        committed=1_040_001,
        reported=250_000,
        realised=500_000,
        commitments=3,
        pesantren=3,
        buyers=2,
        first=today(),
        last=today(),
    )
    assert (found.committed_each, found.reported_each, found.realised_each) == (346_667, 83_333, 166_667)
    assert Sums(committed=1_040_001, pesantren=2).committed_each == 520_001
    assert total(make_province(OTHER)) == Sums()
    assert Sums(committed=5).committed_each is None
    assert_sound()


def test_what_was_refused_or_given_back_is_not_realised():
    made = make_commitment()
    part = accepted(made, taken=7)  # 7 of 10 at Rp 50.000
    order = part.order
    assert total(made.event.province).realised == 350_000 == from_the_books(order)
    line = part.lines.get()
    shares = {line.pk: 2}
    fulfilment.issue_credit_note(fulfilment=part, lines=shares, why="rusak", actor=OFFICE)
    assert total(made.event.province).realised == 250_000 == from_the_books(order)
    assert_sound()


def test_nothing_is_realised_before_the_buyer_accepts_and_pays():
    person = make_user("tempo@example.com")
    company = make_company(person)
    made = make_commitment()
    product = make_product(made.exhibitor.partner, price=50_000)
    placed = placed_order([(product, 10)], person, company=company)
    link(made, order=placed.order)
    (part,) = parts(placed.order)
    sign(bring(part, "delivered"))
    assert total(made.event.province).realised == 0  # accepted, the bill is open
    pay(placed.due)
    assert total(made.event.province).realised == 500_000
    other = make_commitment(made.exhibitor)
    waiting = placed_order([(product, 4)])
    link(other, order=waiting.order)
    (part,) = paid(waiting)
    bring(part, "delivered")
    assert total(made.event.province).realised == 500_000  # paid, not accepted
    assert_sound()


def test_of_a_basket_with_two_sellers_only_the_promise_of_one_counts():
    mine, theirs = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    made = make_commitment(make_exhibitor(partner=mine))
    placed = placed_order([(make_product(mine, "A", 100_000), 3), (make_product(theirs, "B", 70_000), 2)])
    for part in paid(placed):
        sign(bring(part, "delivered"))
    link(made, order=placed.order)
    assert total(made.event.province).realised == 300_000


@pytest.mark.parametrize(
    ("lock", "rupiah", "basis"),
    [(True, 25_000 * 16_250, realised.LOCKED), (False, 25_000 * 16_000, realised.DATED)],
)
def test_foreign_money_is_turned_by_the_locked_rate_else_by_a_dated_one(lock, rupiah, basis):
    order = export_order(sellers=1)  # US$ 25,000.00 of goods, 15.00 delivery
    if lock:
        a_lock(order)
    else:
        a_rate("15000", age=9)
        a_rate("16000", age=1)
    (due,) = dues_of(order)
    settle(due)
    (part,) = parts(order)
    sign(bring(part, "delivered"))
    made = make_commitment(make_exhibitor(partner=part.partner))
    link(made, order=order)
    (entry,) = realised.entries(CommitmentLink.objects.all(), {made.pk: part.partner_id})
    assert (entry.amount, entry.rupiah, entry.basis) == (Money(2_500_000, "USD"), rupiah, basis)
    assert total(made.event.province).realised == rupiah
    assert audit() == []


def test_foreign_money_without_any_rate_is_told_by_the_audit():
    order = export_order(sellers=1)
    settle(dues_of(order)[0])
    (part,) = parts(order)
    sign(bring(part, "delivered"))
    made = make_commitment(make_exhibitor(partner=part.partner))
    link(made, order=order)
    assert total(made.event.province).realised == 0
    assert audit() == [f"part {part.number}: paid in USD, and no rate says how many rupiah that is"]


def test_the_audit_sees_books_that_say_something_else():
    made = make_commitment()
    part = accepted(made)
    assert audit() == []
    part.lines.update(accepted=9)
    assert f"part {part.number}: Rp" in "".join(audit()).replace("\N{NO-BREAK SPACE}", " ")


def test_tables_part_the_same_sums():
    year = make_year()
    garut, bandung = make_regency("32.05"), make_regency("32.73")
    food, fish = make_pesantren("contoh-roti", regency=garut), make_pesantren("contoh-ikan", regency=bandung)
    make_participation(year, partner=food, sector="makanan")
    first = make_event(year, name="Contoh Lama", starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 2))
    second = make_event(
        make_year(2025),
        name="Contoh Dubai",
        country="AE",
        starts_on=date(2026, 6, 1),
        ends_on=date(2026, 6, 1),
    )
    bread = make_exhibitor(first, food)
    make_commitment(bread, make_guest(first), 100)
    make_commitment(bread, make_guest(first, country="AE", name="Contoh LLC"), 20)
    make_commitment(make_exhibitor(second, fish), make_guest(second, country="AE", name=" contoh llc "), 3)
    make_exhibitor(first, fish)
    home = first.province

    def seen(by: Any, **kw: Any) -> list[tuple[str, str, int, int, int]]:
        rows = table(home, by=by, **kw)
        return [(row.key, row.label, row.sums.committed, row.sums.pesantren, row.sums.buyers) for row in rows]

    assert seen("event") == [
        (second.number, "Contoh Dubai", 3, 1, 1),
        (first.number, "Contoh Lama", 120, 2, 2),
    ]
    assert seen("year") == [("2026", "2026", 120, 2, 2), ("2025", "2025", 3, 1, 1)]
    assert seen("sector") == [("makanan", "makanan", 120, 1, 2), ("", "Sektor tidak diketahui", 3, 1, 1)]
    assert seen("regency") == [("32.05", "Kabupaten Garut", 120, 1, 2), ("32.73", "Kota Bandung", 3, 1, 1)]
    assert seen("market") == [("ID", "Indonesia", 100, 2, 1), ("AE", "Uni Emirat Arab", 23, 2, 1)]
    assert seen("event", event=second) == [(second.number, "Contoh Dubai", 3, 1, 1)]
    assert seen("event", year=2026) == seen("event", year=year) == [(first.number, "Contoh Lama", 120, 2, 2)]
    assert total(home).buyers == 2
    assert table(make_province(OTHER), by="event") == []


def test_the_window_is_the_day_it_was_recorded_where_the_event_is():
    event = make_event(time_zone="Asia/Dubai")
    seller = make_exhibitor(event)
    make_exhibitor(event)
    late = datetime(2026, 3, 31, 20, 30, tzinfo=UTC)  # 1 April in Dubai
    make_commitment(seller, rupiah=50, recorded_at=late)
    make_commitment(seller, rupiah=7, recorded_at=late - timedelta(hours=1))
    found = total(event.province, first=date(2026, 4, 1), last=date(2026, 6, 30))
    assert (found.committed, found.first, found.last) == (50, date(2026, 4, 1), date(2026, 6, 30))
    assert found.pesantren == 2
    assert total(event.province, first=date(2026, 7, 1)).pesantren == 0
    whole = total(event.province)
    assert (whole.committed, whole.first, whole.last) == (57, date(2026, 3, 31), date(2026, 4, 1))


def test_what_was_realised_after_so_many_months():
    now = timezone.now()
    event = make_event(starts_on=today() - timedelta(days=200), ends_on=today() - timedelta(days=200))
    made, late = (make_commitment(make_exhibitor(event)) for _ in range(2))
    with time_machine.travel(now - timedelta(days=150)):
        part = accepted(made)
    with time_machine.travel(now - timedelta(days=60)):
        accepted(late, quantity=3)
        fulfilment.issue_credit_note(
            fulfilment=part, lines={part.lines.get().pk: 1}, why="rusak", actor=OFFICE
        )
    assert realised_after(event, months=3) == 500_000
    assert realised_after(event, months=6) == 450_000 + 150_000
    assert realised_after(event, months=12) is None
    assert realised_after(make_event(starts_on=None, ends_on=None), months=3) is None
    day = today() - timedelta(days=60)
    assert came_between(event.province, day, day).rupiah == 150_000


def test_months_end_where_they_end():
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2026, 1, 31), 12) == date(2027, 1, 31)


@pytest.mark.parametrize("by", ["", "event", "year", "sector", "regency", "market"])
def test_queries_do_not_grow_with_rows(by: Any):
    """As many for one accepted order as for three, of other events, pesantren and places."""
    event = make_event()

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            table(event.province, by=by) if by else total(event.province)
        return len(caught)

    accepted(make_commitment(make_exhibitor(event)))
    few = count()
    accepted(make_commitment(make_exhibitor(event)))
    seller = make_pesantren("contoh-garut", regency=make_regency("32.05"))
    other = make_event(make_year(2025))
    accepted(make_commitment(make_exhibitor(other, seller), make_guest(other, country="AE")))
    assert count() == few

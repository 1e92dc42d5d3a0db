"""Units that an exporter sold do not come or are not kept: the buyer gets the contract's price, the exporter bears the
difference. 100 kg at US$ 2.59, bought at 1.25: the exporter adds 134.00.
"""

import pytest

from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.services import claims
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.payments.exceptions import Changed
from marketplace.payments.models import CreditNote
from tests.factories.overseas import OFFICE, deposit_and_balance, dues_of
from tests.factories.sold import POOL, SOLD, owed, own_of, part_of, sold_order
from tests.fulfilment.exporter_steps import (
    EXPORTER,
    MAHAL,
    MURAH,
    SATU,
    credit,
    done,
    kept,
    office,
    refunds,
    rows,
    short,
    sound,
)
from tests.fulfilment.steps import bring, status, total

db = pytest.mark.django_db


@db
def test_what_does_not_come_goes_back_at_the_price_of_the_contract() -> None:
    order = sold_order()
    short(part_of(order, SATU), 90)
    assert refunds() == [10 * SOLD]
    assert rows() == [(1_340, 1_340, 1_340, 0, 0, 0)]
    assert (kept(order, SATU), kept(order, EXPORTER)) == (90 * 125, 90 * 134)
    assert own_of(order).goods == Money(90 * 134, "USD")
    sound()
    done(part_of(order, SATU))
    done(own_of(order))
    assert (owed(order, SATU), owed(order, EXPORTER)) == (90 * 125, 90 * 134)
    assert refunds() == [10 * SOLD]
    assert status(order) == "completed"
    sound()


@db
def test_a_part_that_is_declined_goes_back_whole_and_the_exporter_keeps_nothing_of_it() -> None:
    order = sold_order()
    services.decline(fulfilment=part_of(order, SATU), actor=OFFICE, why="Banjir")
    assert refunds() == [100 * SOLD]
    assert (kept(order, SATU), kept(order, EXPORTER), own_of(order).goods.minor) == (0, 0, 0)
    sound()
    assert own_of(order).state == states.OFFERED
    for _twice in range(2):
        tasks.end_exporters()
    assert (own_of(order).state, status(order)) == (states.DECLINED, "cancelled")
    assert refunds() == [100 * SOLD]
    sound()


@db
def test_short_then_declined() -> None:
    order = sold_order()
    short(part_of(order, SATU), 60)
    short(part_of(order, SATU), 0)
    assert refunds() == [40 * SOLD, 60 * SOLD]
    assert kept(order, EXPORTER) == 0
    sound()


@db
@pytest.mark.parametrize("service_first", [False, True])
def test_what_is_refused_at_signing(service_first: bool) -> None:
    """Before or after the exporter's own part was released: then it gives back by credit note."""
    order = sold_order()
    if service_first:
        done(own_of(order))
        assert owed(order, EXPORTER) == 13_400
    done(part_of(order, SATU), 75)
    assert refunds() == [25 * SOLD]
    if not service_first:
        done(own_of(order))
    assert (owed(order, SATU), owed(order, EXPORTER)) == (75 * 125, 75 * 134)
    assert refunds() == [25 * SOLD]
    note = CreditNote.objects.first()
    assert (note is not None) == service_first
    if note:
        assert (note.for_part, note.total, note.back) == (
            part_of(order, SATU).number,
            *2 * [Money(25 * 134, "USD")],
        )
    sound()


@db
@pytest.mark.parametrize("service_first", [False, True])
def test_a_part_that_is_rejected_whole(service_first: bool) -> None:
    order = sold_order()
    if service_first:
        done(own_of(order))
    assert done(part_of(order, SATU), 0).state == states.REJECTED
    assert refunds() == [100 * SOLD]
    assert (owed(order, EXPORTER), kept(order, EXPORTER)) == (0, 0)
    sound()
    tasks.end_exporters()
    assert own_of(order).state == (states.RECEIVED if service_first else states.DECLINED)
    assert status(order) == "completed"
    sound()


@db
@pytest.mark.parametrize("service", ["held", "released", "paid out"])
def test_a_credit_note_is_one_paper_at_the_price_of_the_contract(service: str) -> None:
    order = sold_order()
    part = done(part_of(order, SATU))
    if service != "held":
        done(own_of(order))
    note = credit(part, 30)
    assert (note.total, note.difference, note.to_buyer) == (
        Money(3_750, "USD"),
        30 * 134,
        Money(7_770, "USD"),
    )
    assert (note.back, note.pesantren) == (Money(3_750, "USD"), Money(3_750, "USD"))
    assert refunds() == [7_770]
    assert owed(order, SATU) == 70 * 125
    mine = CreditNote.objects.filter(for_part=part.number)
    if service == "held":
        assert (kept(order, EXPORTER), mine.count()) == (70 * 134, 0)
        done(own_of(order))
    else:
        assert [one.total for one in mine] == [Money(30 * 134, "USD")]
    assert owed(order, EXPORTER) == 70 * 134
    assert refunds() == [7_770]
    sound()


@db
def test_the_same_press_of_the_office_twice_gives_one_note() -> None:
    order = sold_order()
    done(own_of(order))
    part = done(part_of(order, SATU))
    line = part.lines.get()
    found = claims.part_of(part, None, bears=claims.bears_of(part, {line.pk: 30}))
    seen = {"seen": Money(3_750, "USD"), "after": 0}
    assert found.beside == Money(30 * 134, "USD")
    with pytest.raises(Changed):  # the exporter's share is another one now
        credit(part, 30, **seen, seen_beside=Money(30 * 134 - 1, "USD"))
    credit(part, 30, **seen, seen_beside=found.beside)
    with pytest.raises(Changed):
        credit(part, 30, **seen)
    assert refunds() == [7_770]
    sound()


@db
def test_one_pesantren_costs_more_than_the_contract_and_its_rest_goes_to_the_exporter() -> None:
    """100 kg at 1.00 and 100 at 3.00, sold at 2.59: the exporter adds 159.00 and loses 41.00."""
    order = sold_order(POOL)
    assert own_of(order).goods == Money(11_800, "USD")
    short(part_of(order, MAHAL), 90)
    assert refunds() == [10 * SOLD]
    assert rows() == [(-410, -410, -410, 0, 0, 0)]
    assert (kept(order, MAHAL), kept(order, EXPORTER)) == (90 * 300, 11_800 + 410)
    sound()
    short(part_of(order, MURAH), 90)
    assert refunds() == [10 * SOLD] * 2
    assert kept(order, EXPORTER) == 11_800 + 410 - 1_590
    for code in (MURAH, MAHAL, EXPORTER):
        done(part_of(order, code))
    assert [owed(order, code) for code in (MURAH, MAHAL, EXPORTER)] == [9_000, 27_000, 90 * 118]
    sound()


@db
@pytest.mark.parametrize("released", [False, True])
def test_only_the_dear_goods_are_left_and_the_exporter_owes(released: bool) -> None:
    order = sold_order(POOL)
    if released:
        done(own_of(order))
    services.decline(fulfilment=part_of(order, MURAH), actor=OFFICE, why="Banjir")
    assert refunds() == [100 * SOLD]
    assert total(Kind.SELLER_DEBT, "USD") == 4_100
    assert (kept(order, EXPORTER), owed(order, EXPORTER)) == (0, 0)
    sound()
    services.decline(fulfilment=part_of(order, MAHAL), actor=OFFICE, why="Banjir")
    assert refunds() == [100 * SOLD] * 2
    assert (kept(order, EXPORTER), owed(order, EXPORTER)) == (0, 4_100)  # netted with its debt: nothing
    sound()
    tasks.end_exporters()
    assert own_of(order).state == (states.RECEIVED if released else states.DECLINED)
    assert refunds() == [100 * SOLD] * 2
    sound()


@db
def test_dear_goods_are_refused_after_the_exporters_own_part_was_released() -> None:
    order = sold_order(POOL)
    done(own_of(order))
    done(part_of(order, MAHAL), 60)
    assert refunds() == [40 * SOLD]
    assert rows() == [(-1_640, -1_640, 0, 0, 0, 1_640)]
    assert (owed(order, MAHAL), owed(order, EXPORTER)) == (60 * 300, 11_800 + 1_640)
    part = part_of(order, MAHAL)
    note = credit(part, 10)
    assert (note.total.minor, note.to_buyer.minor) == (3_000, 2_590)
    assert (owed(order, MAHAL), owed(order, EXPORTER)) == (50 * 300, 11_800 + 2_050)
    assert refunds() == [40 * SOLD, 10 * SOLD]
    sound()


@db
def test_a_pool_to_which_the_exporter_adds_nothing_in_all() -> None:
    """1.00 and 4.18 at 2.59: there is no part of the exporter, so it owes, or is owed."""
    order = sold_order({MURAH: (100, 100), MAHAL: (100, 418)})
    assert order.fulfilments.count() == 2
    short(part_of(order, MURAH), 90)
    assert (refunds(), total(Kind.SELLER_DEBT, "USD")) == ([10 * SOLD], 1_590)
    short(part_of(order, MAHAL), 80)
    assert (refunds(), owed(order, EXPORTER)) == ([10 * SOLD, 20 * SOLD], 20 * 159)
    sound()


@db
def test_the_exporter_brings_goods_of_its_own() -> None:
    """40 kg of 100 at 2.00, in the part that also holds what it adds: 40 × 0.59 + 60 × 1.34 = 104.00."""
    order = sold_order({EXPORTER: (40, 200), SATU: (60, 125)})
    own = own_of(order)
    assert own.goods == Money(8_000 + 10_400, "USD")
    own = bring(own, states.ACCEPTED)
    short(own, 35, 1)
    assert refunds() == [5 * SOLD]
    sound()
    done(own_of(order), 30, 1)
    assert refunds() == [5 * SOLD, 5 * SOLD]
    assert owed(order, EXPORTER) == 30 * SOLD + 60 * 134
    done(part_of(order, SATU), 50)
    assert refunds() == [5 * SOLD, 5 * SOLD, 10 * SOLD]
    assert owed(order, EXPORTER) == 30 * SOLD + 50 * 134
    sound()
    own = own_of(order)
    goods = own.lines.get(line__sold_price=SOLD)
    for _twice in range(2):  # what it brings itself, then what it adds
        services.issue_credit_note(fulfilment=own, lines={goods.pk: 4}, why="Busuk", actor=office())
    assert refunds()[3:] == [4 * SOLD, 4 * SOLD]
    assert owed(order, EXPORTER) == 22 * SOLD + 50 * 134
    sound()


@db
@pytest.mark.parametrize("in_steps", [False, True])
def test_dear_goods_of_the_exporters_own(in_steps: bool) -> None:
    """It bought them for more than it sells them for: what is left of its own price stays with it."""
    pool = {EXPORTER: (50, 300), SATU: (100, 125)}
    order = sold_order(pool, steps=deposit_and_balance() if in_steps else None)
    own = bring(own_of(order), states.ACCEPTED)
    services.decline(fulfilment=part_of(order, SATU), actor=OFFICE, why="Banjir")
    sound()
    short(own, 20, 1)
    sound()
    open_ = sum(due.missing.minor for due in dues_of(order) if due.state == "open")
    paid = 150 * SOLD * 3 // 10 if in_steps else 150 * SOLD
    assert paid + open_ - sum(refunds()) == 20 * SOLD


@db
def test_the_exporters_own_part_is_refused_and_its_share_goes_back_once() -> None:
    order = sold_order()
    services.decline(fulfilment=own_of(order), actor=OFFICE, why="Kapal batal")
    assert refunds() == [13_400]
    done(part_of(order, SATU), 80)
    assert refunds() == [13_400, 20 * 125]
    assert rows() == [(20 * 134, 0, 0, 0, 0, 0)]
    sound()


@db
def test_what_the_office_credited_of_the_exporters_part_does_not_go_back_twice() -> None:
    order = sold_order()
    service = done(own_of(order))
    part = done(part_of(order, SATU))
    credit(service, Money(10_000, "USD"))
    credit(part, 20)
    assert refunds() == [10_000, 20 * SOLD]
    credit(part, 80)
    assert sum(refunds()) == 100 * SOLD
    assert (owed(order, SATU), owed(order, EXPORTER), total(Kind.SELLER_DEBT, "USD")) == (0, 0, 0)
    sound()

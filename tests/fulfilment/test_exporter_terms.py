"""Units that an exporter sold fall away: balances not paid yet, other milestones, fees, what each reads, the audit."""

from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.queries import waterfalls
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments.exceptions import SecondPersonNeeded
from marketplace.payments.models import CreditNote, Due, PriceDifference, Receipt, Refund
from marketplace.payments.seller_statements import statement
from marketplace.payments.services import disputes
from marketplace.reference import working_days
from tests.factories.catalogue import make_user
from tests.factories.fees import fee_rule
from tests.factories.overseas import OFFICE, deposit_and_balance, dues_of, letter_for, settle
from tests.factories.sold import POOL, SOLD, owed, own_of, part_of, sold_order
from tests.fulfilment.exporter_steps import (
    EXPORTER,
    MAHAL,
    MURAH,
    SATU,
    asked,
    credit,
    done,
    kept,
    refunds,
    rows,
    short,
    sound,
)
from tests.fulfilment.steps import bring, sign, status, total

db = pytest.mark.django_db


# Balances that are not paid yet.


@db
def test_off_an_open_balance_first_at_the_price_of_the_contract() -> None:
    """30 % of 259.00 are paid: 77.70. 20 kg less: 51.80 off the balance of 181.30; 90 kg less: what is beyond."""
    order = sold_order(steps=deposit_and_balance())
    short(part_of(order, SATU), 80)
    assert (asked(order), refunds()) == ([0, 18_130 - 20 * SOLD], [])
    assert rows() == [(2_680, 2_680, 0, 2_680, 0, 0)]
    sound()
    short(part_of(order, SATU), 10)
    assert asked(order) == [0, 0]
    assert refunds() == [7_770 - 10 * SOLD]
    assert Due.objects.get(step="balance").state == "cancelled"
    sound()


@db
def test_a_part_is_declined_while_a_balance_is_open() -> None:
    """Deposit and balance fall by the contract's price alike: from neither can the purchase price be reckoned."""
    order = sold_order({SATU: (100, 125), MURAH: (100, 100)}, steps=deposit_and_balance())
    services.decline(fulfilment=part_of(order, SATU), actor=OFFICE, why="Banjir")
    assert (asked(order), refunds()) == ([0, 36_260 - 18_130], [7_770])
    sound()


@db
def test_only_dear_goods_are_left_while_a_balance_is_open() -> None:
    """30 % of what does not come goes back, 70 % is off the balance; what the exporter owes is shared alike."""
    order = sold_order(POOL, steps=deposit_and_balance())
    services.decline(fulfilment=part_of(order, MURAH), actor=OFFICE, why="Banjir")
    assert (asked(order), refunds()) == ([0, 18_130], [7_770])
    assert rows() == [(15_900, 15_900, 3_540, 8_260, 4_100, 0)]
    sound()
    services.decline(fulfilment=part_of(order, MAHAL), actor=OFFICE, why="Banjir")
    assert sum(refunds()) == 15_540
    assert asked(order)[1] == 0
    sound()
    tasks.end_exporters()
    assert (status(order), sum(refunds())) == ("cancelled", 15_540)
    sound()


@db
@pytest.mark.parametrize("code", [MURAH, MAHAL])
def test_short_before_the_balance_and_refused_after_it(code: str) -> None:
    order = sold_order(POOL, steps=deposit_and_balance())
    short(part_of(order, code), 70)
    assert (asked(order), refunds()) == ([0, 36_260 - 30 * SOLD], [])
    sound()
    settle(dues_of(order)[1])
    sound()
    done(part_of(order, code), 60)
    done(own_of(order))
    assert refunds() == [10 * SOLD]
    added = {MURAH: 159, MAHAL: -41}
    assert owed(order, EXPORTER) == 11_800 - 40 * added[code]
    sound()


@db
def test_a_balance_that_is_paid_in_part_gives_back_what_is_too_much() -> None:
    order = sold_order(steps=deposit_and_balance())
    settle(dues_of(order)[1], short=1_000)
    short(part_of(order, SATU), 90)
    assert refunds() == [10 * SOLD - 1_000]
    assert dues_of(order)[1].state == "settled"
    assert (kept(order, SATU), kept(order, EXPORTER)) == (90 * 125, 90 * 134)
    sound()


# Papers, pages, terms, and several at once.


@db
def test_what_each_of_them_reads() -> None:
    """The buyer 2.59 a kilogram, the pesantren 1.25, the exporter the difference."""
    order = sold_order()
    short(part_of(order, SATU), 90)
    part, own = part_of(order, SATU), own_of(order)
    falls = waterfalls(list(Fulfilment.objects.filter(order=order).select_related("order")))
    supply, added = falls[order.pk, part.partner_id], falls[order.pk, own.partner_id]
    assert (supply.goods.minor, supply.net.minor, supply.differences) == (90 * 125, 90 * 125, ())
    assert (added.goods.minor, added.borne.minor, added.net.minor) == (13_400, 1_340, 90 * 134)
    assert [(row.part, row.total.minor, row.reason) for row in added.differences] == [
        (part.number, 1_340, "missing")
    ]
    assert part.short_to_buyer == Money(10 * SOLD, "USD")
    done(part_of(order, SATU), 80)
    done(own_of(order))
    falls = waterfalls(list(Fulfilment.objects.filter(order=order).select_related("order")))
    supply, added = falls[order.pk, part.partner_id], falls[order.pk, own.partner_id]
    assert (supply.refunds.minor, supply.net.minor) == (10 * 125, 80 * 125)
    assert (added.borne.minor, added.refunds.minor, added.net.minor) == (2_680, 0, 80 * 134)
    assert added.is_final


@db
def test_the_statement_of_an_exporter_says_why() -> None:
    order = sold_order(POOL)
    own = done(own_of(order))
    done(part_of(order, MAHAL), 90)
    done(part_of(order, MURAH), 90)
    day = working_days.today()
    found = statement(own.partner_id, day, day, "USD")
    assert [(one.kind, one.amount.minor) for one in found.entries] == [
        ("release", 11_800),
        ("difference", 410),
        ("credit_note", -1_590),
    ]
    assert found.closing == Money(90 * 118, "USD")


@db
def test_the_fee_is_on_what_the_exporter_keeps() -> None:
    """Ten percent of what is kept of each part, whichever way units fell away."""
    fee_rule(rate_bp=1_000, currency="USD")
    order = sold_order()
    short(part_of(order, SATU), 90)
    own = done(own_of(order))
    assert (owed(order, EXPORTER), total(Kind.COMMISSION, "USD")) == (90 * 134 * 9 // 10, 90 * 134 // 10)
    part = done(part_of(order, SATU), 80)
    credit(part, 30)
    assert owed(order, EXPORTER) == 50 * 134 * 9 // 10
    assert owed(order, SATU) == 50 * 125 * 9 // 10
    assert total(Kind.COMMISSION, "USD") == 50 * SOLD // 10
    assert refunds() == [10 * SOLD, 10 * SOLD, 30 * SOLD]
    falls = waterfalls([Fulfilment.objects.select_related("order").get(pk=own.pk)])
    assert falls[order.pk, own.partner_id].net.minor == 50 * 134 * 9 // 10
    sound()


@db
@pytest.mark.parametrize("release_on", ["hand_over", "receipt"])
def test_other_milestones(release_on: str) -> None:
    """Released at hand-over: what is refused is credited. Graded at the packing house: what did not pass goes back."""
    order = sold_order(release_on=release_on)
    assert own_of(order).release_on == "acceptance"  # a service is neither handed over nor weighed
    if release_on == "hand_over":
        done(part_of(order, SATU), 70)
        note = CreditNote.objects.get()
        assert (note.total.minor, note.to_buyer.minor) == (30 * 125, 30 * SOLD)
    else:
        part = bring(part_of(order, SATU), states.HANDED_OVER)
        line = part.lines.get()
        services.release_on_receipt(
            fulfilment=part,
            actor=OFFICE,
            signed_name="Contoh Juru Timbang",
            accepted={line.pk: 70},
            reasons={line.pk: "di bawah mutu"},
        )
    assert refunds() == [30 * SOLD]
    done(own_of(order))
    assert (owed(order, SATU), owed(order, EXPORTER)) == (70 * 125, 70 * 134)
    sound()


@db
def test_a_balance_that_a_letter_of_credit_promises() -> None:
    order = sold_order(steps=deposit_and_balance())
    letter_for(dues_of(order)[1], make_user("lc@example.com", staff_role="office"))
    short(part_of(order, SATU), 80)
    assert (asked(order), refunds()) == ([0, 18_130 - 20 * SOLD], [])
    settle(dues_of(order)[1])
    done(part_of(order, SATU), 70)
    assert refunds() == [10 * SOLD]
    sound()


@db
def test_the_second_person_is_asked_for_what_the_buyer_gets() -> None:
    order = sold_order()
    done(own_of(order))
    part = done(part_of(order, SATU))
    with override_settings(SECOND_PERSON_ABOVE_FOREIGN=100), pytest.raises(SecondPersonNeeded):
        credit(part, 50)  # 62.50 of the pesantren, 129.50 to the buyer
    assert refunds() == []


@db
@pytest.mark.parametrize("what", ["short", "declined", "signed"])
def test_pressed_twice_moves_money_once(what: str) -> None:
    order = sold_order()
    part = bring(part_of(order, SATU), states.DELIVERED if what == "signed" else states.ACCEPTED)
    line = part.lines.get()
    works: dict[str, Any] = {
        "short": lambda: services.bring_less(fulfilment=part, brings={line.pk: 90}, why="x", actor=OFFICE),
        "declined": lambda: services.decline(fulfilment=part, actor=OFFICE, why="x"),
        "signed": lambda: sign(part, {0: 90}),
    }
    works[what]()
    if what == "short":  # the same page once more says the same: nothing is missing of what still comes
        with pytest.raises(services.BadQuantities):
            works[what]()
    else:
        with pytest.raises(IllegalMove):
            works[what]()
    assert refunds() == [100 * SOLD if what == "declined" else 10 * SOLD]
    assert PriceDifference.objects.count() == 1
    sound()


@db
def test_the_audit_knows_when_rows_and_lines_differ() -> None:
    order = sold_order()
    short(part_of(order, SATU), 90)
    line = own_of(order).lines.get()
    type(line).objects.filter(pk=line.pk).update(taken_off=1_000)
    faults = [fault for fault in audit() if fault.startswith("order")]
    assert faults == [f"order {order.number}: 1340 left what the exporter adds, its line says 1000"]
    order.lines.filter(sold_price=SOLD).update(sold_price=258)
    faults = [fault for fault in audit() if fault.startswith("order")]
    assert f"order {order.number}: 25900 for the goods, 25800 by the prices of the contract" in faults
    assert (
        f"order {order.number}: the exporter's share of what fell away is 1330, written down 1340" in faults
    )


# Dear goods while a balance is open: what an exporter owes for them is asked of nobody twice, and paid to nobody.


def paid_in_all(order: Order) -> int:
    return sum(Receipt.objects.filter(due__order=order).values_list("amount", flat=True))


@db
def test_a_debt_for_dear_goods_does_not_come_out_of_a_deposit_that_does_not_hold_it() -> None:
    """1.00 and 4.18 at 2.59, 155.40 paid: 30 % of what falls away goes back, the rest is off the balance."""
    order = sold_order({MURAH: (100, 100), MAHAL: (100, 418)}, steps=deposit_and_balance())
    services.decline(fulfilment=part_of(order, MURAH), actor=OFFICE, why="Banjir")
    assert (refunds(), asked(order)) == ([7_770], [0, 18_130])
    assert rows() == [(15_900, 15_900, 0, 0, 15_900, 0)]
    assert total(Kind.SELLER_DEBT, "USD") == 15_900
    sound()
    settle(dues_of(order)[1])
    sound()
    done(part_of(order, MAHAL), 50)
    assert (refunds(), paid_in_all(order)) == ([7_770, 50 * SOLD], 15_540 + 18_130)
    assert (owed(order, MAHAL), owed(order, EXPORTER)) == (50 * 418, 50 * 159)
    sound()


@db
def test_dear_goods_fall_short_and_are_declined_after_the_cheap_ones() -> None:
    """What the exporter owed for them comes back to it, not to the buyer, who has back what it paid: 155.40."""
    order = sold_order(POOL, steps=deposit_and_balance())
    services.decline(fulfilment=part_of(order, MURAH), actor=OFFICE, why="Banjir")
    short(part_of(order, MAHAL), 30)
    sound()
    assert asked(order)[1] + paid_in_all(order) - sum(refunds()) == 30 * SOLD
    services.decline(fulfilment=part_of(order, MAHAL), actor=OFFICE, why="Banjir")
    assert sum(refunds()) == 15_540
    tasks.end_exporters()
    assert (status(order), asked(order)[1], sum(refunds())) == ("cancelled", 0, 15_540)
    assert total(Kind.SELLER_DEBT, "USD") == owed(order, EXPORTER) == 4_100  # netted: nothing
    assert total(Kind.HELD, "USD") == 0
    sound()


@db
def test_dear_goods_are_declined_of_which_less_is_held_than_the_exporter_owes() -> None:
    """1.00 and 4.17: it could not be declined, the refund was below zero."""
    order = sold_order({MURAH: (100, 100), MAHAL: (100, 417)}, steps=deposit_and_balance())
    for code in (MURAH, MAHAL):
        services.decline(fulfilment=part_of(order, code), actor=OFFICE, why="Banjir")
        sound()
    assert (sum(refunds()), asked(order)[1]) == (15_540, 0)
    tasks.end_exporters()
    assert (status(order), total(Kind.HELD, "USD")) == ("cancelled", 0)
    sound()


# What else a review found.


@db
def test_an_order_without_prices_of_the_contract_keeps_its_reckoning() -> None:
    """From before they were kept: what the exporter brings itself is no sum that it adds to others' goods."""
    order = sold_order({EXPORTER: (40, 200), SATU: (60, 125)})
    order.lines.update(sold_price=None)
    services.decline(fulfilment=part_of(order, SATU), actor=OFFICE, why="Banjir")
    tasks.end_exporters()
    assert (refunds(), rows()) == ([60 * 125], [])
    assert own_of(order).state == states.OFFERED


@db
def test_the_buyer_rejects_an_exporters_part_of_which_a_note_took_some_already() -> None:
    order = sold_order({EXPORTER: (40, 200), SATU: (60, 125)}, release_on="hand_over")
    own = bring(own_of(order), states.HANDED_OVER)
    assert own.released_at
    short(part_of(order, SATU), 50)
    assert [note.total.minor for note in CreditNote.objects.all()] == [1_340]
    sign(own, {0: 0, 1: 0})
    assert refunds() == [10 * SOLD, 8_000 + 10_400 - 1_340]
    assert owed(order, EXPORTER) - total(Kind.SELLER_DEBT, "USD") == 0
    sound()


@db
def test_what_comes_to_the_exporter_waits_while_a_dispute_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    order = sold_order(POOL)
    done(own_of(order))
    with monkeypatch.context() as patch:
        patch.setattr("marketplace.payments.services.schedules.is_frozen", lambda order: True)
        done(part_of(order, MAHAL), 60)
    assert (owed(order, EXPORTER), total(Kind.PAYABLE_LATER, "USD")) == (11_800, 1_640)
    disputes.thaw(order, key="dispute-over/x")
    assert (owed(order, EXPORTER), total(Kind.PAYABLE_LATER, "USD")) == (11_800 + 1_640, 0)
    sound()


@db
def test_the_accounts_of_both_sellers_are_locked_before_the_first_journal() -> None:
    order = sold_order()
    part, own = bring(part_of(order, SATU), states.DELIVERED), done(own_of(order))
    refs = {f"pesantren/{one.partner_id}" for one in (part, own)}
    with CaptureQueriesContext(connection) as found:
        sign(part, {0: 75})
    locks = [
        row["sql"] for row in found if 'FROM "ledger_account"' in row["sql"] and "FOR NO KEY" in row["sql"]
    ]
    wanted = Account.objects.filter(ref__in=refs, currency="USD").order_by("pk").values_list("pk", flat=True)
    assert len(wanted) == 4
    assert all(str(pk) in locks[0] for pk in wanted)
    assert 'ORDER BY "ledger_account"."id" ASC' in locks[0]


@db
def test_nothing_is_expected_any_more_of_an_exporters_part_that_ended() -> None:
    order = sold_order()
    short(part_of(order, SATU), 60)
    services.decline(fulfilment=own_of(order), actor=OFFICE, why="Kapal batal")
    own = own_of(order)
    fall = waterfalls([Fulfilment.objects.select_related("order").get(pk=own.pk)])[order.pk, own.partner_id]
    assert (fall.goods.minor, fall.borne.minor, fall.refunds.minor) == (13_400, 40 * 134, 60 * 134)
    assert (fall.is_final, fall.net.minor) == (True, 0)


@db
def test_the_audit_tells_refunds_above_what_came_in() -> None:
    order = sold_order()
    services.decline(fulfilment=part_of(order, SATU), actor=OFFICE, why="Banjir")
    Refund.objects.update(amount=25_901)
    assert f"order {order.number}: 25901 paid or owed back, 25900 came in" in audit()

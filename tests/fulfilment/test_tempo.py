"""Orders on tempo: the books after every way an order can go, the last day to pay, and races."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.common.actor import GUEST
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import NotEnough, account, post
from marketplace.notices.models import Mail
from marketplace.orders import states as order_states
from marketplace.payments import credit
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Refund
from marketplace.pesantren.models import StockRecord
from offtakers import services as companies
from tests.common.race import race
from tests.factories.catalogue import make_product
from tests.factories.companies import admin_of, make_company
from tests.factories.orders import placed_order
from tests.fulfilment.steps import (
    OFFICE,
    SELLER,
    bring,
    one_seller,
    parts,
    pay,
    sign,
    status,
    total,
    two_sellers,
)

db = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


def books() -> dict[str, int]:
    return {kind.value: total(kind) for kind in Kind if total(kind)}


def due_of(order: Any) -> Due:
    return Due.objects.get(order=order)


def one(**kw: Any) -> Any:
    """Rp 515.000 of one pesantren, on tempo."""
    company = kw.pop("company", None) or make_company()
    return one_seller(buyer=admin_of(company), company=company, **kw)


def two(company: Any = None) -> Any:
    """Rp 3.015.000 of the first, Rp 215.000 of the second, on tempo."""
    company = company or make_company()
    return two_sellers(buyer=admin_of(company), company=company)


@db
def test_placing_asks_the_pesantren_at_once_and_the_company_owes() -> None:
    placed = one()
    assert status(placed.order) == order_states.CLEARED
    assert [part.state for part in parts(placed.order)] == [states.OFFERED]
    assert (placed.due.terms_days, placed.due.is_estimate, placed.due.state) == (30, True, due_states.OPEN)
    placed.order.refresh_from_db()
    assert placed.order.pay_by is None
    assert books() == {"receivable": 515_000, "held": 500_000, "shipping_due": 15_000}
    assert StockRecord.objects.get().num_allocated == 10
    told = set(Mail.objects.values_list("key", flat=True))
    assert f"order_on_tempo/{placed.order.number}" in told
    assert audit() == []


@db
def test_paid_early_then_as_any_paid_order() -> None:
    placed = one()
    pay(placed.due)
    assert due_of(placed.order).state == due_states.SETTLED
    assert books() == {"bank": 515_000, "held": 500_000, "shipping_due": 15_000}
    sign(bring(parts(placed.order)[0], states.DELIVERED))
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert audit() == []


@db
def test_paid_late_makes_what_was_accepted_payable() -> None:
    placed = one()
    sign(bring(parts(placed.order)[0], states.DELIVERED))
    assert status(placed.order) == order_states.COMPLETED
    assert books() == {"receivable": 515_000, "payable_later": 515_000}
    assert audit() == []
    pay(placed.due)
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert audit() == []


@db
def test_paid_in_two_transfers() -> None:
    placed = one()
    sign(bring(parts(placed.order)[0], states.DELIVERED))
    pay(placed.due, 200_000)
    assert due_of(placed.order).missing == Money(315_000)
    assert books() == {"bank": 200_000, "receivable": 315_000, "payable_later": 515_000}
    short = Mail.objects.get(key__startswith="payment-short/")
    assert "315.000" in short.subject
    assert "interest" in short.text or "bunga" in short.text
    assert audit() == []
    pay(due_of(placed.order), 315_000)
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert audit() == []


@db
def test_paid_too_much_is_owed_back() -> None:
    placed = one()
    pay(placed.due, 600_000)
    assert Refund.objects.get().amount == 85_000
    assert due_of(placed.order).state == due_states.SETTLED
    assert books() == {"bank": 600_000, "held": 500_000, "shipping_due": 15_000, "refund_due": 85_000}
    assert audit() == []


@db
def test_a_part_declined_before_payment_makes_the_bill_smaller() -> None:
    placed = two()
    services.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="habis")
    due = due_of(placed.order)
    assert (due.amount, due.credited, due.missing) == (3_230_000, 3_015_000, Money(215_000))
    assert not Refund.objects.exists()
    assert books() == {"receivable": 215_000, "held": 200_000, "shipping_due": 15_000}
    assert audit() == []
    pay(due, 215_000)
    assert books() == {"bank": 215_000, "held": 200_000, "shipping_due": 15_000}
    assert audit() == []


@db
def test_a_part_declined_after_payment_is_refunded() -> None:
    placed = two()
    pay(placed.due)
    services.decline(fulfilment=parts(placed.order)[1], actor=SELLER, why="habis")
    assert (Refund.objects.get().amount, due_of(placed.order).credited) == (215_000, 0)
    assert books() == {"bank": 3_230_000, "held": 3_000_000, "shipping_due": 15_000, "refund_due": 215_000}
    assert audit() == []


@db
def test_declined_after_a_part_payment_what_is_beyond_the_bill_goes_back() -> None:
    placed = two()
    pay(placed.due, 1_000_000)  # of 3.230.000
    services.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="habis")  # 3.015.000
    due = due_of(placed.order)
    assert (due.state, due.credited, due.missing) == (due_states.SETTLED, 2_230_000, Money(0))
    assert Refund.objects.get().amount == 785_000
    assert books() == {"bank": 1_000_000, "held": 200_000, "shipping_due": 15_000, "refund_due": 785_000}
    assert audit() == []


@db
def test_rejected_on_delivery_before_payment() -> None:
    placed = one()
    sign(bring(parts(placed.order)[0], states.DELIVERED), {0: 4})
    assert due_of(placed.order).missing == Money(215_000)
    assert books() == {"receivable": 215_000, "payable_later": 215_000}
    assert audit() == []
    pay(due_of(placed.order), 215_000)
    assert books() == {"bank": 215_000, "payable": 215_000}
    assert audit() == []


@db
def test_rejected_on_delivery_after_payment() -> None:
    placed = one()
    pay(placed.due)
    sign(bring(parts(placed.order)[0], states.DELIVERED), {0: 4})
    assert books() == {"bank": 515_000, "payable": 215_000, "refund_due": 300_000}
    assert audit() == []


@db
def test_rejecting_the_rest_after_a_part_payment_settles_and_pays_the_pesantren() -> None:
    placed = one()
    pay(placed.due, 215_000)
    sign(bring(parts(placed.order)[0], states.DELIVERED), {0: 4})
    assert due_of(placed.order).state == due_states.SETTLED
    assert books() == {"bank": 215_000, "payable": 215_000}
    assert audit() == []


@db
def test_everything_declined_ends_the_bill_at_zero() -> None:
    placed = two()
    for part in parts(placed.order):
        services.decline(fulfilment=part, actor=SELLER, why="habis")
    due = due_of(placed.order)
    assert (due.state, due.missing, status(placed.order)) == (
        due_states.CANCELLED,
        Money(0),
        order_states.CANCELLED,
    )
    assert books() == {}
    assert StockRecord.objects.filter(num_allocated=0).count() == 2
    assert audit() == []
    pay(due, 1_000)  # paid by mistake: all of it goes back
    assert Refund.objects.get().reason == "over"  # not "late": nothing was left to pay
    assert books() == {"bank": 1_000, "refund_due": 1_000}
    assert audit() == []


@db
def test_everything_rejected_ends_the_bill_at_zero() -> None:
    placed = one()
    sign(bring(parts(placed.order)[0], states.DELIVERED), {0: 0})
    assert due_of(placed.order).state == due_states.CANCELLED
    assert books() == {}
    assert audit() == []


@db
def test_nobody_can_cancel_it_and_no_sweep_ends_it() -> None:
    placed = one()
    with pytest.raises(IllegalMove):
        services.cancel_unpaid(order=placed.order, actor=GUEST)
    Due.objects.update(due_at=timezone.now() - timedelta(days=90))
    tasks.expire_unpaid()
    assert not services.expire(due=due_of(placed.order))
    assert due_of(placed.order).state == due_states.OPEN
    assert audit() == []


@db
def test_the_books_refuse_more_than_the_company_owes() -> None:
    placed = one()
    owed = account(Kind.RECEIVABLE, "IDR", f"due/{placed.due.reference}")
    with pytest.raises(NotEnough):
        post("x", "x", [(account(Kind.BANK, "IDR"), owed, Money(515_001))])
    later = account(Kind.PAYABLE_LATER, "IDR", f"order/{placed.order.number}/1")
    with pytest.raises(NotEnough):
        post("y", "y", [(later, account(Kind.PAYABLE, "IDR", "pesantren/1"), Money(1))])
    assert Account.objects.filter(kind=Kind.RECEIVABLE).values_list("guarded", flat=True)[0]


@db
def test_audit_sees_a_bill_that_is_too_small_or_too_large() -> None:
    placed = two()
    services.decline(fulfilment=parts(placed.order)[0], actor=SELLER, why="habis")
    Due.objects.update(credited=3_014_000)
    assert any("taken off" in fault for fault in audit())
    assert any("receivable" in fault for fault in audit())


# The last day to pay.


@db
@time_machine.travel("2026-11-23 03:00+00:00", tick=False)
def test_the_last_day_counts_from_the_last_delivery() -> None:
    placed = two()
    first, second = parts(placed.order)
    promised = max(first.arrives_to, second.arrives_to)
    assert placed.due.due_on == promised + timedelta(days=30)
    with time_machine.travel("2026-12-10 03:00+00:00", tick=False):
        bring(first, states.DELIVERED)
        assert due_of(placed.order).is_estimate
    with time_machine.travel("2026-12-14 20:00+00:00", tick=False):  # the 15th in Jakarta
        bring(second, states.DELIVERED)
    due = due_of(placed.order)
    assert (due.is_estimate, due.due_on.isoformat()) == (False, "2027-01-14")


@db
@time_machine.travel("2026-11-23 03:00+00:00", tick=False)
def test_while_goods_are_on_their_way_nothing_is_overdue() -> None:
    company = make_company()
    placed = one(company=company)
    with time_machine.travel("2027-06-01 03:00+00:00", tick=False):
        assert not due_of(placed.order).is_overdue
        assert credit.standing(company).overdue == 0


@db
@time_machine.travel("2026-11-23 03:00+00:00", tick=False)
def test_a_decline_that_fixes_the_day_leaves_three_days_notice() -> None:
    placed = two(make_company(days=14))
    first, second = parts(placed.order)
    bring(first, states.DELIVERED)
    with time_machine.travel("2026-12-20 03:00+00:00", tick=False):
        services.decline(fulfilment=second, actor=SELLER, why="habis")
    due = due_of(placed.order)
    assert (due.is_estimate, due.due_on.isoformat()) == (False, "2026-12-23")


# The limit.


@db
def test_the_limit_is_what_may_be_owed_at_one_time() -> None:
    company = make_company(limit=1_030_000)
    product = make_product(price=50_000)
    first = placed_order([(product, 10)], admin_of(company), company=company)
    second = placed_order([(product, 10)], admin_of(company), company=company)
    with pytest.raises(credit.NoCredit) as refused:
        placed_order([(product, 1)], admin_of(company), company=company)
    assert refused.value.code == credit.LIMIT
    assert credit.standing(company).free == Money(0)
    pay(first.due, 115_000)
    services.decline(fulfilment=parts(second.order)[0], actor=SELLER, why="habis")
    assert credit.standing(company).free == Money(630_000)
    assert audit() == []


@db
def test_overdue_suspended_and_without_terms() -> None:
    company = make_company()
    placed = one(company=company)
    Due.objects.update(due_at=timezone.now() - timedelta(days=1), is_estimate=False)
    assert credit.standing(company).refusal(Money(1)) == credit.OVERDUE
    pay(placed.due)
    assert credit.standing(company).refusal(Money(1)) == ""
    companies.suspend(company=company, actor=OFFICE, why="x")
    assert credit.standing(company).refusal(Money(1)) == credit.SUSPENDED
    companies.lift(company=company, actor=GUEST)
    companies.set_terms(company=company, tempo_days=0, credit_limit=Money(0), actor=GUEST, why="x")
    assert credit.standing(company).refusal(Money(1)) == credit.NO_TERMS


@racing
def test_two_orders_race_for_the_last_of_the_limit() -> None:
    company = make_company(limit=515_000)
    user = admin_of(company)
    products = [make_product(title=f"Sarung {number}", price=50_000) for number in range(3)]
    results = race(
        *[lambda one=one: placed_order([(one, 10)], user, company=company) for one in products],
    )
    refused = [one for one in results if isinstance(one, Exception)]
    assert [getattr(one, "code", one) for one in refused] == [credit.LIMIT] * 2
    assert total(Kind.RECEIVABLE) == 515_000
    assert audit() == []


@racing
@pytest.mark.parametrize("turn", range(2))
def test_paid_while_a_part_is_declined(turn: int) -> None:
    placed = two()
    first, second = parts(placed.order)
    results = race(
        lambda: pay(placed.due),
        lambda: services.decline(fulfilment=first, actor=SELLER, why="x"),
        lambda: services.decline(fulfilment=second, actor=SELLER, why="x"),
    )
    assert [one for one in results if isinstance(one, Exception)] == []
    assert books() == {"bank": 3_230_000, "refund_due": 3_230_000}
    assert audit() == []


@racing
@pytest.mark.parametrize("turn", range(2))
def test_settled_while_the_buyer_signs(turn: int) -> None:
    placed = two()
    first, second = (bring(part, states.DELIVERED) for part in parts(placed.order))
    results = race(lambda: pay(placed.due), lambda: sign(first), lambda: sign(second, {0: 4}))
    assert [one for one in results if isinstance(one, Exception)] == []
    back = total(Kind.REFUND_DUE)
    assert back == 40_000
    assert books() == {"bank": 3_230_000, "payable": 3_190_000, "refund_due": 40_000}
    assert audit() == []


STEPS = st.one_of(
    st.tuples(st.just("pay"), st.integers(1, 4_000_000)),
    st.tuples(st.just("decline"), st.integers(0, 1)),
    st.tuples(st.just("forward"), st.integers(0, 1)),
    st.tuples(st.just("sign0"), st.integers(0, 20)),
    st.tuples(st.just("sign1"), st.integers(0, 5)),
)


@db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, max_size=14))
def test_whatever_happens_the_books_agree(steps: list[tuple[str, int]], django_db_blocker: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        placed = two()
        for step, value in steps:
            _do(placed, step, value)
            assert audit() == []
        transaction.set_rollback(True)


def _do(placed: Any, step: str, value: int) -> None:
    every = parts(placed.order)
    if step == "pay":
        pay(due_of(placed.order), value)
    elif step == "decline" and every[value].may(states.DECLINED):
        services.decline(fulfilment=every[value], actor=SELLER, why="x")
    elif step == "forward" and every[value].state in (states.OFFERED, states.ACCEPTED, states.PACKED):
        bring(every[value], states.DELIVERED)
    elif step.startswith("sign"):
        part: Fulfilment = every[int(step[-1])]
        if part.state == states.DELIVERED:
            sign(part, {0: min(value, part.lines.get().quantity)})

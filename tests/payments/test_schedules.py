"""Deposit and balance, other currencies, bank charges: to the cent, and nothing lost when a part falls away."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common.states import IllegalMove
from marketplace.fulfilment import overseas, services, tasks
from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.services import NotPaid
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders import states as order_states
from marketplace.payments import queries, states
from marketplace.payments import services as payments
from marketplace.payments.models import Due, Receipt, Refund
from marketplace.payments.services import PaymentError, Step
from marketplace.payments.services.schedules import _pieces
from tests.factories.catalogue import make_user
from tests.factories.overseas import (
    OFFICE,
    days,
    deposit_and_balance,
    dues_of,
    export_order,
    letter_for,
    parts_of,
    settle,
    swift,
)
from tests.fulfilment.steps import SELLER, bring, one_seller, sign, status, total

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_person_is_enough(settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE_FOREIGN = 1_000_000


def dollars(kind: Kind) -> int:
    return total(kind, "USD")


AMOUNTS = st.integers(min_value=0, max_value=10**13)
SPLITS = st.dictionaries(
    st.integers(1, 99).map(str), st.fixed_dictionaries({"goods": AMOUNTS, "delivery": AMOUNTS}), min_size=1
)
SHARES = st.lists(st.integers(1, 5_000), min_size=1, max_size=4)


@given(SPLITS, SHARES)
def test_steps_add_up_exactly(split: payments.Split, shares: list[int]) -> None:
    """Per pesantren and kind, whatever the amounts and shares."""
    pieces = _pieces(split, shares, "USD")
    for partner, part in split.items():
        for kind, amount in part.items():
            assert sum(piece[partner][kind] for piece in pieces) == amount
            for piece, share in zip(pieces, shares, strict=True):
                assert abs(piece[partner][kind] * sum(shares) - amount * share) < sum(shares)


def test_a_schedule() -> None:
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    assert order.total == Money(2_602_999, "USD")
    assert (deposit.step, deposit.number, balance.step, balance.number) == ("deposit", 1, "balance", 2)
    assert deposit.amount + balance.amount == 2_602_999
    assert deposit.amount == 750_000 + 450 + 30_000 + 450
    assert deposit.reference != balance.reference
    assert audit() == []


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [Step(states.FULL, 9_000, days(1))],
        [Step(states.DEPOSIT, 10_000, days(1))],
        [Step(states.BALANCE, 3_000, days(1)), Step(states.DEPOSIT, 7_000, days(2))],
        [Step(states.DEPOSIT, 3_000, days(1)), Step(states.BALANCE, 6_000, days(2))],
        [Step(states.DEPOSIT, 0, days(1)), Step(states.BALANCE, 10_000, days(2))],
        [Step(states.DEPOSIT, 3_000, days(3)), Step(states.BALANCE, 7_000, days(2))],
        [Step(states.FULL, 10_000, days(1), tolerance=2_602_999)],
    ],
)
def test_schedules_that_are_refused(steps: list[Step]) -> None:
    with pytest.raises(PaymentError):
        export_order(steps)


def test_the_deposit_clears_the_balance_lets_the_goods_leave() -> None:
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    settle(deposit)
    assert status(order) == order_states.CLEARED
    assert dollars(Kind.HELD) + dollars(Kind.SHIPPING_DUE) == deposit.amount
    assert audit() == []
    part = bring(parts_of(order)[0], part_states.PACKED)
    with pytest.raises(NotPaid):
        services.hand_over(fulfilment=part, actor=SELLER, carrier="Kapal", tracking_number="1")
    part.refresh_from_db()
    assert part.state == part_states.PACKED
    settle(balance)
    assert dollars(Kind.HELD) + dollars(Kind.SHIPPING_DUE) == 2_602_999
    for one in parts_of(order):
        sign(bring(one, part_states.DELIVERED))
    assert status(order) == order_states.COMPLETED
    assert (dollars(Kind.HELD), dollars(Kind.PAYABLE)) == (0, 2_602_999)
    assert Mail.objects.filter(key__startswith="balance_paid/").count() == 1
    assert audit() == []


def test_a_balance_cannot_be_paid_before_its_deposit() -> None:
    order = export_order(deposit_and_balance())
    _deposit, balance = dues_of(order)
    receipt = swift(balance.missing)
    assert queries.outcome(receipt, balance).kind == "early"
    with pytest.raises(PaymentError):
        payments.match(receipt=receipt, due=balance, actor=OFFICE)
    receipt.refresh_from_db()
    assert (receipt.state, audit()) == (states.UNMATCHED, [])


def test_another_currency_is_refused() -> None:
    order = export_order()
    receipt = swift(Money(2_602_999, "AED"))
    due = dues_of(order)[0]
    assert queries.outcome(receipt, due).kind == "currency"
    with pytest.raises(PaymentError):
        payments.match(receipt=receipt, due=due, actor=OFFICE)


@pytest.mark.parametrize(
    ("short", "kind"), [(0, "enough"), (1, "charges"), (5_000, "charges"), (5_001, "short")]
)
def test_bank_charges_within_the_tolerance(short: int, kind: str) -> None:
    """US$ 50.00 may be missing; not a cent more. What is missing is the operator's cost, not the sellers'."""
    order = export_order()
    due = dues_of(order)[0]
    receipt = swift(due.missing - Money(short, "USD"))
    assert queries.outcome(receipt, due).kind == kind
    due = payments.match(receipt=receipt, due=due, actor=OFFICE)
    paid = kind != "short"
    assert (due.state == states.SETTLED) is paid
    assert dollars(Kind.FEES) == (short if paid else 0)
    assert dollars(Kind.HELD) + dollars(Kind.SHIPPING_DUE) == (2_602_999 if paid else 0)
    assert Receipt.objects.get().charges == (short if paid else 0)
    assert audit() == []


def test_a_rupiah_order_has_no_tolerance() -> None:
    due = one_seller().due
    receipt = swift(due.missing - Money(1))
    assert queries.outcome(receipt, due).kind == "short"


def test_a_part_is_declined_before_the_balance_is_paid() -> None:
    """Its deposit goes back, its share of the balance is not asked for; the other part goes on."""
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    settle(deposit)
    first, second = parts_of(order)
    payments.match(receipt=swift(Money(1_750_000, "USD")), due=balance, actor=OFFICE)
    services.decline(fulfilment=first, actor=SELLER, why="gagal panen")
    balance.refresh_from_db()
    off = 1_750_000 + 1_050
    refunds = sorted(Refund.objects.values_list("amount", flat=True))
    assert refunds == [750_000 + 450, off - (balance.amount - 1_750_000)]
    assert (balance.credited, balance.received, balance.state) == (off, balance.amount - off, states.SETTLED)
    assert audit() == []
    sign(bring(second, part_states.DELIVERED))
    assert dollars(Kind.PAYABLE) == 99_999 + 1_500
    assert audit() == []


def test_all_parts_are_declined() -> None:
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    settle(deposit)
    for part in parts_of(order):
        services.decline(fulfilment=part, actor=SELLER, why="gagal")
        assert audit() == []
    balance.refresh_from_db()
    assert (balance.state, status(order)) == (states.CANCELLED, order_states.CANCELLED)
    assert dollars(Kind.REFUND_DUE) == deposit.amount


def late(due: Due, number: int) -> None:
    Due.objects.filter(pk=due.pk).update(due_at=timezone.now() - timedelta(days=number))


def test_an_unpaid_deposit_ends_the_order_with_its_balance() -> None:
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    late(deposit, 1)
    tasks.expire_unpaid()
    balance.refresh_from_db()
    assert (status(order), balance.state) == (order_states.CANCELLED, states.EXPIRED)
    assert audit() == []


def test_giving_up_before_the_deposit_and_not_after() -> None:
    order, paid = export_order(deposit_and_balance()), export_order(deposit_and_balance())
    services.cancel_unpaid(order=order, actor=OFFICE)
    assert {due.state for due in dues_of(order)} == {states.CANCELLED}
    settle(dues_of(paid)[0])
    with pytest.raises(IllegalMove):
        services.cancel_unpaid(order=paid, actor=OFFICE)
    assert audit() == []


def test_an_overdue_balance_ends_nothing_and_is_reminded_of() -> None:
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    assert list(overseas.open_balances()) == []  # its deposit is not paid
    settle(deposit)
    late(balance, 4)
    balance.refresh_from_db()
    assert services.expire(due=balance) is False
    tasks.expire_unpaid()
    tasks.remind_unpaid()
    assert list(overseas.open_balances()) == [balance]
    before = Mail.objects.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "DAYTIME", (0, 24))
        tasks.remind_balances()
        tasks.remind_balances()
    assert [mail.key for mail in Mail.objects.order_by("pk")[before:]] == [
        f"balance_reminder/{balance.reference}/3"
    ]
    assert status(order) == order_states.CLEARED
    assert audit() == []


def test_goods_leave_on_a_letter_of_credit_and_are_signed_for_after_the_money() -> None:
    order = export_order(deposit_and_balance(), sellers=1)
    deposit, balance = dues_of(order)
    settle(deposit)
    letter = letter_for(balance, make_user("kantor@example.com", staff_role="office"))
    part = bring(parts_of(order)[0], part_states.DELIVERED)
    with pytest.raises(NotPaid):
        sign(part)
    type(part).objects.filter(pk=part.pk).update(claim_until=timezone.now())
    tasks.close_claims()
    part.refresh_from_db()
    assert (part.state, audit()) == (part_states.DELIVERED, [])
    payments.move_letter(letter=letter, to=states.DOCUMENTS_SENT, actor=OFFICE)
    settle(balance)
    payments.move_letter(letter=letter, to=states.HONOURED, actor=OFFICE)
    sign(part)
    assert (dollars(Kind.PAYABLE), audit()) == (2_501_500, [])


def test_a_lapsed_letter_lets_nothing_leave() -> None:
    order = export_order(deposit_and_balance(), sellers=1)
    settle(dues_of(order)[0])
    letter = letter_for(dues_of(order)[1], make_user("kantor@example.com", staff_role="office"))
    payments.move_letter(letter=letter, to=states.LAPSED, actor=OFFICE)
    part = bring(parts_of(order)[0], part_states.PACKED)
    with pytest.raises(NotPaid):
        services.hand_over(fulfilment=part, actor=SELLER, carrier="Kapal", tracking_number="1")


def test_find_due_finds_the_step_that_is_asked_for() -> None:
    office = make_user("kantor@example.com", staff_role="office")
    order = export_order(deposit_and_balance())
    deposit, balance = dues_of(order)
    assert queries.find_due(office, order.number) == deposit
    settle(deposit)
    assert queries.find_due(office, order.number) == balance

"""Payments to the rupiah: exact, in parts, too little, too much, late, twice, unknown, and paid back once."""

from datetime import timedelta

import pytest
import time_machine
from django.db.models import Sum
from django.utils import timezone

from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.orders import states as order_states
from marketplace.payments import services as payments
from marketplace.payments import states
from marketplace.payments.models import Due, Receipt, Refund
from marketplace.payments.services import PaymentError
from tests.fulfilment.steps import (
    OFFICE,
    arrives,
    assert_sound,
    books,
    bring,
    one_seller,
    parts,
    pay,
    sign,
    status,
    two_sellers,
)

pytestmark = pytest.mark.django_db
DUE = 515_000  # 10 × Rp 50.000 and Rp 15.000 delivery


def refund() -> Refund:
    return Refund.objects.get()


def mails(name: str) -> int:
    return Mail.objects.filter(key__startswith=f"{name}/").count()


def test_the_due_of_an_order() -> None:
    placed = two_sellers()
    due = placed.due
    first, second = (str(part.partner_id) for part in parts(placed.order))
    assert due.total == placed.order.total == Money(3_230_000)
    assert due.split == {
        first: {"goods": 3_000_000, "delivery": 15_000},
        second: {"goods": 200_000, "delivery": 15_000},
    }
    assert due.due_at == placed.order.pay_by
    assert [change.after for change in history(due)] == ["open"]
    assert books() == {}
    assert_sound()


def test_money_that_arrived_and_is_not_matched() -> None:
    receipt = arrives(700)
    assert receipt.state == states.UNMATCHED
    assert books() == {"bank": 700, "suspense": 700}
    assert_sound()


def test_the_same_bank_reference_is_recorded_once() -> None:
    receipt = arrives(700)
    with pytest.raises(PaymentError):
        payments.record_receipt(
            amount=Money(700),
            received_on="2026-11-23",
            payer="x",
            bank_reference=receipt.bank_reference,
            note="",
            actor=OFFICE,
        )
    assert books() == {"bank": 700, "suspense": 700}


def test_exact() -> None:
    placed = two_sellers()
    receipt = pay(placed.due)
    due = Due.objects.get()
    assert (due.state, due.received) == (states.SETTLED, 3_230_000)
    assert due.settled_at is not None
    assert Receipt.objects.get().due == due
    assert status(placed.order) == order_states.CLEARED
    assert [part.state for part in parts(placed.order)] == ["offered", "offered"]
    assert books() == {"bank": 3_230_000, "held": 3_200_000, "shipping_due": 30_000}
    assert [change.after for change in history(receipt)] == ["unmatched", "matched"]
    assert mails("order_cleared") == 1
    assert_sound()


def test_in_two_parts() -> None:
    placed = one_seller()
    pay(placed.due, 200_000)
    due = Due.objects.get()
    assert (due.state, due.received, due.missing) == (states.OPEN, 200_000, Money(315_000))
    assert status(placed.order) == order_states.PLACED
    assert books() == {"bank": 200_000, "suspense": 200_000}
    assert mails("payment-short") == 1
    assert_sound()
    pay(due, 315_000)
    assert Due.objects.get().state == states.SETTLED
    assert books() == {"bank": DUE, "held": 500_000, "shipping_due": 15_000}
    assert not Refund.objects.exists()
    assert_sound()


def test_too_little_until_the_deadline_is_owed_back() -> None:
    placed = one_seller()
    pay(placed.due, 200_000)
    with time_machine.travel(placed.due.due_at, tick=False):
        assert services.expire(due=placed.due)
        assert not services.expire(due=placed.due)
    assert (refund().amount, refund().reason, refund().state) == (200_000, "short", "owed")
    assert books() == {"bank": 200_000, "refund_due": 200_000}
    assert status(placed.order) == order_states.CANCELLED
    assert mails("order_expired") == mails("refund-owed") == 1
    assert_sound()


def test_too_much_is_owed_back_to_the_rupiah() -> None:
    placed = one_seller()
    receipt = pay(placed.due, DUE + 1_234)
    assert Receipt.objects.get(pk=receipt.pk).over == 1_234
    assert (refund().amount, refund().reason, refund().order) == (1_234, "over", placed.order)
    assert books() == {"bank": DUE + 1_234, "held": 500_000, "shipping_due": 15_000, "refund_due": 1_234}
    assert_sound()


def test_the_second_part_is_too_much() -> None:
    placed = one_seller()
    pay(placed.due, 500_000)
    pay(placed.due, 20_000)
    assert Due.objects.get().received == DUE
    assert refund().amount == 5_000
    assert_sound()


def test_late_money_is_owed_back_whole() -> None:
    placed = one_seller()
    with time_machine.travel(placed.due.due_at, tick=False):
        services.expire(due=placed.due)
        pay(placed.due)
    assert (refund().amount, refund().reason) == (DUE, "late")
    assert status(placed.order) == order_states.CANCELLED
    assert Due.objects.get().received == 0
    assert books() == {"bank": DUE, "refund_due": DUE}
    assert_sound()


def test_money_after_the_deadline_but_before_the_order_ended_pays_it() -> None:
    placed = one_seller()
    with time_machine.travel(placed.due.due_at + timedelta(seconds=5), tick=False):
        pay(placed.due)
        assert not services.expire(due=placed.due)
    assert status(placed.order) == order_states.CLEARED
    assert_sound()


def test_paid_twice() -> None:
    placed = one_seller()
    pay(placed.due)
    pay(placed.due)
    assert (refund().amount, refund().reason) == (DUE, "over")
    assert Due.objects.get().received == DUE
    assert books() == {"bank": 2 * DUE, "held": 500_000, "shipping_due": 15_000, "refund_due": DUE}
    assert_sound()


def test_one_receipt_is_matched_once() -> None:
    placed, other = one_seller(), one_seller(price=1_000)
    receipt = pay(placed.due)
    for due in (placed.due, other.due):
        with pytest.raises(IllegalMove):
            payments.match(receipt=receipt, due=due, actor=OFFICE)
    assert not Refund.objects.exists()
    assert_sound()


def test_unknown_money_is_owed_back_to_its_payer() -> None:
    receipt = arrives(77_000)
    payments.return_receipt(receipt=receipt, actor=OFFICE, why="no order")
    assert (refund().amount, refund().reason, refund().order) == (77_000, "unknown", None)
    assert books() == {"bank": 77_000, "refund_due": 77_000}
    with pytest.raises(IllegalMove):
        payments.return_receipt(receipt=receipt, actor=OFFICE, why="again")
    with pytest.raises(IllegalMove):
        payments.match(receipt=receipt, due=one_seller().due, actor=OFFICE)
    payments.pay_refund(refund=refund(), bank_reference="OUT-1", actor=OFFICE)
    assert books() == {}
    assert not Mail.objects.filter(key__startswith="refund").exists()  # whom to write to is not known
    assert_sound()


def test_another_currency_is_refused_and_nothing_moves() -> None:
    placed = one_seller()
    receipt = arrives(100, currency="USD")
    with pytest.raises(PaymentError):
        payments.match(receipt=receipt, due=placed.due, actor=OFFICE)
    assert Receipt.objects.get().state == states.UNMATCHED
    assert_sound()


def test_a_refund_is_paid_once() -> None:
    placed = one_seller()
    pay(placed.due, DUE + 1_000)
    stale = refund()
    payments.pay_refund(refund=refund(), bank_reference="OUT-1", actor=OFFICE)
    for reference in ("OUT-1", "OUT-2"):
        with pytest.raises(IllegalMove):
            payments.pay_refund(refund=stale, bank_reference=reference, actor=OFFICE)
    assert (refund().state, refund().bank_reference) == ("paid", "OUT-1")
    assert books() == {"bank": DUE, "held": 500_000, "shipping_due": 15_000}
    assert mails("refund-paid") == 1
    assert_sound()


def test_one_bank_reference_pays_one_refund() -> None:
    placed = one_seller()
    pay(placed.due, DUE + 1_000)
    pay(placed.due, 2_000)
    first, second = Refund.objects.order_by("pk")
    payments.pay_refund(refund=first, bank_reference="OUT-1", actor=OFFICE)
    for reference in ("OUT-1", "", "  "):
        with pytest.raises(PaymentError):
            payments.pay_refund(refund=second, bank_reference=reference, actor=OFFICE)
    assert Refund.objects.get(pk=second.pk).state == "owed"
    payments.pay_refund(refund=second, bank_reference="OUT-2", actor=OFFICE)
    assert_sound()


def test_a_part_payment_of_an_order_the_buyer_gives_up() -> None:
    placed = one_seller()
    pay(placed.due, 100_000)
    services.cancel_unpaid(order=placed.order, actor=OFFICE, why="changed my mind")
    assert (refund().amount, refund().reason) == (100_000, "cancelled")
    pay(placed.due, 415_000)  # was already on its way
    amounts = Refund.objects.order_by("pk").values_list("amount", "reason")
    assert list(amounts) == [(100_000, "cancelled"), (415_000, "cancelled")]
    assert_sound()


def test_a_due_is_not_closed_once_it_is_settled() -> None:
    placed = one_seller()
    pay(placed.due)
    with pytest.raises(IllegalMove):
        services.cancel_unpaid(order=placed.order, actor=OFFICE)
    with pytest.raises(IllegalMove):
        payments.close_due(due=placed.due, to=states.EXPIRED, actor=OFFICE, why="")
    assert status(placed.order) == order_states.CLEARED
    assert_sound()


def test_nothing_to_pay_is_refused_in_words() -> None:
    order = one_seller().order
    with pytest.raises(PaymentError, match="nothing to pay"):
        payments.raise_due(
            order=order, split={"1": {"goods": 0, "delivery": 0}}, due_at=timezone.now(), actor=OFFICE
        )


def test_what_the_buyer_paid_is_all_accounted_for_at_the_end() -> None:
    """Paid in two parts and 999 too much; one part declined, one signed for in part; a late transfer."""
    placed = two_sellers()
    pay(placed.due, 3_000_000)
    pay(placed.due, 230_999)
    sarongs, jengkol = parts(placed.order)
    services.decline(fulfilment=sarongs, actor=OFFICE, why="no yarn")
    sign(bring(jengkol, "delivered"), {0: 3})
    pay(placed.due, 50_000)
    assert status(placed.order) == order_states.COMPLETED
    amounts = Refund.objects.order_by("pk").values_list("reason", "amount")
    assert list(amounts) == [("over", 999), ("declined", 3_015_000), ("rejected", 80_000), ("over", 50_000)]
    assert books() == {"bank": 3_280_999, "payable": 135_000, "refund_due": 3_145_999}
    for number, one in enumerate(Refund.objects.all()):
        payments.pay_refund(refund=one, bank_reference=f"OUT-{number}", actor=OFFICE)
    assert books() == {"bank": 135_000, "payable": 135_000}
    assert Refund.objects.aggregate(sum=Sum("amount"))["sum"] + 135_000 == 3_280_999
    assert_sound()

"""The same money from two sides at once: real threads, real locks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services
from marketplace.orders import states as order_states
from marketplace.payments import services as payments
from marketplace.payments.models import Due, Receipt, Refund
from tests.common.race import race
from tests.fulfilment.steps import OFFICE, arrives, assert_sound, books, one_seller, parts, pay, status

pytestmark = pytest.mark.django_db(transaction=True)
DUE = 515_000


def test_one_receipt_matched_by_six_people_at_once() -> None:
    placed = one_seller()
    receipt = arrives(DUE)
    results = race(
        *[
            lambda: payments.match(receipt=Receipt.objects.get(pk=receipt.pk), due=placed.due, actor=OFFICE)
            for _ in range(6)
        ]
    )
    assert sum(isinstance(result, Due) for result in results) == 1
    assert sum(isinstance(result, IllegalMove) for result in results) == 5
    assert books() == {"bank": DUE, "held": 500_000, "shipping_due": 15_000}
    assert_sound()


def test_two_receipts_for_one_due_at_once() -> None:
    placed = one_seller()
    receipts = [arrives(DUE), arrives(DUE)]
    race(*[lambda one=one: payments.match(receipt=one, due=placed.due, actor=OFFICE) for one in receipts])
    assert Due.objects.get().received == DUE
    assert Refund.objects.get().amount == DUE
    assert_sound()


def test_matched_or_returned_but_not_both() -> None:
    placed = one_seller()
    receipt = arrives(DUE)
    results = race(
        lambda: payments.match(receipt=Receipt.objects.get(), due=placed.due, actor=OFFICE),
        lambda: payments.return_receipt(receipt=Receipt.objects.get(), actor=OFFICE, why="unknown"),
    )
    assert sum(isinstance(result, IllegalMove) for result in results) == 1
    receipt.refresh_from_db()
    assert Refund.objects.count() == (1 if receipt.state == "returned" else 0)
    assert_sound()


@pytest.mark.parametrize("turn", range(3))
def test_a_match_arrives_while_the_order_expires(turn: int) -> None:
    placed = one_seller()
    Due.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    receipt = arrives(DUE)  # does not name the order: the timetable does not wait for it
    results = race(
        lambda: services.expire(due=placed.due),
        lambda: payments.match(receipt=receipt, due=placed.due, actor=OFFICE),
        lambda: services.expire(due=placed.due),
    )
    assert not any(isinstance(result, Exception) for result in results)
    if status(placed.order) == order_states.CLEARED:
        assert results[0] is results[2] is False
        assert not Refund.objects.exists()
        assert [part.state for part in parts(placed.order)] == ["offered"]
    else:
        assert status(placed.order) == order_states.CANCELLED
        assert {results[0], results[2]} == {True, False}
        assert (Refund.objects.get().reason, Refund.objects.get().amount) == ("late", DUE)
        assert [part.state for part in parts(placed.order)] == ["cancelled"]
    assert_sound()


def test_a_refund_paid_by_two_people_at_once() -> None:
    placed = one_seller()
    pay(placed.due, DUE + 1_000)
    results = race(
        *[
            lambda n=n: payments.pay_refund(
                refund=Refund.objects.get(), bank_reference=f"OUT-{n}", actor=OFFICE
            )
            for n in range(4)
        ]
    )
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, IllegalMove) for result in results) == 3
    assert books() == {"bank": DUE, "held": 500_000, "shipping_due": 15_000}
    assert_sound()


def test_one_bank_reference_for_two_refunds_at_once() -> None:
    placed = one_seller()
    pay(placed.due, DUE + 1_000)
    pay(placed.due, 2_000)
    results = race(
        *[
            lambda one=one: payments.pay_refund(refund=one, bank_reference="OUT", actor=OFFICE)
            for one in Refund.objects.all()
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["KnownReference", "NoneType"]
    assert_sound()

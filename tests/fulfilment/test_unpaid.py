"""Orders that nobody paid end once, free their stock, and wait where money is on its way."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.translation import override

from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import services, states, tasks, timeline
from marketplace.notices.models import Mail
from marketplace.office.views.steps import moves_of
from marketplace.orders import states as order_states
from marketplace.payments import services as payments
from marketplace.payments.models import Due, Refund
from marketplace.pesantren.models import StockRecord
from tests.fulfilment.steps import (
    OFFICE,
    arrives,
    assert_sound,
    books,
    one_seller,
    parts,
    pay,
    status,
    two_sellers,
)

pytestmark = pytest.mark.django_db


def allocated() -> set[int]:
    return set(StockRecord.objects.values_list("num_allocated", flat=True))


def test_not_a_second_before_the_deadline() -> None:
    placed = two_sellers()
    with time_machine.travel(placed.due.due_at - timedelta(seconds=1), tick=False):
        tasks.expire_unpaid()
        assert not services.expire(due=placed.due)
    assert status(placed.order) == order_states.PLACED
    assert allocated() == {20, 5}


def test_at_the_deadline_everything_ends_once() -> None:
    placed = two_sellers()
    with time_machine.travel(placed.due.due_at, tick=False):
        tasks.expire_unpaid()
        tasks.expire_unpaid()
    assert status(placed.order) == order_states.CANCELLED
    assert Due.objects.get().state == "expired"
    assert [part.state for part in parts(placed.order)] == ["cancelled", "cancelled"]
    assert allocated() == {0}
    assert [change.after for change in history(placed.order)] == ["placed", "cancelled"]
    last = history(placed.order).last()
    assert (last.actor_name, last.why) == ("system", "payment deadline passed")
    assert Mail.objects.filter(key__startswith="order_expired/").count() == 1
    assert not Refund.objects.exists()
    assert books() == {}
    assert_sound()


@pytest.mark.parametrize("typed", ["{}", "pay {} thanks", "{} jengkol"])
def test_money_that_names_the_order_keeps_it_open_until_a_person_decides(typed: str) -> None:
    placed = one_seller()
    receipt = arrives(515_000, note=typed.format(placed.due.reference.replace("-", " ").lower()))
    with time_machine.travel(placed.due.due_at + timedelta(days=3), tick=False):
        tasks.expire_unpaid()
        assert status(placed.order) == order_states.PLACED
        payments.match(receipt=receipt, due=placed.due, actor=OFFICE)
    assert status(placed.order) == order_states.CLEARED
    assert_sound()


def test_once_that_money_is_sent_back_the_order_expires() -> None:
    placed = one_seller()
    receipt = arrives(1_000, note=placed.due.reference)
    arrives(1_000, note="OPOP-2222-2222")  # names another order
    with time_machine.travel(placed.due.due_at, tick=False):
        assert not services.expire(due=placed.due)
        payments.return_receipt(receipt=receipt, actor=OFFICE, why="a mistake of the bank")
        assert services.expire(due=placed.due)
    assert_sound()


def test_a_paid_order_does_not_expire() -> None:
    placed = one_seller()
    pay(placed.due)
    with time_machine.travel(placed.due.due_at + timedelta(days=9), tick=False):
        tasks.expire_unpaid()
        assert not services.expire(due=placed.due)
    assert status(placed.order) == order_states.CLEARED
    assert allocated() == {10}


def test_given_up_by_the_buyer_once() -> None:
    placed = two_sellers()
    services.cancel_unpaid(order=placed.order, actor=OFFICE, why="too slow")
    with pytest.raises(IllegalMove):
        services.cancel_unpaid(order=placed.order, actor=OFFICE)
    with time_machine.travel(placed.due.due_at, tick=False):
        assert not services.expire(due=placed.due)
    assert status(placed.order) == order_states.CANCELLED
    assert allocated() == {0}
    assert Due.objects.get().state == "cancelled"
    assert_sound()


def test_the_buyer_is_told_that_the_order_is_cancelled() -> None:
    placed = one_seller(language="en")
    services.cancel_unpaid(order=placed.order, actor=OFFICE)
    mail = Mail.objects.get(key=f"order_cancelled/{placed.order.number}")
    assert (mail.to, mail.subject) == (placed.order.email, f"Order {placed.order.number} is cancelled")


@pytest.mark.parametrize(("why", "shown"), [*states.WHYS.items(), ("too slow", "too slow")])
def test_our_own_reasons_are_shown_as_words(why: str, shown: str) -> None:
    placed = one_seller()
    services.cancel_unpaid(order=placed.order, actor=OFFICE, why=why)
    with override("en"):
        assert [step.detail for step in timeline.steps(parts(placed.order)[0])] == [str(shown)]
        assert moves_of(placed.order, {})[-1].detail == str(shown)


def test_stock_that_was_freed_can_be_bought_again() -> None:
    placed = one_seller(quantity=100)
    services.cancel_unpaid(order=placed.order, actor=OFFICE)
    record = StockRecord.objects.get()
    record.allocate(100)
    assert record.num_allocated == 100


def test_one_broken_order_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = one_seller(), one_seller(price=1_000)
    expire = services.expire

    def broken(*, due: Due) -> bool:
        if due.pk == first.due.pk:
            raise ZeroDivisionError
        return expire(due=due)

    monkeypatch.setattr(services, "expire", broken)
    with time_machine.travel(second.due.due_at + timedelta(seconds=1), tick=False):
        tasks.expire_unpaid()
    assert [status(placed.order) for placed in (first, second)] == ["placed", "cancelled"]

"""The signed receipt: whole, in part, not at all, and by the clock; money to the rupiah."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.fulfilment.services.acceptance import BadAcceptance
from marketplace.ledger.money import Money
from marketplace.orders import states as order_states
from marketplace.payments import held
from marketplace.payments.models import Refund
from tests.factories.catalogue import make_product
from tests.factories.orders import placed_order
from tests.fulfilment.steps import (
    assert_sound,
    books,
    bring,
    one_seller,
    paid,
    sign,
    status,
    two_sellers,
)

pytestmark = pytest.mark.django_db


def delivered(**kw: int) -> Fulfilment:
    (part,) = paid(one_seller(**kw))
    return bring(part, states.DELIVERED)


def test_whole() -> None:
    part = delivered()
    sign(part)
    part.refresh_from_db()
    assert part.state == states.RECEIVED
    assert held.owed(part.partner_id) == Money(515_000)
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert not Refund.objects.exists()
    receipt = Acceptance.objects.get()
    assert (receipt.signed_name, receipt.by_clock) == ("Contoh", False)
    assert [line.accepted for line in part.lines.all()] == [10]
    assert_sound()


def test_in_part_the_delivery_stays_paid() -> None:
    part = delivered()
    sign(part, {0: 7})
    part.refresh_from_db()
    assert part.state == states.RECEIVED
    assert held.owed(part.partner_id) == Money(365_000)  # 7 × 50.000 and 15.000 delivery
    assert (Refund.objects.get().amount, Refund.objects.get().reason) == (150_000, "rejected")
    assert books() == {"bank": 515_000, "payable": 365_000, "refund_due": 150_000}
    assert [(line.accepted, line.reason) for line in part.lines.all()] == [(7, "busuk")]
    assert_sound()


def test_one_of_two_lines_not_at_all() -> None:
    first = make_product(price=10_000)
    second = make_product(first.partner, "Peci", price=7_777)
    (part,) = paid(placed_order([(first, 3), (second, 2)]))
    sign(bring(part, states.DELIVERED), {1: 0})
    assert books() == {"bank": 60_554, "payable": 45_000, "refund_due": 15_554}
    assert Fulfilment.objects.get().state == states.RECEIVED
    assert_sound()


def test_nothing_the_delivery_is_owed_back_too() -> None:
    part = delivered()
    sign(part, {0: 0})
    part.refresh_from_db()
    assert part.state == states.REJECTED
    assert held.owed(part.partner_id) == Money(0)
    assert books() == {"bank": 515_000, "refund_due": 515_000}
    assert status(part.order) == order_states.COMPLETED
    assert_sound()


def test_by_the_clock() -> None:
    part = delivered()
    with time_machine.travel(part.claim_until - timedelta(seconds=1), tick=False):
        services.close_claim(fulfilment=part)
    assert Fulfilment.objects.get().state == states.DELIVERED
    with time_machine.travel(part.claim_until, tick=False):
        tasks.close_claims()
        tasks.close_claims()
        services.close_claim(fulfilment=part)
    part.refresh_from_db()
    assert part.state == states.RECEIVED
    assert (Acceptance.objects.get().signed_name, Acceptance.objects.get().by_clock) == ("—", True)
    assert books() == {"bank": 515_000, "payable": 515_000}
    assert_sound()


def test_the_clock_does_not_run_before_delivery() -> None:
    (part,) = paid(one_seller())
    part = bring(part, states.HANDED_OVER)
    with time_machine.travel(timezone.now() + timedelta(days=365), tick=False):
        tasks.close_claims()
        services.close_claim(fulfilment=part)
    assert Fulfilment.objects.get().state == states.HANDED_OVER


def test_signed_once() -> None:
    part = delivered()
    sign(part, {0: 4})
    with pytest.raises(IllegalMove):
        sign(part)
    assert [line.accepted for line in part.lines.all()] == [4]  # the second signature left no trace
    assert Acceptance.objects.count() == 1
    assert books() == {"bank": 515_000, "payable": 215_000, "refund_due": 300_000}
    assert_sound()


@pytest.mark.parametrize(
    ("accepted", "reason"),
    [(11, "x"), (-1, "x"), (9, ""), (9, "   "), (0, ""), (None, "")],
)
def test_quantities_and_reasons_are_checked_and_nothing_moves(accepted: int | None, reason: str) -> None:
    part = delivered()
    line = part.lines.get()
    quantities = {} if accepted is None else {line.pk: accepted}
    with pytest.raises(BadAcceptance):
        services.sign(
            fulfilment=part, actor=GUEST, signed_name="C", accepted=quantities, reasons={line.pk: reason}
        )
    part.refresh_from_db()
    assert part.state == states.DELIVERED
    assert not Acceptance.objects.exists()
    assert_sound()


def test_a_line_of_another_part_cannot_be_signed_for() -> None:
    mine, other = paid(two_sellers())
    mine = bring(mine, states.DELIVERED)
    everything = {line.pk: line.quantity for part in (mine, other) for line in part.lines.all()}
    with pytest.raises(BadAcceptance):
        services.sign(fulfilment=mine, actor=GUEST, signed_name="C", accepted=everything, reasons={})


def test_each_part_is_settled_on_its_own() -> None:
    first, second = paid(two_sellers())
    sign(bring(first, states.DELIVERED))
    assert books() == {"bank": 3_230_000, "held": 200_000, "shipping_due": 15_000, "payable": 3_015_000}
    assert status(first.order) == order_states.IN_FULFILMENT
    assert_sound()
    sign(bring(second, states.DELIVERED))
    assert status(first.order) == order_states.COMPLETED
    assert held.owed(first.partner_id) == Money(3_015_000)
    assert held.owed(second.partner_id) == Money(215_000)
    assert_sound()

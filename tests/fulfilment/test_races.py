"""Two people act on one order at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.common.actor import GUEST
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services, states, tasks
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.orders import states as order_states
from marketplace.payments.models import Refund
from marketplace.pesantren.models import StockRecord
from tests.common.race import race
from tests.fulfilment.steps import (
    OFFICE,
    SELLER,
    assert_sound,
    books,
    bring,
    one_seller,
    paid,
    pay,
    sign,
    status,
    two_sellers,
)

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(part: Fulfilment) -> Fulfilment:
    return Fulfilment.objects.get(pk=part.pk)


def refused(results: list) -> int:
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, IllegalMove)] == []
    return sum(isinstance(one, IllegalMove) for one in results)


def test_the_buyer_signs_while_the_clock_ends() -> None:
    (part,) = paid(one_seller())
    part = bring(part, states.DELIVERED)
    Fulfilment.objects.update(claim_until=timezone.now() - timedelta(seconds=1))
    results = race(
        lambda: sign(fresh(part), {0: 4}),
        lambda: services.close_claim(fulfilment=part),
        lambda: sign(fresh(part), {0: 4}),
        tasks.close_claims,
    )
    by_clock = Acceptance.objects.get().by_clock
    assert refused(results) == (2 if by_clock else 1)
    assert books()["payable"] == (515_000 if by_clock else 215_000)
    assert_sound()


def test_declined_while_it_is_packed_and_handed_over() -> None:
    (part,) = paid(one_seller())
    part = bring(part, states.PACKED)
    results = race(
        lambda: services.decline(fulfilment=fresh(part), actor=OFFICE, why="x"),
        lambda: services.hand_over(fulfilment=fresh(part), actor=SELLER, carrier="x", tracking_number=""),
    )
    assert refused(results) == 1
    handed = fresh(part).state == states.HANDED_OVER
    record = StockRecord.objects.get()
    assert (record.num_in_stock, record.num_allocated) == ((90, 0) if handed else (100, 0))
    assert Refund.objects.count() == (0 if handed else 1)
    assert_sound()


def test_accepted_and_declined_at_once() -> None:
    (part,) = paid(one_seller())
    race(
        lambda: services.accept(fulfilment=fresh(part), actor=SELLER),
        lambda: services.decline(fulfilment=fresh(part), actor=OFFICE, why="x"),
        lambda: services.decline(fulfilment=fresh(part), actor=OFFICE, why="y"),
    )
    assert fresh(part).state == states.DECLINED  # accepted first or not: declining is legal after it
    assert Refund.objects.get().amount == 515_000
    assert StockRecord.objects.get().num_allocated == 0
    assert_sound()


@pytest.mark.parametrize("turn", range(3))
def test_the_last_two_parts_end_at_once_and_the_order_is_completed(turn: int) -> None:
    first, second = (bring(part, states.DELIVERED) for part in paid(two_sellers()))
    results = race(lambda: sign(first, {0: 19}), lambda: sign(second, {0: 4}))
    assert refused(results) == 0  # no deadlock on the order's row either
    assert status(first.order) == order_states.COMPLETED
    assert_sound()


def test_all_parts_declined_at_once() -> None:
    first, second = paid(two_sellers())
    results = race(
        *[lambda one=one: services.decline(fulfilment=one, actor=SELLER, why="x") for one in (first, second)]
    )
    assert refused(results) == 0
    assert status(first.order) == order_states.CANCELLED
    assert books() == {"bank": 3_230_000, "refund_due": 3_230_000}
    assert_sound()


def test_four_sweeps_end_twelve_orders_once() -> None:
    orders = [one_seller(price=1_000 + number).order for number in range(12)]
    orders[0].dues.model.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    race(*[tasks.expire_unpaid] * 4)
    assert {status(order) for order in orders} == {order_states.CANCELLED}
    assert set(StockRecord.objects.values_list("num_allocated", flat=True)) == {0}
    assert_sound()


def test_orders_of_the_same_two_products_placed_declined_and_ended_at_once() -> None:
    """All touch the same stock rows and the same pesantren: in one order of locks nobody waits in a circle."""
    orders = [two_sellers() for _ in range(3)]
    products = [line.product for line in orders[0].order.lines.order_by("pk")]
    StockRecord.objects.update(num_in_stock=500)
    from tests.factories.orders import placed_order

    baskets = [[(products[0], 3), (products[1], 2)], [(products[1], 2), (products[0], 3)]] * 3
    placed = [placed_order(lines) for lines in baskets]
    for one in placed[:4]:
        pay(one.due)
    works = [
        *[
            lambda part=part: services.decline(fulfilment=part, actor=SELLER, why="x")
            for one in placed[:2]
            for part in one.order.fulfilments.all()
        ],
        *[lambda one=one: services.cancel_unpaid(order=one.order, actor=GUEST) for one in placed[4:]],
        *[lambda lines=lines: placed_order(lines) for lines in baskets],
    ]
    results = race(*works)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert_sound()

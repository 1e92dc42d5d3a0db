"""Goods made to order: weeks held at placing, freed when the order ends, used when it leaves; never above capacity."""

from datetime import date
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import connection

from catalogue.models import Product
from marketplace.fulfilment import services, states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import Placed
from marketplace.orders.models import CapacityHold, Order
from marketplace.payments.models import Due
from marketplace.pesantren import services as goods
from marketplace.pesantren.exceptions import OutOfStock
from marketplace.pesantren.models import CapacityWeek, StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.orders import placed_order
from tests.fulfilment.steps import OFFICE, SELLER, assert_sound, bring, paid, parts, sign, status

FIRST, SECOND, THIRD = date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tuesday() -> Any:
    with time_machine.travel("2026-12-01 02:00+00:00", tick=True) as clock:
        yield clock


def made(weekly: int = 50, **kw: Any) -> Product:
    return make_product(price=10_000, weekly=weekly, **kw)


def held() -> list[tuple[date, int]]:
    return list(CapacityWeek.objects.filter(held__gt=0).order_by("week").values_list("week", "held"))


def holds() -> list[tuple[date, int, int]]:
    return list(CapacityHold.objects.order_by("week__week").values_list("week__week", "quantity", "used"))


def order(quantity: int = 120, **kw: Any) -> Placed:
    return placed_order([(made(**kw), quantity)])


def test_a_large_order_takes_the_weeks_ahead_and_is_promised_for_the_last() -> None:
    placed = order()
    assert held() == [(FIRST, 50), (SECOND, 50), (THIRD, 20)]
    (part,) = parts(placed.order)
    saturday = date(2026, 12, 19)
    assert (placed.order.lines.get().made_by, part.ready_on) == (saturday, saturday)
    assert (part.arrives_from, part.arrives_to) == (date(2026, 12, 20), date(2026, 12, 22))
    record = StockRecord.objects.get()
    assert (record.num_in_stock, record.num_allocated or 0, record.free_ahead) == (100, 0, 480)
    (part,) = paid(placed)
    assert part.ready_on == saturday, "paid on the same day: the promise stands"
    assert_sound()


def test_a_small_one_is_ready_after_its_working_days_and_later_if_paid_later(tuesday: Any) -> None:
    placed = order(10)
    assert parts(placed.order)[0].ready_on == date(2026, 12, 3)
    tuesday.move_to("2026-12-02 02:00+00:00")
    assert paid(placed)[0].ready_on == date(2026, 12, 3)  # one working day for its way in the factory


@pytest.mark.parametrize("how", ["expired", "cancelled", "declined"])
def test_given_up_the_weeks_are_free_again(how: str, tuesday: Any) -> None:
    placed = order()
    if how == "declined":
        services.decline(fulfilment=paid(placed)[0], actor=SELLER, why="x")
    elif how == "cancelled":
        services.cancel_unpaid(order=placed.order, actor=OFFICE)
    else:
        tuesday.move_to("2026-12-03 02:00+00:00")
        assert services.expire(due=Due.objects.get())
        assert not services.expire(due=Due.objects.get())
    assert (held(), holds()) == ([], [])
    assert StockRecord.objects.get().free_ahead == 600
    line = placed.order.lines.get()
    line.cancel_allocation(120)  # a second time frees nothing of anybody else
    assert held() == []
    assert_sound()


def test_handed_over_early_frees_the_weeks_to_come(tuesday: Any) -> None:
    (part,) = paid(order())
    tuesday.move_to("2026-12-08 02:00+00:00")
    bring(part, states.HANDED_OVER)
    assert holds() == [(FIRST, 50, 50), (SECOND, 50, 50)]
    assert held() == [(FIRST, 50), (SECOND, 50)]
    assert StockRecord.objects.get().num_in_stock == 100
    sign(bring(part, states.DELIVERED), {0: 119})
    assert status(Order.objects.get()) == "completed"
    assert_sound()


def test_a_part_of_a_line_frees_its_latest_weeks_first() -> None:
    line = order().order.lines.get()
    line.cancel_allocation(30)
    assert held() == [(FIRST, 50), (SECOND, 40)]
    line.consume_allocation(60)
    assert holds() == [(FIRST, 50, 50), (SECOND, 30, 0)]
    line.cancel_allocation(30)
    assert (holds(), line.num_allocated, line.allocation_cancelled) == ([(FIRST, 50, 50)], 0, True)


def test_how_it_is_sold_may_change_under_open_orders() -> None:
    product = make_product(price=10_000, stock=30)
    record = product.stockrecords.get()
    counted = placed_order([(product, 10)])
    goods.set_capacity(record=record, weekly=5, off_season=0, actor=SELLER)
    ordered = placed_order([(product, 7)])
    assert held() == [(FIRST, 5), (SECOND, 2)]
    bring(paid(counted)[0], states.HANDED_OVER)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (20, 0)
    goods.set_capacity(record=record, weekly=None, off_season=0, actor=SELLER)
    bring(paid(ordered)[0], states.HANDED_OVER)
    assert held() == [(FIRST, 5)]
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (20, 0)
    assert_sound()


def test_a_service_made_to_order_is_used_when_it_is_done() -> None:
    (part,) = paid(placed_order([(made(weekly=2, requires_shipping=False), 2)], kind=""))
    services.accept(fulfilment=part, actor=SELLER)
    services.deliver(fulfilment=part, actor=SELLER)
    assert holds() == [(FIRST, 2, 2)]
    assert_sound()


def test_a_deleted_listing_takes_its_holds_along() -> None:
    placed = order()
    Product.objects.all().delete()
    assert (holds(), held()) == ([], [])
    services.cancel_unpaid(order=placed.order, actor=OFFICE)
    assert audit() == []


FAULTS = {
    "a week's sum": "update partner_capacityweek set held = held - 1 where held = 50",
    "a hold": "update order_capacityhold set quantity = quantity - 1 where quantity = 20",
    "a lost hold": "delete from order_capacityhold where quantity = 20",
    "a line's count": "update order_line set num_allocated = num_allocated - 1",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_audit_finds_it(fault: str) -> None:
    order()
    assert audit() == []
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(FAULTS[fault])
        assert cursor.rowcount
    assert audit()


def only_this_week(product: Product) -> None:
    record = product.stockrecords.get()
    for n in range(1, 12):
        week = date.fromordinal(FIRST.toordinal() + 7 * n)
        goods.set_week(record=record, week=week, units=0, actor=SELLER)


@pytest.mark.django_db(transaction=True)
def test_twenty_buyers_for_the_ten_of_one_week() -> None:
    product = made(weekly=10)
    only_this_week(product)
    results = race(*[partial(placed_order, [(product, 1)])] * 20)
    lost = [one for one in results if isinstance(one, OutOfStock)]
    won = [one for one in results if isinstance(one, Placed)]
    assert (len(won), len(lost)) == (10, 10), results
    assert held() == [(FIRST, 10)]
    assert StockRecord.objects.get().free_ahead == 0
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_ordered_declined_and_lowered_at_once_without_a_deadlock() -> None:
    """Crossed lines of two listings, parts that are declined meanwhile, and a pesantren that lowers its week."""
    partner = make_pesantren()
    one, two = made(partner=partner, weekly=40), made(partner=partner, weekly=40, title="Dua")
    old = [paid(placed_order([(one, 5), (two, 5)]))[0] for _ in range(4)]
    record = one.stockrecords.get()
    works: list[Any] = [
        partial(placed_order, [(one, 6), (two, 6)]),
        partial(placed_order, [(two, 6), (one, 6)]),
    ] * 4
    works += [
        partial(services.decline, fulfilment=Fulfilment.objects.get(pk=p.pk), actor=OFFICE, why="x")
        for p in old
    ]
    works.append(partial(goods.set_week, record=record, week=SECOND, units=3, actor=SELLER))
    results = race(*works)
    assert [r for r in results if isinstance(r, Exception) and type(r).__name__ != "Promised"] == []
    assert sum(quantity for _week, quantity in held()) == 2 * 8 * 6
    assert audit() == []

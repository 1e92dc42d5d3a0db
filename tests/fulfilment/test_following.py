"""The order's status follows from its parts: every combination, as a table."""

from itertools import combinations_with_replacement, product

import pytest

from marketplace.common.states import IllegalMove
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.following import derived, follow
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from tests.fulfilment.steps import one_seller, two_sellers

pytestmark = pytest.mark.django_db
ASKED, GONE = {states.OFFERED}, {states.DECLINED}
BUSY = {states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED}
SIGNED = {states.RECEIVED, states.REJECTED}
# Which kinds of parts an order has → what it is.
TABLE = [
    ([ASKED], "cleared"),
    ([ASKED, GONE], "cleared"),
    ([BUSY], "in_fulfilment"),
    ([ASKED, BUSY], "in_fulfilment"),
    ([BUSY, GONE], "in_fulfilment"),
    ([ASKED, SIGNED], "in_fulfilment"),
    ([BUSY, SIGNED], "in_fulfilment"),
    ([ASKED, BUSY, SIGNED], "in_fulfilment"),
    ([ASKED, GONE, SIGNED], "in_fulfilment"),
    ([SIGNED], "completed"),
    ([SIGNED, GONE], "completed"),
    ([GONE], "cancelled"),
    ([{states.CANCELLED}], "cancelled"),
    ([{states.WAITING}], "placed"),
]


class Parts(list):
    """Stands in for order.fulfilments."""

    def all(self) -> list:
        return self


def order_with(*found: str) -> Order:
    order = Order(pk=1)
    order._prefetched_objects_cache = {"fulfilments": Parts(Fulfilment(state=state) for state in found)}
    return order


@pytest.mark.parametrize(("kinds", "expected"), TABLE)
def test_table(kinds: list[set[str]], expected: str) -> None:
    for combination in product(*kinds):
        for more in combinations_with_replacement(combination, 2):  # several parts in the same state
            assert derived(order_with(*combination, *more)) == expected, combination


def test_the_table_knows_every_reachable_pair() -> None:
    reachable = [ASKED, BUSY, SIGNED, GONE]
    told = [kinds for kinds, _ in TABLE]
    missing = [pair for pair in combinations_with_replacement(reachable, 2) if list(pair) not in told]
    assert [pair for pair in missing if pair[0] != pair[1] and list(reversed(pair)) not in told] == []


@pytest.mark.parametrize(
    ("before", "parts", "after"),
    [
        ("cleared", ("accepted", "offered"), "in_fulfilment"),
        ("cleared", ("declined", "declined"), "cancelled"),
        ("in_fulfilment", ("declined", "offered"), "cleared"),
        ("in_fulfilment", ("declined", "declined"), "cancelled"),
        ("in_fulfilment", ("received", "declined"), "completed"),
        ("in_fulfilment", ("rejected", "rejected"), "completed"),
        ("cleared", ("received", "declined"), "completed"),
        ("in_fulfilment", ("packed", "received"), "in_fulfilment"),
    ],
)
def test_follow(before: str, parts: tuple[str, str], after: str) -> None:
    order = two_sellers().order
    for part, state in zip(Fulfilment.objects.order_by("pk"), parts, strict=True):
        Fulfilment.objects.filter(pk=part.pk).update(state=state)
    Order.objects.update(status=before)
    follow(order)
    assert Order.objects.get().status == order.status == after


def test_an_ended_order_does_not_come_back() -> None:
    order = one_seller().order
    Order.objects.update(status="cancelled")
    Fulfilment.objects.update(state=states.ACCEPTED)
    with pytest.raises(IllegalMove):
        follow(order)
    assert Order.objects.get().status == order_states.CANCELLED


def test_oscars_unlocked_way_is_closed() -> None:
    order = one_seller().order
    with pytest.raises(RuntimeError):
        order.set_status("cancelled")
    with pytest.raises(RuntimeError):
        order.lines.get().set_status("cancelled")

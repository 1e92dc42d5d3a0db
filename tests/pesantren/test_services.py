"""Stock, price, terms and days off as a pesantren changes them: exact rows, refusals, races."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.pesantren import pricing, services
from marketplace.pesantren.exceptions import ChangedMeanwhile, Reserved, WrongSteps
from marketplace.pesantren.models import Closure, StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_pesantren, make_product

pytestmark = pytest.mark.django_db
MEMBER = Actor(7, "Contoh Anggota")


def a_record(**kw: Any) -> StockRecord:
    """20 in stock, 5 of them reserved."""
    record = make_product(stock=20, **kw).stockrecords.get()
    record.allocate(5)
    return record


def test_counted_and_sold_elsewhere_leave_history() -> None:
    record = a_record()
    services.count_stock(record=record, counted=30, seen=20, actor=MEMBER)
    services.sell_elsewhere(record=record, quantity=25, seen=30, actor=MEMBER)
    record.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (5, 5)
    assert [(h.before, h.after, h.actor_id, h.why) for h in history(record)] == [
        ("20", "30", 7, "stock: counted"),
        ("30", "5", 7, "stock: sold elsewhere"),
    ]


def test_what_orders_need_stays() -> None:
    record = a_record()
    with pytest.raises(Reserved) as refused:
        services.count_stock(record=record, counted=4, seen=20, actor=MEMBER)
    assert refused.value.number == 5
    with pytest.raises(Reserved) as refused:
        services.sell_elsewhere(record=record, quantity=16, seen=20, actor=MEMBER)
    assert refused.value.number == 15
    services.count_stock(record=record, counted=5, seen=20, actor=MEMBER)
    record.refresh_from_db()
    assert record.num_in_stock == 5


def test_an_old_page_changes_nothing() -> None:
    record = a_record()
    for work in (
        lambda: services.count_stock(record=record, counted=9, seen=19, actor=MEMBER),
        lambda: services.sell_elsewhere(record=record, quantity=1, seen=None, actor=MEMBER),
    ):
        with pytest.raises(ChangedMeanwhile) as refused:
            work()
        assert refused.value.now == 20
    assert not StateChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_taps_of_one_page_sell_once() -> None:
    record = a_record()

    def tap() -> str:
        try:
            services.sell_elsewhere(record=record, quantity=2, seen=20, actor=MEMBER)
        except ChangedMeanwhile:
            return "late"
        return "sold"

    assert sorted(race(*[tap] * 10)) == ["late"] * 9 + ["sold"]
    assert StockRecord.objects.get().num_in_stock == 18


@pytest.mark.django_db(transaction=True)
def test_sold_elsewhere_and_ordered_here_never_oversell() -> None:
    record = make_product(stock=10).stockrecords.get()

    def order() -> str:
        try:
            record.allocate(10)
        except Exception:
            return "none left"
        return "ordered"

    def sell() -> str:
        try:
            services.sell_elsewhere(record=record, quantity=10, seen=10, actor=MEMBER)
        except Reserved:
            return "reserved"
        return "sold"

    found = sorted(race(order, sell))
    now = StockRecord.objects.get()
    assert found in (["none left", "sold"], ["ordered", "reserved"])
    assert (now.num_in_stock, now.num_allocated or 0) in ((0, 0), (10, 10))


def test_price_and_steps_are_replaced_and_are_no_example_any_more() -> None:
    record = a_record(price=150_000, tiers=[(10, 140_000)])
    StockRecord.objects.update(example_fields=["price", "stock"])
    services.set_price(record=record, price=160_000, steps=[(12, 150_000), (24, 140_000)], actor=MEMBER)
    fresh = StockRecord.objects.get()
    assert [(step.quantity, step.price.minor) for step in pricing.steps(fresh)] == [
        (1, 160_000),
        (12, 150_000),
        (24, 140_000),
    ]
    assert fresh.example_fields == ["stock"]
    [change] = history(record)
    assert (change.before, change.after) == ("Rp 150000", "Rp 160000")
    assert change.why == "price: 150000 10:140000 → 160000 12:150000 24:140000"


@pytest.mark.parametrize(
    ("steps", "place", "fault", "figure"),
    [
        ([(4, 90)], 0, WrongSteps.NOT_ABOVE, 4),
        ([(6, 90), (6, 80)], 1, WrongSteps.NOT_ABOVE, 6),
        ([(7, 90)], 0, WrongSteps.NO_MULTIPLE, 2),
        ([(6, 100)], 0, WrongSteps.NOT_CHEAPER, 100),
        ([(6, 90), (8, 90)], 1, WrongSteps.NOT_CHEAPER, 90),
    ],
)
def test_steps_that_cannot_be(steps: list[tuple[int, int]], place: int, fault: str, figure: int) -> None:
    with pytest.raises(WrongSteps) as wrong:
        services.check_steps(minimum=4, multiple=2, price=100, steps=steps)
    assert (wrong.value.place, wrong.value.fault, wrong.value.figure) == (place, fault, figure)


STEPS = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 120)), max_size=4)


@given(minimum=st.integers(1, 20), multiple=st.integers(1, 5), price=st.integers(1, 120), steps=STEPS)
@settings(max_examples=300, deadline=None)
def test_accepted_steps_always_fall(
    minimum: int, multiple: int, price: int, steps: list[tuple[int, int]]
) -> None:
    try:
        services.check_steps(minimum=minimum, multiple=multiple, price=price, steps=steps)
    except WrongSteps:
        return
    whole = [(minimum, price), *steps]
    assert all(low[0] < high[0] and low[1] > high[1] for low, high in pairwise(whole))
    assert all(quantity % multiple == 0 for quantity, _ in steps)


def test_terms_and_the_steps_that_forbid_them() -> None:
    record = a_record(price=100, tiers=[(10, 90)])
    services.set_terms(record=record, minimum=5, multiple=5, lead_days=None, actor=MEMBER)
    record.refresh_from_db()
    assert (record.minimum, record.multiple, record.lead_days) == (5, 5, None)
    for minimum, multiple in ((10, 5), (3, 3)):
        with pytest.raises(WrongSteps):
            services.set_terms(record=record, minimum=minimum, multiple=multiple, lead_days=1, actor=MEMBER)
    assert [(h.before, h.after) for h in history(record)] == [("1/1/2", "5/5/")]


def test_days_off_end_early_or_never_begin() -> None:
    partner = make_pesantren()
    for first, last in ((1, 9), (12, 14)):
        services.close(
            partner=partner, first=date(2027, 1, first), last=date(2027, 1, last), reason="", actor=SYSTEM
        )
    running, coming = Closure.objects.order_by("first")
    services.open_again(closure=running, on=date(2027, 1, 4), actor=MEMBER)
    services.open_again(closure=coming, on=date(2027, 1, 4), actor=MEMBER)
    services.open_again(closure=coming, on=date(2027, 1, 4), actor=MEMBER)
    [left] = Closure.objects.all()
    assert (left.first, left.last) == (date(2027, 1, 1), date(2027, 1, 3))
    assert StateChange.objects.filter(subject_type="partner.closure").count() == 4

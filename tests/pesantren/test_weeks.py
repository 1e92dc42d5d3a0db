"""The arithmetic of weeks: never above capacity, nothing lost, more capacity never later. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.pesantren import weeks
from marketplace.pesantren.weeks import Portion, Rule, Week

MONDAY = date(2026, 11, 30)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def week(n: int, capacity: int, held: int = 0, days_off: int = 0, days: int = 6) -> Week:
    return Week(MONDAY + timedelta(weeks=n), capacity, held, days=days, days_off=min(days_off, days))


@st.composite
def ahead(draw: st.DrawFn) -> list[Week]:
    """Up to twelve weeks, one after the other; some with days off, some promised beyond what is left of them."""
    rows = st.tuples(
        st.integers(0, 200), st.integers(0, 200), st.integers(0, 6), st.sampled_from([0, 1, 5, 6])
    )
    return [week(n, *row) for n, row in enumerate(draw(st.lists(rows, max_size=12)))]


QUANTITIES = st.integers(1, 1_500)
EARLIEST = st.integers(0, 6).map(lambda n: MONDAY + timedelta(days=n))


@given(QUANTITIES, ahead())
def test_never_above_what_is_free_and_nothing_lost(quantity: int, found: list[Week]) -> None:
    portions = weeks.spread(quantity, found)
    free = sum(one.free for one in found)
    if portions is None:
        assert quantity > free
        return
    assert sum(one.quantity for one in portions) == quantity <= free
    assert all(0 < one.quantity <= one.week.free for one in portions)
    assert all(
        one.week.held + one.quantity <= one.week.capacity for one in portions
    )  # the database's own rule
    places = [found.index(one.week) for one in portions]
    assert places == sorted(set(places))
    for early in found[: places[-1]]:  # no week is passed over while it is free
        assert early.free == sum(one.quantity for one in portions if one.week is early)


@given(QUANTITIES, ahead(), EARLIEST, st.integers(0, 11), st.integers(1, 300))
def test_more_capacity_is_never_later(
    quantity: int, found: list[Week], earliest: date, place: int, more: int
) -> None:
    before = weeks.plan(quantity, found, earliest)
    if before is None:
        return
    larger = [
        Week(w.first, w.capacity + (more if n == place else 0), w.held, w.days, w.days_off)
        for n, w in enumerate(found)
    ]
    after = weeks.plan(quantity, larger, earliest)
    assert after is not None
    assert after.ready_on <= before.ready_on


@given(QUANTITIES, st.integers(1, 300), ahead(), EARLIEST)
def test_more_goods_are_never_earlier(quantity: int, more: int, found: list[Week], earliest: date) -> None:
    small, large = weeks.plan(quantity, found, earliest), weeks.plan(quantity + more, found, earliest)
    if large is not None:
        assert small is not None
        assert earliest <= small.ready_on <= large.ready_on


@given(QUANTITIES, ahead(), EARLIEST)
def test_the_page_says_what_an_order_gets(quantity: int, found: list[Week], earliest: date) -> None:
    shown = weeks.steps(found, earliest)
    assert [number for number, _day in shown] == sorted({number for number, _day in shown})
    promised = next((day for number, day in shown if number >= quantity), None)
    made = weeks.plan(quantity, found, earliest)
    assert promised == (made.ready_on if made else None)


@given(DAYS)
def test_a_week_begins_on_its_monday(day: date) -> None:
    first = weeks.monday(day)
    assert first.weekday() == 0
    assert first <= day < first + weeks.SEVEN
    assert first.isocalendar()[:2] == day.isocalendar()[:2]


@pytest.mark.parametrize(
    ("first", "harvest", "made"),
    [
        (date(2026, 11, 23), {12}, 5),  # Thursday 26 November
        (date(2026, 11, 30), {12}, 100),  # Thursday 3 December, though it begins in November
        (date(2026, 12, 28), {12}, 100),  # Thursday 31 December
        (date(2027, 1, 4), {12}, 5),
        (date(2027, 1, 4), set(), 100),  # no season: all year
    ],
)
def test_the_harvest_decides_by_the_weeks_thursday(first: date, harvest: set[int], made: int) -> None:
    assert Rule(100, 5, frozenset(harvest)).of(first) == made


def test_days_off_take_their_part_and_undo_no_promise() -> None:
    off = [(date(2026, 12, 1), date(2026, 12, 3))]  # Tuesday to Thursday
    assert (weeks.working(MONDAY), weeks.off(MONDAY, off)) == (6, 3)
    half = week(0, 101, held=60, days_off=3)
    assert (half.possible, half.free) == (50, 0)
    assert (week(0, 101, held=20, days_off=3).free, week(0, 101, days_off=6).free) == (30, 0)
    assert week(0, 101, days=0).possible == 0  # public holidays all week
    assert weeks.off(MONDAY, [(date(2026, 12, 6), date(2026, 12, 6))]) == 0  # a Sunday


def test_worked_example() -> None:
    found = [week(0, 50, held=20), week(1, 50), week(2, 50)]
    earliest = date(2026, 12, 2)
    assert weeks.plan(30, found, earliest).ready_on == earliest  # type: ignore[union-attr]
    more = weeks.plan(31, found, earliest)
    assert more is not None
    assert [(one.week.first, one.quantity) for one in more.portions] == [
        (MONDAY, 30),
        (date(2026, 12, 7), 1),
    ]
    assert more.ready_on == date(2026, 12, 12)  # the Saturday of the second week
    closed = [(date(2026, 12, 11), date(2026, 12, 12))]
    assert weeks.ready_on(more.portions, earliest, closed) == date(2026, 12, 10)
    assert weeks.plan(131, found, earliest) is None
    assert weeks.steps(found, earliest) == [
        (30, earliest),
        (80, date(2026, 12, 12)),
        (130, date(2026, 12, 19)),
    ]
    assert weeks.ready_on([Portion(found[0], 5)], earliest) == earliest

"""The times of an event, with the breaks of an ordinary day and of a Friday."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.programme.events.times import Break, Plan, spans

THURSDAY, FRIDAY = date(2026, 12, 10), date(2026, 12, 11)
ZUHUR = Break(time(12), time(13), "Zuhur", on_friday=False)
PRAYER = Break(time(11, 30), time(13), "Salat Jumat", on_friday=True)


def plan(
    first=THURSDAY, last=THURSDAY, begins=time(9), ends=time(14), minutes=30, breaks=(ZUHUR, PRAYER)
) -> Plan:
    return Plan(first, last, begins, ends, minutes, tuple(breaks))


def clocks(found: list) -> list[str]:
    return [f"{one.starts_at:%H:%M}{'*' if one.is_break else ''}" for one in found]


def test_an_ordinary_day_rests_at_zuhur() -> None:
    found = spans(plan(), "Asia/Jakarta")
    assert clocks(found) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00*", "13:00", "13:30"]
    assert found[0].starts_at == datetime(2026, 12, 10, 2, tzinfo=UTC)
    assert found[6].label == "Zuhur"


def test_a_friday_rests_for_the_prayer_instead() -> None:
    found = spans(plan(FRIDAY, FRIDAY), "Asia/Jakarta")
    assert clocks(found) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30*", "13:00", "13:30"]
    assert (found[5].ends_at - found[5].starts_at).total_seconds() == 90 * 60


def test_what_does_not_fit_before_a_break_is_left_out() -> None:
    assert clocks(spans(plan(minutes=50), "Asia/Jakarta")) == ["09:00", "09:50", "10:40", "12:00*", "13:00"]


def test_breaks_that_run_into_each_other_do_not_overlap() -> None:
    later = Break(time(12, 30), time(13, 30), "Makan")
    found = spans(plan(breaks=(ZUHUR, later)), "Asia/Jakarta")
    assert clocks(found)[-3:] == ["12:00*", "13:00*", "13:30"]


def test_days_follow_each_other() -> None:
    assert len(spans(plan(THURSDAY, FRIDAY), "Asia/Jakarta")) == 9 + 8


# A busy machine is no fault of the code.
at_leisure = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
BREAKS = st.lists(
    st.builds(Break, CLOCK, CLOCK, st.just("x"), st.sampled_from([None, True, False])), max_size=4
)


@at_leisure
@given(CLOCK, CLOCK, st.integers(5, 120), BREAKS)
def test_times_never_overlap_nor_leave_the_day(begins: time, ends: time, minutes: int, breaks: list) -> None:
    found = spans(plan(THURSDAY, FRIDAY, begins, ends, minutes, breaks), "Asia/Jakarta")
    for one, after in pairwise(found):
        assert one.ends_at <= after.starts_at
    for one in found:
        assert begins <= one.starts_at.time() < one.ends_at.time() <= ends
        assert one.is_break or (one.ends_at - one.starts_at).total_seconds() == minutes * 60

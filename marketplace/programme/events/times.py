"""The times of an event: from the first to the last minute of each day, less the breaks. Pure, no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FRIDAY = 4  # of date.weekday()
MOST = 400  # of one event


@dataclass(frozen=True)
class Break:
    """Of every day, of Fridays alone, or of all days but Friday."""

    begins: time
    ends: time
    label: str
    on_friday: bool | None = None  # True: Fridays alone; False: every other day; None: all days

    def is_on(self, day: date) -> bool:
        return self.on_friday is None or (day.weekday() == FRIDAY) == self.on_friday


@dataclass(frozen=True)
class Plan:
    """What the office fills in."""

    first: date
    last: date
    begins: time
    ends: time
    minutes: int
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True)
class Span:
    starts_at: datetime
    ends_at: datetime
    label: str = ""  # of a break

    @property
    def is_break(self) -> bool:
        return bool(self.label)


def spans(plan: Plan, zone: str) -> list[Span]:
    """All of them in the order of the clock; none reaches into a break or beyond the end of the day."""
    place, found, day = ZoneInfo(zone), [], plan.first
    while day <= plan.last:
        found += list(_of_day(plan, day, place))
        day += timedelta(days=1)
    return found


def _of_day(plan: Plan, day: date, place: ZoneInfo) -> Iterator[Span]:
    """Of a break that runs into another, or beyond the day, only the rest is there."""

    def at(clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=place)

    moment, end, length = at(plan.begins), at(plan.ends), timedelta(minutes=plan.minutes)
    breaks = sorted((one for one in plan.breaks if one.is_on(day)), key=lambda one: one.begins)
    for one in breaks:
        begins, ends = max(at(one.begins), moment), min(at(one.ends), end)
        if begins >= ends:
            continue
        yield from _between(moment, begins, length)
        yield Span(begins, ends, one.label)
        moment = ends
    yield from _between(moment, end, length)


def _between(moment: datetime, end: datetime, length: timedelta) -> Iterator[Span]:
    while moment + length <= end:
        yield Span(moment, moment + length)
        moment += length

"""The weeks in which goods are made to order: plain arithmetic, no database.

A week begins on its Monday, in Jakarta. Its capacity is how many units get ready in it. Quantities in the unit of the
listing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from marketplace.reference import working_days
from marketplace.reference.working_days import DaysOff

AHEAD = 12  # nothing is promised for later weeks: the pesantren sees all of these on one page
SEVEN = timedelta(days=7)


def monday(day: date) -> date:
    """The first day of the week this day lies in."""
    return day - timedelta(days=day.weekday())


def following(first: date, count: int) -> list[date]:
    """`count` weeks from the one that begins on `first`."""
    return [first + SEVEN * n for n in range(count)]


def month(week: date) -> int:
    """The month a week counts to: that of its Thursday, as ISO 8601 tells the year of a week."""
    return (week + timedelta(days=3)).month


@dataclass(frozen=True)
class Rule:
    """What a listing makes in any week nobody spoke of: `usual`, or `off_season` outside its harvest months."""

    usual: int
    off_season: int = 0
    harvest: frozenset[int] = frozenset()  # none: all year

    def is_harvest(self, week: date) -> bool:
        return not self.harvest or month(week) in self.harvest

    def of(self, week: date) -> int:
        return self.usual if self.is_harvest(week) else self.off_season


@dataclass(frozen=True)
class Week:
    """One week of one listing. Days off take their part of the capacity: half of the days off, half of the goods."""

    first: date
    capacity: int  # if everybody works
    held: int = 0  # promised to orders
    days: int = 6  # working days by the public calendar
    days_off: int = 0  # those of them on which the pesantren is off
    is_own: bool = False  # said for this very week
    is_harvest: bool = True

    @property
    def possible(self) -> int:
        return self.capacity * (self.days - self.days_off) // self.days if self.days else 0

    @property
    def free(self) -> int:
        """Never below zero: days off that were noted later do not undo a promise."""
        return max(self.possible - self.held, 0)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)


@dataclass(frozen=True)
class Portion:
    """So many units get ready in this week."""

    week: Week
    quantity: int


@dataclass(frozen=True)
class Plan:
    """When a quantity gets ready, week by week, and the day on which all of it is."""

    portions: tuple[Portion, ...]
    ready_on: date


@lru_cache(maxsize=1024)
def working(week: date) -> int:
    """How many working days a week has by the public calendar."""
    return sum(working_days.is_working_day(week + timedelta(days=n)) for n in range(7))


def off(week: date, days_off: DaysOff) -> int:
    """How many of a week's working days are days off of the pesantren."""
    last = week + timedelta(days=6)
    here = [(first, end) for first, end in days_off if first <= last and end >= week]
    if not here:
        return 0
    open_days = sum(working_days.is_working_day(week + timedelta(days=n), here) for n in range(7))
    return working(week) - open_days


def spread(quantity: int, ahead: Iterable[Week]) -> tuple[Portion, ...] | None:
    """Fill the weeks in their order, each as far as it is free; nothing if all of them together are too few."""
    portions, left = [], quantity
    for week in ahead:
        if left <= 0:
            break
        if taken := min(left, week.free):
            portions.append(Portion(week, taken))
            left -= taken
    return tuple(portions) if left <= 0 else None


def ready_on(portions: Sequence[Portion], earliest: date, days_off: DaysOff = ()) -> date:
    """`earliest` where its week is enough; else the last working day of the last week that is needed."""
    if not portions or portions[-1].week.first <= monday(earliest):
        return earliest
    closed = list(days_off)
    day = portions[-1].week.last
    while day > earliest and not working_days.is_working_day(day, closed):
        day -= timedelta(days=1)
    return day


def plan(quantity: int, ahead: Iterable[Week], earliest: date, days_off: DaysOff = ()) -> Plan | None:
    """The earliest way to make `quantity` in these weeks; nothing if they are too few."""
    portions = spread(quantity, ahead)
    return None if portions is None else Plan(portions, ready_on(portions, earliest, days_off))


def steps(ahead: Iterable[Week], earliest: date, days_off: DaysOff = ()) -> list[tuple[int, date]]:
    """ "Up to so many by this day", rising: one for each week in which something is free."""
    closed, found, total = list(days_off), [], 0
    for week in ahead:
        if week.free:
            total += week.free
            found.append((total, ready_on([Portion(week, week.free)], earliest, closed)))
    return found

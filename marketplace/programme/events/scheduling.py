"""The schedule of meetings: a plain greedy method that can be told in four sentences (decision 0049). Pure, no Django.

1. Meetings set by hand stand. Then come the pairs in which both sides wished to meet, then those with a wish of one
   side, then pairs of one sector.
2. Among pairs of the same kind, the pair comes next in which somebody has the fewest meetings so far: nobody gets a
   second meeting from people who all have one while a partner of this kind waits for the first. Then the pair whose
   other side has fewest; then by number, so that the same wishes always give the same schedule.
3. A pair meets at the earliest time when both are free and neither has the most meetings of that day.
4. A pair for which there is no such time is not met, and the reason is kept.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from heapq import heapify, heappop, heappush
from itertools import product

BOTH, GUEST, EXHIBITOR, SECTOR, HAND = "both", "guest", "exhibitor", "sector", "hand"
ORDER = {BOTH: 0, GUEST: 1, EXHIBITOR: 1, SECTOR: 2}
# Why a wish was not met.
DECLINED, NO_TIMES = "declined", "no_times"
GUEST_FULL, EXHIBITOR_FULL, NEVER_BOTH = "guest_full", "exhibitor_full", "never_both"
EVERY = 100  # meetings between two reports of progress


@dataclass(frozen=True)
class Time:
    """A span in which meetings are held; breaks are not handed over. When it is over, nobody new meets in it."""

    key: int
    day: date
    is_over: bool = False


@dataclass(frozen=True)
class Meeting:
    exhibitor: int
    guest: int
    time: int
    why: str


@dataclass(frozen=True)
class Unmet:
    """A wish without a meeting: whose it was, and why."""

    exhibitor: int
    guest: int
    by: str
    why: str


@dataclass(frozen=True)
class Facts:
    """All that a schedule follows from. `exhibitors` and `guests`: who comes (or has not said no), with the sectors of
    each. `wishes`: (exhibitor, guest, who wished). `fixed` are kept as they are. Times in the order of the clock."""

    exhibitors: Mapping[int, frozenset[str]]
    guests: Mapping[int, frozenset[str]]
    wishes: frozenset[tuple[int, int, str]]
    times: tuple[Time, ...]
    fixed: tuple[Meeting, ...] = ()
    most: int = 12  # meetings of one side on one day


@dataclass
class Schedule:
    """`meetings` in the order in which they were given, those set by hand first."""

    meetings: list[Meeting] = field(default_factory=list)
    unmet: list[Unmet] = field(default_factory=list)


class _Diary:
    """Who meets when, and how often."""

    def __init__(self, facts: Facts) -> None:
        self.times, self.most = [time for time in facts.times if not time.is_over], facts.most
        self.days = {time.key: time.day for time in facts.times}
        self.busy: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.by_day: dict[tuple[str, int], dict[date, int]] = defaultdict(lambda: defaultdict(int))
        for meeting in facts.fixed:
            self.keep(meeting)

    def keep(self, meeting: Meeting) -> None:
        for who in (("e", meeting.exhibitor), ("g", meeting.guest)):
            self.busy[who].add(meeting.time)
            if day := self.days.get(meeting.time):
                self.by_day[who][day] += 1

    def count(self, side: str, key: int) -> int:
        return len(self.busy[side, key])

    def free(self, side: str, key: int) -> set[int]:
        """When this one could still meet somebody."""
        busy, by_day = self.busy[side, key], self.by_day[side, key]
        return {time.key for time in self.times if time.key not in busy and by_day[time.day] < self.most}

    def earliest(self, exhibitor: int, guest: int) -> int | None:
        one, other = self.busy["e", exhibitor], self.busy["g", guest]
        mine, theirs = self.by_day["e", exhibitor], self.by_day["g", guest]
        for time in self.times:
            if time.key in one or time.key in other:
                continue
            if mine[time.day] < self.most and theirs[time.day] < self.most:
                return time.key
        return None

    def why_not(self, exhibitor: int, guest: int) -> str:
        if not self.times:
            return NO_TIMES
        if not self.free("g", guest):
            return GUEST_FULL
        return NEVER_BOTH if self.free("e", exhibitor) else EXHIBITOR_FULL


def make(facts: Facts, progress: Callable[[int], None] = lambda made: None) -> Schedule:
    """`progress` hears now and then how many meetings there are."""
    made = Schedule(meetings=list(facts.fixed))
    diary = _Diary(facts)
    kinds = _kinds(facts)
    met = {(meeting.exhibitor, meeting.guest) for meeting in facts.fixed}
    for place in sorted(set(ORDER.values())):
        pairs = [pair for pair, kind in kinds.items() if ORDER[kind] == place and pair not in met]
        _give(pairs, kinds, diary, made, progress)
    made.unmet = _unmet(facts, made, diary)
    progress(len(made.meetings))
    return made


def _kinds(facts: Facts) -> dict[tuple[int, int], str]:
    """Why each pair of those who come might meet; pairs with neither a wish nor a sector in common are left out."""
    wished: dict[tuple[int, int], set[str]] = defaultdict(set)
    for exhibitor, guest, by in facts.wishes:
        if exhibitor in facts.exhibitors and guest in facts.guests:
            wished[exhibitor, guest].add(by)
    found = {pair: BOTH if len(by) > 1 else next(iter(by)) for pair, by in wished.items()}
    for exhibitor, guest in product(facts.exhibitors, facts.guests):
        if (exhibitor, guest) not in found and facts.exhibitors[exhibitor] & facts.guests[guest]:
            found[exhibitor, guest] = SECTOR
    return found


def _give(
    pairs: Iterable[tuple[int, int]],
    kinds: Mapping[tuple[int, int], str],
    diary: _Diary,
    made: Schedule,
    progress: Callable[[int], None],
) -> None:
    """Meetings of one kind. What a pair has to wait for only grows, so an old place in the heap is looked at anew."""

    def turn(pair: tuple[int, int]) -> tuple[int, int, int, int]:
        counts = diary.count("e", pair[0]), diary.count("g", pair[1])
        return min(counts), max(counts), pair[1], pair[0]

    heap = [(turn(pair), pair) for pair in pairs]
    heapify(heap)
    while heap:
        seen, pair = heappop(heap)
        if (now := turn(pair)) != seen:
            heappush(heap, (now, pair))
            continue
        time = diary.earliest(*pair)
        if time is None:  # and never again: times only fill
            continue
        meeting = Meeting(pair[0], pair[1], time, kinds[pair])
        diary.keep(meeting)
        made.meetings.append(meeting)
        if len(made.meetings) % EVERY == 0:
            progress(len(made.meetings))


def _unmet(facts: Facts, made: Schedule, diary: _Diary) -> list[Unmet]:
    """Every wish without a meeting, one row a pair, with the reason at the end of the day."""
    met = {(meeting.exhibitor, meeting.guest) for meeting in made.meetings}
    wished: dict[tuple[int, int], set[str]] = defaultdict(set)
    for exhibitor, guest, by in facts.wishes:
        wished[exhibitor, guest].add(by)
    found = []
    for exhibitor, guest in sorted(wished):
        if (exhibitor, guest) in met:
            continue
        comes = exhibitor in facts.exhibitors and guest in facts.guests
        whose = wished[exhibitor, guest]
        why = diary.why_not(exhibitor, guest) if comes else DECLINED
        found.append(Unmet(exhibitor, guest, BOTH if len(whose) > 1 else next(iter(whose)), why))
    return found

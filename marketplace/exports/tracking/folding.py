"""What a consignment's state follows from, as a pure function: the same events in any order give the same fold.

Nothing here looks at ids or at the order in which rows came: events are told apart by source and source id, and put
in order by the time at which their source recorded them. Asked by services.following, alerts and audit.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.exports import states
from marketplace.exports.tracking import codes

RETRACT = "retract:"  # begins the source id of an event that takes another back
A_DAY = timedelta(days=1)
CLOCKS_DIFFER = timedelta(hours=1)  # an actual event may lie so far ahead of the time it was recorded


@dataclass(frozen=True)
class Plan:
    """What was decided here about a consignment, and how many packages it has (0: not known yet)."""

    origin: str
    destination: str
    departs_at: datetime | None = None
    arrives_at: datetime | None = None
    pieces: int = 0
    is_booked: bool = False
    is_cleared: bool = False
    is_closed: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class Seen:
    """One event, without anything that depends on when or in which order it reached us."""

    code: str
    classifier: str
    at: datetime
    recorded_at: datetime
    source: str
    source_id: str
    port: str = ""
    location: str = ""
    pieces: int | None = None
    is_partial: bool = False
    retracts: str = ""  # key of the event it takes back

    @property
    def key(self) -> str:
        return f"{self.source}:{self.source_id}"

    @property
    def message(self) -> str:
        """The same for all versions of one event: a carrier sends a correction under the same event id."""
        return self.key.partition("@")[0]

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.recorded_at, self.at, self.key)


@dataclass(frozen=True)
class Fold:
    """Everything about a consignment that is computed and kept beside it for lists (times with zone)."""

    state: str
    eta: datetime | None
    late_minutes: int
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    delivered_at: datetime | None = None
    last_event_at: datetime | None = None
    contradictions: tuple[str, ...] = ()

    @property
    def left_at(self) -> datetime | None:
        """When it left, as far as we know: what has arrived has left before, whatever message is missing."""
        return self.departed_at or self.arrived_at or self.delivered_at


def fold(plan: Plan, events: Iterable[Seen]) -> Fold:
    """State, expected arrival, delay and contradictions that follow from plan and events. Never raises."""
    counted = in_force(events)
    actual = [one for one in counted if one.classifier == states.ACT]
    departed = _departure(plan, actual)
    delivered = _reached(plan, actual, codes.DELIVERIES)
    arrived = _reached(plan, actual, codes.ARRIVALS) or delivered
    eta = arrived or _estimate(plan, counted)
    late = round((eta - plan.arrives_at).total_seconds() / 60) if eta and plan.arrives_at else 0
    return Fold(
        state=_state(plan, actual, departed, arrived, delivered),
        eta=eta,
        late_minutes=late,
        departed_at=departed,
        arrived_at=arrived,
        delivered_at=delivered,
        last_event_at=max((one.at for one in actual), default=None),
        contradictions=_contradictions(plan, actual, departed, arrived, delivered),
    )


def in_force(events: Iterable[Seen]) -> list[Seen]:
    """Without what was taken back, without double ones, and of each message its newest version only; oldest first."""
    rows = {one.key: one for one in events}.values()
    gone = {one.retracts for one in rows if one.retracts}
    gone |= {f"{one.source}:{one.source_id.removeprefix(RETRACT)}" for one in rows if _takes_back(one)}
    newest: dict[str, Seen] = {}
    for one in rows:
        if not _takes_back(one) and one.key not in gone and one.message not in gone:
            before = newest.get(one.message)
            newest[one.message] = one if before is None else max(before, one, key=lambda each: each.order)
    return sorted(newest.values(), key=lambda one: (one.at, *one.order))


def _takes_back(one: Seen) -> bool:
    return bool(one.retracts) or one.source_id.startswith(RETRACT)


def _is_at(one: Seen, port: str, here: str) -> bool:
    """Whether it happened at this port. Where nobody says where, it is where this code usually happens."""
    if one.port:
        return one.port == port
    known = codes.all_codes().get(one.code)
    return not one.location and known is not None and known.place == here


def _departure(plan: Plan, actual: list[Seen]) -> datetime | None:
    """When the first of the goods left; whoever left a place on the way has left the origin before."""
    left = [one for one in actual if one.code in codes.DEPARTURES]
    first = [one for one in left if _is_at(one, plan.origin, codes.ORIGIN)]
    return min((one.at for one in first or left), default=None)


def _reached(plan: Plan, actual: list[Seen], which: frozenset[str]) -> datetime | None:
    """When the last of the goods came: a whole message, or as soon as the pieces of partial ones add up."""
    here = [one for one in actual if one.code in which and _is_at(one, plan.destination, codes.DESTINATION)]
    found = [one.at for one in here if not one.is_partial]
    parts: dict[str, list[Seen]] = defaultdict(list)
    for one in here:
        if one.is_partial:
            parts[one.code].append(one)
    found += [at for some in parts.values() if (at := _all_there(plan.pieces, some))]
    return min(found, default=None)


def _all_there(pieces: int, partial: list[Seen]) -> datetime | None:
    there = 0
    for one in sorted(partial, key=lambda each: (each.at, *each.order)):
        there += one.pieces or 0
        if pieces and there >= pieces:
            return one.at
    return None


def _estimate(plan: Plan, counted: list[Seen]) -> datetime | None:
    """What was said last about the arrival; an estimate counts before a plan, both before our own plan."""
    told = [
        one
        for one in counted
        if one.code in codes.ARRIVALS
        and one.classifier != states.ACT
        and _is_at(one, plan.destination, codes.DESTINATION)
    ]
    estimates = [one for one in told if one.classifier == states.EST] or told
    return max(estimates, key=lambda one: one.order).at if estimates else plan.arrives_at


def _state(
    plan: Plan,
    actual: list[Seen],
    departed: datetime | None,
    arrived: datetime | None,
    delivered: datetime | None,
) -> str:
    """The furthest step. A delivery without a word of departure still is one: messages get lost, goods do not."""
    is_booked = plan.is_booked or any(one.code in codes.BOOKINGS for one in actual)
    steps = [
        (states.CANCELLED, plan.is_cancelled),
        (states.CLOSED, plan.is_closed),
        (states.DELIVERED, delivered is not None),
        (states.ARRIVED, arrived is not None),
        (states.DEPARTED, departed is not None),
        (states.CLEARED, plan.is_cleared),
        (states.BOOKED, is_booked),
    ]
    return next((state for state, holds in steps if holds), states.PREPARING)


def _contradictions(
    plan: Plan,
    actual: list[Seen],
    departed: datetime | None,
    arrived: datetime | None,
    delivered: datetime | None,
) -> tuple[str, ...]:
    """What cannot all be true, by name; somebody has to find out which message is wrong."""
    found = {
        "arrived_before_departed": bool(departed and arrived and arrived < departed),
        "delivered_before_arrived": bool(delivered and arrived and delivered < arrived),
        "two_departures": _differ(plan, actual, codes.DEPARTURES, plan.origin, codes.ORIGIN),
        "two_arrivals": _differ(plan, actual, codes.ARRIVALS, plan.destination, codes.DESTINATION),
        "too_many_pieces": any(plan.pieces and n > plan.pieces for n in _pieces(plan, actual)),
        "in_the_future": any(one.at > one.recorded_at + CLOCKS_DIFFER for one in actual),
        "left_though_cancelled": plan.is_cancelled and departed is not None,
    }
    return tuple(sorted(name for name, holds in found.items() if holds))


def _differ(plan: Plan, actual: list[Seen], which: frozenset[str], port: str, here: str) -> bool:
    """Whether the same step of the whole consignment is told more than a day apart."""
    by_code: dict[str, list[datetime]] = defaultdict(list)
    for one in actual:
        if one.code in which and not one.is_partial and _is_at(one, port, here):
            by_code[one.code].append(one.at)
    return any(max(times) - min(times) > A_DAY for times in by_code.values())


def _pieces(plan: Plan, actual: list[Seen]) -> list[int]:
    """Pieces that came, by each code: the largest whole message, or all partial ones together."""
    sums: dict[str, int] = defaultdict(int)
    whole: dict[str, int] = defaultdict(int)
    for one in actual:
        counts = one.code in codes.ARRIVALS | codes.DELIVERIES
        if not one.pieces or not counts or not _is_at(one, plan.destination, codes.DESTINATION):
            continue
        if one.is_partial:
            sums[one.code] += one.pieces
        else:
            whole[one.code] = max(whole[one.code], one.pieces)
    return [*sums.values(), *whole.values()]

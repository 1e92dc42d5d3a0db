"""A consignment as people read it: its main steps, and everything that happened with both clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from django.utils import timezone as clock
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from marketplace.common.dates import zone_name
from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.tracking import codes
from marketplace.exports.tracking.folding import Fold
from marketplace.exports.tracking.folding import in_force as counted
from marketplace.exports.tracking.places import drawing, zone_of
from marketplace.exports.tracking.queries import events_of, fold_of, seen
from marketplace.reference.models import Port
from marketplace.reference.working_days import JAKARTA

AT_HOME = 7 * 60  # minutes: West Java's clock


@dataclass(frozen=True)
class Step:
    """As components/_timeline.html shows it: state is done, current, late or empty."""

    label: str
    state: str
    at: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Happened:
    """One event; `counts` is false for what was taken back, corrected, or takes something back."""

    event: Event
    name: str
    where: str
    when: str
    counts: bool
    is_actual: bool


def both_clocks(moment: datetime, port: Port | None, offset_minutes: int = 0) -> str:
    """The time at the place, and in brackets West Java's where that differs."""
    zone = zone_of(port.code) if port else None
    local = moment.astimezone(zone or timezone(timedelta(minutes=offset_minutes)))
    at_home = moment.astimezone(JAKARTA)
    shown = f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"
    if local.utcoffset() == at_home.utcoffset():
        return f"{date_format(at_home, 'j F Y, H:i')} {zone_name(at_home)}"
    day = "j F, H:i" if local.date() != at_home.date() else "H:i"
    return f"{shown} ({date_format(at_home, day)} {zone_name(at_home)})"


def of(consignment: Consignment, *, is_public: bool = False) -> dict[str, Any]:
    """What every page of a consignment on its way shows: steps, what happened and counts, the map. Three queries.

    Nothing is expected of one that was cancelled or emptied.
    `is_public`: places by their ports alone, since what somebody wrote may name a company or a street. What happened
    there counts as it does for everybody.
    """
    events = events_of(consignment)
    travels = consignment.travels
    return {
        "consignment": consignment,
        "travels": travels,
        "steps": steps(consignment, fold_of(consignment, events), travels=travels),
        "log": [
            one for one in log(consignment, events, is_public) if one.counts and (travels or one.is_actual)
        ],
        "map": drawing(consignment.origin.code, consignment.destination.code, consignment.mode),
    }


def log(consignment: Consignment, events: Sequence[Event], is_public: bool = False) -> list[Happened]:
    """Every event, the newest on top. What is still expected stands above what has happened.

    `is_public`: of a place that no port of ours is, neither its name nor its clock.
    """
    keys = {one.key for one in counted([seen(event) for event in events])}
    found = []
    for event in events:
        place = event.port or _usual(consignment, event)
        is_hidden = is_public and place is None
        found.append(
            Happened(
                event=event,
                name=codes.name_of(event.code),
                where="" if is_hidden else event.location or (place.name if place else ""),
                when=both_clocks(event.at, place, AT_HOME if is_hidden else event.offset_minutes),
                counts=seen(event).key in keys,
                is_actual=event.classifier == states.ACT,
            )
        )
    return sorted(found, key=lambda one: (one.event.at, one.event.pk), reverse=True)


def _usual(consignment: Consignment, event: Event) -> Port | None:
    """Where this code usually happens, if nobody wrote where."""
    known = codes.all_codes().get(event.code)
    if event.location or known is None or not known.place:
        return None
    return consignment.destination if known.is_at_destination else consignment.origin


def steps(consignment: Consignment, fold: Fold, *, travels: bool = True) -> list[Step]:
    """From preparation to signature, the one it is at marked; late against the plan says so."""
    leaves, arrives = (consignment.departs_at, fold.eta) if travels else (None, None)
    rows = [
        (_("Prepared in West Java"), states.PREPARING, None, None, None),
        (_("Departure"), states.DEPARTED, fold.departed_at, leaves, consignment.origin),
        (_("Arrival"), states.ARRIVED, fold.arrived_at, arrives, consignment.destination),
        (_("Handed to the consignee"), states.DELIVERED, fold.delivered_at, None, consignment.destination),
        (_("Signed for"), states.CLOSED, consignment.closed_at, None, consignment.destination),
    ]
    reached = states.ORDER.index(fold.state) if fold.state != states.CANCELLED else -1
    found, is_open = [], True
    for label, state, happened, expected, port in rows:
        done = reached >= states.ORDER.index(state) and (state != states.PREPARING or reached >= 2)
        mark = "done" if done else ""
        if not done and is_open and reached >= 0:
            is_late = expected is not None and expected < clock.now() and state != states.PREPARING
            mark, is_open = "late" if is_late else "current", False
        found.append(Step(label, mark, _when(happened, expected, port), port.name if port else ""))
    return found


def _when(happened: datetime | None, expected: datetime | None, port: Port | None) -> str:
    if happened is not None:
        return both_clocks(happened, port)
    if expected is not None:
        return _("expected %(when)s") % {"when": both_clocks(expected, port)}
    return ""

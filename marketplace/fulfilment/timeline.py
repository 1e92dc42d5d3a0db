"""One part's way as steps on a page: what happened, when, by whom and why, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common import dates
from marketplace.common import states as machine
from marketplace.common.actor import GUEST, SYSTEM
from marketplace.common.models import StateChange
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.reference import working_days

WAY = [
    states.OFFERED,
    states.ACCEPTED,
    states.PACKED,
    states.HANDED_OVER,
    states.DELIVERED,
    states.RECEIVED,
]
LABELS = dict(states.CHOICES) | {states.SHORT: gettext_lazy("Less comes than was ordered")}
PAST = {states.OFFERED: gettext_lazy("Paid by the buyer; the pesantren is asked")}
PAST_ON_TEMPO = {states.OFFERED: gettext_lazy("Ordered on tempo; the pesantren is asked")}


@dataclass(frozen=True)
class Step:
    """One line of components/_timeline.html; `state` is done, current, late or todo."""

    state: str
    label: str
    at: str = ""
    detail: str = ""


def due_on(part: Fulfilment) -> date | None:
    """The promised day of the next step."""
    if part.state in (states.ACCEPTED, states.PACKED):
        return part.ready_on
    return part.arrives_to if part.state == states.HANDED_OVER else None


def days_left(part: Fulfilment) -> int | None:
    """Days until the promised day of the next step; below zero: late. Nothing where no day is promised."""
    when = due_on(part)
    return (when - working_days.today()).days if when else None


def is_late(part: Fulfilment) -> bool:
    left = days_left(part)
    return left is not None and left < 0


def who(change: StateChange, order: Any, names: Mapping[int, str] | None) -> str:
    """Who did it. With `names` (person id → name) only these people are named, others by their role:
    a stored name may be an e-mail address."""
    if change.actor_id is None:
        unknown = change.actor_name if names is None else ""
        return {SYSTEM.name: _("automatically"), GUEST.name: _("the buyer")}.get(change.actor_name, unknown)
    if names is None:
        return change.actor_name
    if change.actor_id in names:
        return names[change.actor_id]
    return _("the buyer") if change.actor_id == order.user_id else _("the programme office")


def why(change: StateChange) -> str:
    """The reason: as a person typed it, or one of ours in the reader's language."""
    return str(states.WHYS.get(change.why, change.why))


def steps(part: Fulfilment, names: Mapping[int, str] | None = None) -> list[Step]:
    """What happened to this part, then what is still to come. One query."""
    words = LABELS | (PAST_ON_TEMPO if part.order.is_on_tempo else PAST)
    past = [change for change in machine.history(part) if change.after != states.WAITING]
    done = [
        Step(
            "done",
            str(words[change.after]),
            f"{dates.moment(change.at)} · {who(change, part.order, names)}".rstrip(" ·"),
            why(change),
        )
        for change in past
    ]
    return done + _to_come(part)


def _to_come(part: Fulfilment) -> list[Step]:
    if part.state not in WAY or part.state == states.RECEIVED:
        return []
    promised = {
        states.PACKED: part.ready_on,
        states.HANDED_OVER: part.ready_on,
        states.DELIVERED: part.arrives_to,
    }
    rest = [
        state
        for state in WAY[WAY.index(part.state) + 1 :]
        if part.ships or state not in (states.PACKED, states.HANDED_OVER)
    ]
    found = []
    for index, state in enumerate(rest):
        when = promised.get(state)
        at = _("by %(day)s") % {"day": dates.day(when)} if when else ""
        late = bool(when and when < working_days.today())
        found.append(Step(("late" if late else "current") if index == 0 else "todo", _next_label(state), at))
    return found


def _next_label(state: str) -> str:
    return {
        states.ACCEPTED: _("The pesantren answers"),
        states.PACKED: _("Goods are packed"),
        states.HANDED_OVER: _("Goods leave the pesantren"),
        states.DELIVERED: _("Goods arrive"),
        states.RECEIVED: _("The buyer signs"),
    }[state]

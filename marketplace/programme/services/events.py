"""An event is planned, changed and moved along."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme import states
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events.queries import may_change
from marketplace.programme.models import Event
from marketplace.programme.numbers import event_number

FIELDS = (
    "year",
    "kind",
    "mode",
    "name",
    "country",
    "city",
    "regency",
    "address",
    "link",
    "starts_on",
    "ends_on",
    "time_zone",
    "minutes",
    "most_meetings",
)


def locked(event: Event) -> Event:
    """The row, locked until the end of the transaction: all that changes times, meetings or who comes waits here.
    Raises Refused where the event is over, cancelled or history."""
    found = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
    if not may_change(found):
        raise Refused(
            _("%(name)s cannot be changed any more: %(state)s."),
            name=found.name,
            state=str(found.get_state_display()).lower(),
        )
    return found


def keep(*, event: Event | None, province: Any, facts: dict[str, Any], actor: Actor) -> Event:
    """Plan an event, or change what is known of it. `facts`: FIELDS. Side effects: Event, a history row; its times and
    meetings move along with its first day.

    Raises Refused where the year is of another province, the event cannot be changed, or times would lie outside it.
    """
    if facts["year"].province_id != province.pk:
        raise Refused(_("Choose a year of your province."), field="year")
    facts = {name: facts[name] for name in FIELDS}
    with transaction.atomic():
        if event is None:
            made = Event.objects.create(number=event_number(), province=province, **facts)
            record(made, "", states.PLANNED, actor=actor)
            return made
        found = locked(event)
        changed = [name for name, value in facts.items() if getattr(found, name) != value]
        if not changed:
            return found
        before, zone = found.starts_on, ZoneInfo(found.time_zone)
        for name in changed:
            setattr(found, name, facts[name])
        found.save(update_fields=changed)
        _shift(found, before, zone)
        record(found, found.state, found.state, actor=actor, why="changed")
        return found


def _shift(event: Event, before: date | None, old: ZoneInfo) -> None:
    """Its times follow its first day and its time zone: what the clock there says stays (also where summer time begins
    in between), and how long a meeting is. One after the other, since no two may begin at once even for a moment."""
    days = event.starts_on - before if event.starts_on and before else timedelta(0)
    new, outside = ZoneInfo(event.time_zone), 0
    moved = [(slot, _moved(slot.starts_at, days, old, new)) for slot in event.slots.order_by("starts_at")]
    if moved and moved[0][1] > moved[0][0].starts_at:
        moved.reverse()
    for slot, starts_at in moved:
        if starts_at != slot.starts_at:
            slot.starts_at, slot.ends_at = starts_at, starts_at + (slot.ends_at - slot.starts_at)
            slot.save(update_fields=["starts_at", "ends_at"])
        day = starts_at.astimezone(new).date()
        if event.starts_on:
            outside += not event.starts_on <= day <= (event.ends_on or event.starts_on)
    if outside:
        raise Refused(
            _("%(count)s times would lie outside these days. Take them away first."),
            field="ends_on",
            count=outside,
        )


def _moved(at: datetime, days: timedelta, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """The same clock so many days later, as an instant."""
    return (at.astimezone(old).replace(tzinfo=None) + days).replace(tzinfo=new).astimezone(UTC)


def move(*, event: Event, to: str, actor: Actor, why: str = "") -> None:
    """Along states.EVENT. Side effects: the state, a history row; who is invited to what is cancelled gets a mail.

    Raises IllegalMove; Refused where history would be changed, a reason is missing (cancelling), or nobody has a
    meeting yet (scheduled).
    """
    if event.is_historic:
        raise Refused(_("What is known from sources alone is not moved."))
    if to == states.CANCELLED and not why.strip():
        raise Refused(_("Say why, please: whoever is invited reads it."), field="why")
    if to == states.SCHEDULED and not event.appointments.exists():
        raise Refused(_("Nobody has a meeting yet. Make the schedule first."))
    with transaction.atomic():
        states.EVENT.move(event, to, actor=actor, why=why.strip())
        if to == states.CANCELLED:
            event_mails.cancelled(event, why.strip())

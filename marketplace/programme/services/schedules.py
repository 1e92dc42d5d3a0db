"""The schedule of an event, made in the background and put in place at once.

The Scheduling row is the queue (trying.py); the database lets one be under way for an event.
"""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.queue import enqueue
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme import states
from marketplace.programme.events import scheduling
from marketplace.programme.events.facts import facts_of, kept
from marketplace.programme.events.scheduling import Facts, Schedule
from marketplace.programme.models import Appointment, Event, Scheduling
from marketplace.programme.services.events import locked
from marketplace.programme.services.trying import attempt, note

LOCKS = 0x7363  # the first half of our advisory locks: "sc"


def ask(*, event: Event, actor: Actor, person: Any = None) -> Scheduling:
    """Have the schedule made; one that is under way is given back. Side effects: Scheduling, history row, a task on
    commit. Raises Refused where there are no times, nobody on one side, or the event cannot be changed."""
    try:
        with transaction.atomic():
            found = locked(event)
            if not found.slots.filter(is_break=False).exists():
                raise Refused(_("There are no times yet. Make them first."))
            for side in (found.exhibitors, found.guests):
                if not side.filter(declined_at=None).exists():
                    raise Refused(_("Both sides must be there: invite pesantren and buyers first."))
            row = Scheduling.objects.create(event=found, by=person)
            record(found, found.state, found.state, actor=actor, why="asked")
            enqueue("programme.make_schedule", row.pk)
            return row
    except IntegrityError:  # one at a time: programme_one_scheduling
        return event.schedulings.get(state__in=states.UNDER_WAY)


def make(*, row: Scheduling) -> None:
    """Side effects: progress, meetings, wishes not met, the event's state, history rows; those of trying.attempt. What
    is refused has failed at once, with the reason."""
    attempt(row, LOCKS, _make_or_say_why, died="the worker stopped three times")


def _make_or_say_why(row: Scheduling) -> None:
    try:
        _make(row)
    except Refused as error:
        note(row, state=states.FAILED, problem=error.message[:300])


def _make(row: Scheduling) -> None:
    """Counted outside the transaction, so that its progress is seen; counted again inside if somebody changed
    something meanwhile."""

    def progress(made: int) -> None:
        Scheduling.objects.filter(pk=row.pk).update(made=made)

    now = timezone.now()
    facts = facts_of(row.event, now)
    found = scheduling.make(facts, progress)
    with transaction.atomic():
        event = locked(row.event)
        if (fresh := facts_of(event, now)) != facts:
            facts, found = fresh, scheduling.make(fresh)
        _put(event, facts, found, now)
        unmet = [vars(one) for one in found.unmet]
        note(row, state=states.DONE, made=len(found.meetings), unmet=unmet, problem="")
        actor = Actor.of(row.by) if row.by else SYSTEM
        why = f"made {len(found.meetings)} {len(unmet)}"  # event_words.why writes it out
        if event.state == states.OPEN:
            states.EVENT.move(event, states.SCHEDULED, actor=actor, why=why)
        else:
            record(event, event.state, event.state, actor=actor, why=why)


def _put(event: Event, facts: Facts, found: Schedule, now: Any) -> None:
    """The new meetings in the place of the old ones, all at once."""
    stay = [row.pk for row in kept(event, now)]
    event.appointments.exclude(pk__in=stay).delete()
    new = found.meetings[len(facts.fixed) :]
    Appointment.objects.bulk_create(
        Appointment(
            event=event, slot_id=one.time, exhibitor_id=one.exhibitor, guest_id=one.guest, why=one.why
        )
        for one in new
    )


def clear(*, event: Event, actor: Actor) -> int:
    """Cancel all planned meetings that nobody set by hand. Returns how many. Side effects: a history row."""
    with transaction.atomic():
        found = locked(event)
        stay = [row.pk for row in kept(found, timezone.now())]
        gone, _rows = found.appointments.exclude(pk__in=stay).delete()
        record(found, found.state, found.state, actor=actor, why=f"cleared {gone}")
        return gone

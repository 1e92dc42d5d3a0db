"""Somebody met at an exhibition: noted, followed up, turned into a promise, invited, closed."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.people.phones import to_e164
from marketplace.programme import numbers, states
from marketplace.programme.commitments import mails
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest, Lead, LeadNote
from marketplace.programme.services import commitments
from marketplace.programme.services.commitments import Promise

INVITED = "✉"  # without the address: notes are kept longer than contacts
FACTS = ("company", "country", "contact", "email", "phone", "wants", "follow_on")


@transaction.atomic
def note(
    *,
    event: Event,
    facts: dict[str, Any],
    key: UUID,
    actor: Actor,
    exhibitor: Exhibitor | None = None,
    guest: Guest | None = None,
) -> Lead:
    """Write a lead down. The same `key` again gives the first one. `guest`: whose badge was scanned.

    Side effects: Lead, history row.
    """
    known = Lead.objects.filter(key=key).first()
    if known:
        return known
    values = {name: facts[name] for name in FACTS if facts.get(name) is not None}
    try:
        with transaction.atomic():
            made = Lead.objects.create(
                number=numbers.lead_number(),
                key=key,
                event=event,
                exhibitor=exhibitor,
                guest=guest,
                by_id=actor.id,
                **values,
            )
    except IntegrityError:
        return Lead.objects.get(key=key)
    machine.record(made, "", states.NEW, actor=actor)
    return made


@transaction.atomic
def follow(*, lead: Lead, text: str, next_on: date | None, actor: Actor) -> LeadNote:
    """What was done, and when somebody does more (none: nothing is planned). A closed one is open again.

    Side effects: LeadNote, the lead, history row if its state changes.
    """
    locked = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
    made = LeadNote.objects.create(lead=locked, text=text[:500], by_id=actor.id)
    Lead.objects.filter(pk=lead.pk).update(follow_on=next_on)
    if locked.state in (states.NEW, states.CLOSED):
        states.LEAD.move(locked, states.FOLLOWED, actor=actor, closed_why="")
    return made


@transaction.atomic
def close(*, lead: Lead, why: str, actor: Actor) -> None:
    """Nothing comes of it. Side effects: state, history row. Raises IllegalMove."""
    states.LEAD.move(lead, states.CLOSED, actor=actor, why=why, closed_why=why[:300], follow_on=None)


@transaction.atomic
def turn(*, lead: Lead, exhibitor: Exhibitor, promise: Promise, key: UUID, actor: Actor) -> Commitment:
    """It became a promise to this exhibitor. The guest is who was scanned, else one with its name is made.

    Side effects: maybe Guest with its history row, those of commitments.record, state, history row. Raises
    IllegalMove for a closed one, CommitmentError.
    """
    locked = Lead.objects.select_for_update(of=("self",), no_key=True).select_related("event", "guest")
    found = locked.get(pk=lead.pk)
    known = Commitment.objects.filter(key=key).first()
    if known:
        return known
    if found.state == states.CLOSED:
        raise IllegalMove(found, found.state, states.TURNED)
    guest = found.guest or _guest(found, actor)
    made = commitments.record(
        event=found.event, exhibitor=exhibitor, guest=guest, promise=promise, key=key, actor=actor, lead=found
    )
    if found.state != states.TURNED:
        states.LEAD.move(found, states.TURNED, actor=actor, why=made.number, follow_on=None, guest=guest)
    return made


def _guest(lead: Lead, actor: Actor) -> Guest:
    made = Guest.objects.create(
        event=lead.event,
        name=lead.company,
        country=lead.country or lead.event.country,
        contact=lead.contact,
        email=lead.email,
        phone=to_e164(lead.phone) or "",
        language="id" if (lead.country or lead.event.country) == "ID" else "en",
        token=numbers.token(),
    )
    machine.record(made, "", "added", actor=actor, why=lead.number)
    return made


@transaction.atomic
def invite(*, lead: Lead, language: str, actor: Actor) -> None:
    """Ask its company to register here. Side effects: a mail once for each address, LeadNote."""
    mails.invite_lead(lead, language)
    LeadNote.objects.create(lead=lead, text=INVITED, by_id=actor.id)

"""Buyers at an event: companies of here, or a name and a contact."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events.queries import is_used
from marketplace.programme.models import Event, Guest
from marketplace.programme.numbers import token
from marketplace.programme.services import commitments
from marketplace.programme.services.events import locked
from marketplace.programme.services.exhibitors import new_link
from marketplace.programme.states import BUYER
from offtakers.models import Company

FIELDS = ("name", "country", "contact", "email", "phone", "language", "sectors", "looks_for")


def add(*, event: Event, facts: dict[str, Any], actor: Actor, company: Company | None = None) -> Guest:
    """Side effects: Guest, a history row. No mail: see invite. Raises Refused where the company is a guest already."""
    values = {name: facts[name] for name in FIELDS if name in facts}
    try:
        with transaction.atomic():
            row = Guest.objects.create(event=locked(event), company=company, token=token(), **values)
            record(row, "", "added", actor=actor)
    except IntegrityError:
        raise Refused(_("This company is invited already.")) from None
    return row


def add_company(*, event: Event, company: Company, language: str, actor: Actor) -> Guest:
    """By its name alone: mails go to the company's own address, which nobody reads here before it accepts
    itself (event_mails). Side effects and errors as add."""
    facts = {"name": company.name[:128], "country": company.country, "language": language}
    return add(event=event, facts=facts, actor=actor, company=company)


def keep(*, guest: Guest, facts: dict[str, Any], actor: Actor) -> None:
    """The office mends name, contact, language, what it looks for. Side effects: the row, a history row. Another e-mail
    address gets new links, to the guest's page (exhibitors.new_link) and to its promises: who had the old ones reads no
    more."""
    with transaction.atomic():
        locked(guest.event)
        before = guest.email.lower()
        known = [name for name in FIELDS if name in facts]
        for name in known:
            setattr(guest, name, facts[name])
        guest.save(update_fields=known)
        record(guest, "", "kept", actor=actor)
        if before == guest.email.lower():
            return
        if before:
            new_link(side=guest, actor=actor)
        found = guest.commitments.all()
        commitments.end_links(found=found, side=BUYER, why="e-mail", actor=actor)


def remove(*, guest: Guest, actor: Actor) -> None:
    """Added by mistake, or twice: it is gone with its link and badge. A lead that was noted of it stays.

    Side effects: the row, a history row of the event. Raises Refused where something stands behind it
    (event_queries.is_used), and where the event cannot be changed any more.
    """
    with transaction.atomic():
        found = locked(guest.event)
        row = Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
        if is_used(row):
            raise Refused(
                _(
                    "%(name)s has a promise, a meeting or a wish, or was checked in. Say that it does not come "
                    "instead."
                ),
                name=row.name,
            )
        record(found, found.state, found.state, actor=actor, why=f"− {row.name}")
        row.delete()


def say(*, guest: Guest, sectors: Iterable[str], looks_for: str, actor: Actor) -> None:
    """The guest itself says what it looks for. Side effects: the row, a history row."""
    with transaction.atomic():
        locked(guest.event)
        guest.sectors, guest.looks_for = sorted(set(sectors)), looks_for.strip()
        guest.save(update_fields=["sectors", "looks_for"])
        record(guest, "", "says", actor=actor)


def invite(*, guest: Guest, actor: Actor) -> None:
    """Send the link by mail; at most one a day. Side effects: a mail, invited_at, a history row.

    Raises Refused without an address, and where the event cannot be changed any more.
    """
    if not event_mails.address_of(guest):
        raise Refused(_("No e-mail address is known. Send the link by WhatsApp."), field="email")
    with transaction.atomic():
        locked(guest.event)
        event_mails.invite_guest(guest)
        guest.invited_at = timezone.now()
        guest.save(update_fields=["invited_at"])
        record(guest, "", "invited", actor=actor)

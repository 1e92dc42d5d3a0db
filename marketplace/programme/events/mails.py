"""Mails about events: invitations and agendas, in the reader's language, dates by the clock of the event."""

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from marketplace.common import dates
from marketplace.common import whatsapp as wa
from marketplace.common.links import absolute
from marketplace.notices.services import send
from marketplace.people.models import User
from marketplace.programme.events.badges import key_of
from marketplace.programme.events.queries import hides_contact
from marketplace.programme.events.words import place
from marketplace.programme.models import Event, Exhibitor, Guest


def guest_link(guest: Guest) -> str:
    return absolute("events:guest", key_of(guest), language=guest.language)


def address_of(guest: Guest) -> str:
    """Of a company of here the one it gave, whatever an officer typed: its mails hold its secret links. For mails, not
    for pages (see contact_of)."""
    return guest.company.email if guest.company else guest.email


def contact_of(guest: Guest) -> tuple[str, str]:
    """(e-mail, telephone) that the office may read: what it typed, once the company itself accepted what it gave."""
    if guest.company is None or hides_contact(guest):
        return guest.email, guest.phone
    return guest.company.email, guest.phone or guest.company.phone


def invite_guest(guest: Guest) -> None:
    """Once a day at most."""
    _to_guest(guest, "event_guest_invited", f"{timezone.localdate()}")


def invite_exhibitor(exhibitor: Exhibitor) -> None:
    """To every member of the pesantren."""
    _to_members(exhibitor, "event_invited", "")


def agendas(event: Event) -> int:
    """To everybody who has a meeting: when, and where to look. Once a day at most.

    Returns to how many sides a mail was written now."""
    day, count = f"{timezone.localdate()}", 0
    for exhibitor in event.exhibitors.filter(appointments__isnull=False).distinct().select_related("partner"):
        exhibitor.event = event
        count += _to_members(exhibitor, "event_agenda", day)
    for guest in event.guests.filter(appointments__isnull=False).distinct().select_related("company"):
        guest.event = event
        count += _to_guest(guest, "event_guest_agenda", day)
    return count


def cancelled(event: Event, why: str) -> None:
    """To everybody who is invited and did not say no."""
    for exhibitor in event.exhibitors.filter(declined_at=None).select_related("partner"):
        exhibitor.event = event
        _to_members(exhibitor, "event_cancelled", "", why=why)
    known = Q(invited_at__isnull=False) | Q(accepted_at__isnull=False)
    for guest in event.guests.filter(known, declined_at=None).select_related("company"):
        guest.event = event
        if address_of(guest):
            _to_guest(guest, "event_cancelled", "", why=why, name=guest.name)


def _to_guest(guest: Guest, template: str, day: str, **more: str) -> bool:
    """Whether a mail was written: not without an address, nor the same twice."""
    email = address_of(guest)
    return send(
        key=f"{template}/guest-{guest.pk}/{guest.token[:6]}/{email}/{day}".rstrip("/"),
        to=email,
        language=guest.language,
        template=template,
        context={
            **_facts(guest.event, guest.language),
            "company": guest.name,
            "link": guest_link(guest),
            **more,
        },
        time_zone=guest.event.time_zone,
    )


def _to_members(exhibitor: Exhibitor, template: str, day: str, **more: str) -> bool:
    """Whether a mail was written to any of them."""
    members = User.objects.filter(memberships__partner=exhibitor.partner_id, is_active=True)
    written = False
    for person in members.exclude(email=None).order_by("pk"):
        written |= send(
            key=f"{template}/{exhibitor.pk}/{person.pk}/{day}".rstrip("/"),
            to=person.email or "",
            language=person.language,
            template=template,
            context={
                **_facts(exhibitor.event, person.language),
                "name": person.name,
                "pesantren": exhibitor.partner.name,
                "link": absolute("workspace:event", exhibitor.pk, language=person.language),
                **more,
            },
            time_zone=exhibitor.event.time_zone,
        )
    return written


def _facts(event: Event, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "event": event.name,
            "when": dates.between(event.starts_on, event.ends_on) or "–",
            "place": place(event),
        }


def whatsapp(guest: Guest) -> str:
    """Opens WhatsApp with the invitation ready to be sent; without a number WhatsApp asks to whom."""
    with translation.override(guest.language):
        facts = _facts(guest.event, guest.language)
        text = _(
            "Hello %(company)s, you are invited to %(event)s (%(when)s, %(place)s). "
            "Choose whom you would like to meet, and find your agenda here: %(link)s"
        ) % {**facts, "company": guest.contact or guest.name, "link": guest_link(guest)}
    return wa.link(contact_of(guest)[1], text) or wa.share(text)

"""The agenda of one side as a calendar feed. Pure but for the words."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.common import icalendar
from marketplace.programme.events import words as event_words
from marketplace.programme.models import Appointment, Event, Exhibitor, Guest


def feed(side: Exhibitor | Guest, rows: Iterable[Appointment], now: datetime) -> str:
    """A meeting keeps its name when it is moved, so that a calendar moves it and does not show it twice."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    lines: list[str] = []
    for row in rows:
        if row.state == Appointment.MISSED:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{side.event.number}-{row.exhibitor_id}-{row.guest_id}@{host}",
            f"DTSTAMP:{icalendar.stamp(now)}",
            f"DTSTART:{icalendar.stamp(row.slot.starts_at)}",
            f"DTEND:{icalendar.stamp(row.slot.ends_at)}",
            f"SUMMARY:{icalendar.text(other_name(side, row))}",
            f"LOCATION:{icalendar.text(where(side.event, row.exhibitor))}",
            f"DESCRIPTION:{icalendar.text(told(side.event))}",
            "END:VEVENT",
        ]
    return icalendar.calendar(side.event.name, host=host, room="events", events=lines)


def other_name(side: Exhibitor | Guest, row: Appointment) -> str:
    return row.guest.name if isinstance(side, Exhibitor) else row.exhibitor.partner.name


def told(event: Event) -> str:
    """The event; with its link where one may also come online (online alone it is the place)."""
    return f"{event.name}: {event.link}" if event.mode == Event.BOTH and event.link else event.name


def where(event: Event, exhibitor: Exhibitor) -> str:
    """ "Booth A3, Gedung Sate, Kota Bandung", or the link of an event online."""
    booth = _("Booth %(booth)s") % {"booth": exhibitor.booth} if exhibitor.booth else ""
    if event.mode == Event.ONLINE:
        return event.link
    return ", ".join(part for part in (booth, event_words.place(event)) if part)

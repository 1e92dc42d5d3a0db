"""A calendar feed (RFC 5545) of cut-offs, departures and arrivals. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from marketplace.common import icalendar
from marketplace.exports.models import Consignment


def feed(rows: Iterable[Consignment], *, names: dict[str, str], host: str, now: datetime) -> str:
    """`names`: the words for cutoff, departure, arrival and late in the reader's language."""
    lines: list[str] = []
    for row in rows:
        moments = [("cutoff", row.cutoff_at), ("departure", row.departs_at), ("arrival", row.eta)]
        for name, at in moments:
            if at is not None:
                lines += _event(row, name, at, names, host, now)
    return icalendar.calendar(names["title"], host=host, room="exports", events=lines)


def _event(
    row: Consignment, name: str, at: datetime, names: dict[str, str], host: str, now: datetime
) -> list[str]:
    where = row.destination if name == "arrival" else row.origin
    return [
        "BEGIN:VEVENT",
        f"UID:{row.number}-{name}@{host}",
        f"DTSTAMP:{icalendar.stamp(now)}",
        f"DTSTART:{icalendar.stamp(at)}",
        f"DTEND:{icalendar.stamp(at + timedelta(minutes=30))}",
        f"SUMMARY:{icalendar.text(f'{names[name]}: {row.number}')}",
        f"LOCATION:{icalendar.text(str(where))}",
        "END:VEVENT",
    ]

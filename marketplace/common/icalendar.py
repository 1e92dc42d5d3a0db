"""The grammar of calendar feeds (RFC 5545): stamps, texts, lines of at most 75 octets. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

LONGEST = 74  # octets of a line, without its end; the next begins with a space


def calendar(title: str, *, host: str, room: str, events: Iterable[str]) -> str:
    """`events`: lines of VEVENTs."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{host}//{room}//EN", "CALSCALE:GREGORIAN"]
    lines += ["X-PUBLISHED-TTL:PT1H", f"X-WR-CALNAME:{text(title)}", *events, "END:VCALENDAR"]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return " ".join(value.split())


def _folded(line: str) -> list[str]:
    """Lines of at most 75 octets; a letter of several octets is never cut."""
    found, rest = [], ""
    for letter in line:
        if len((rest + letter).encode()) > LONGEST:
            found.append(rest)
            rest = " "
        rest += letter
    return [*found, rest]

"""Dates and times as people read them: in the active language and zone, always with the zone's name."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def day(value: date) -> str:
    """23 November 2026"""
    return date_format(value, "j F Y")


def moment(value: datetime, zone: str = "") -> str:
    """23 November 2026, 14.00 WIB: the zone stands there, since a reader may sit in another one. `zone`: by the clock
    of this place, whoever reads."""
    local = timezone.localtime(value, ZoneInfo(zone) if zone else None)
    return f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"


def zone_name(local: datetime) -> str:
    """WIB, CET; zones that have only an offset read UTC+4."""
    name = local.strftime("%Z")
    if name[:1] not in "+-":
        return name
    hours, minutes = name[:3], name[3:]
    return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if minutes.strip("0") else "")


def between(first: date | None, last: date | None) -> str:
    """One day, or "23 November 2026 to 25 November 2026"; empty if nothing was promised.

    A word, not a dash: between numbers a dash reads backwards in Arabic.
    """
    if first is None or last is None:
        return ""
    if first == last:
        return day(first)
    return f"{day(first)} {pgettext('dates', 'to')} {day(last)}"

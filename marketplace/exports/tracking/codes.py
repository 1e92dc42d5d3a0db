"""Event codes of the field (DCSA Track & Trace for sea, IATA status messages for air), with names for people."""

from dataclasses import dataclass
from functools import cache

from django.utils.translation import get_language

from marketplace.exports import states
from marketplace.exports.tables import rows

ORIGIN, DESTINATION = "origin", "destination"

DEPARTURES = frozenset({"DEP", "DEPA"})
ARRIVALS = frozenset({"ARR", "RCF", "ARRI", "DISC"})
# The consignee has the goods: handed over at the airport or the door, or the container left the port or was emptied.
DELIVERIES = frozenset({"DLV", "DDL", "GTOT", "STRP"})
BOOKINGS = frozenset({"BKD", "CONF"})
# What usually comes next, as the buttons show it.
AIR_WAY = ["BKD", "FOH", "RCS", "MAN", "DEP", "ARR", "RCF", "NFD", "CCD", "DLV"]
SEA_WAY = ["CONF", "STUF", "GTIN", "LOAD", "DEPA", "ARRI", "DISC", "CUSR", "GTOT", "STRP"]


@dataclass(frozen=True)
class Code:
    """One code; `place` is where it happens unless somebody says otherwise: origin, destination, or nowhere fixed."""

    mode: str
    family: str
    code: str
    classifiers: tuple[str, ...]
    place: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        """In the active language."""
        return self.names.get((get_language() or "en")[:2], self.names["en"])

    @property
    def is_at_destination(self) -> bool:
        return self.place == DESTINATION


@cache
def all_codes() -> dict[str, Code]:
    """By code. The codes of both modes differ, so one is enough to find its meaning."""
    return {
        row["code"]: Code(
            row["mode"],
            row["family"],
            row["code"],
            tuple(row["classifiers"].split()),
            row["place"],
            {name: row[name] for name in ("en", "id", "ar")},
        )
        for row in rows("event_codes")
    }


def of_mode(mode: str) -> list[Code]:
    return [code for code in all_codes().values() if code.mode == mode]


def find(code: str, mode: str) -> Code | None:
    """The code, if goods that travel this way have it."""
    found = all_codes().get(code)
    return found if found and found.mode == mode else None


def name_of(code: str) -> str:
    found = all_codes().get(code)
    return found.name if found else code


def likely_next(mode: str, happened: set[str], most: int = 3) -> list[Code]:
    """The next usual steps after the last that happened; what was skipped before it is not proposed again."""
    way = AIR_WAY if mode == states.AIR else SEA_WAY
    last = max((way.index(code) for code in happened if code in way), default=-1)
    return [all_codes()[code] for code in way[last + 1 : last + 1 + most]]

"""The grades of a good, best first: the short list from which a buyer asks and a pesantren answers.

data/grades.csv, whose row "*" is for every good that no source names grades of (assumed). A name has one place in all
lists, so that two grades compare without knowing the good; 1 is the best, as pooling counts.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogue.models import Commodity

GRADES = Path(__file__).resolve().parent / "data" / "grades.csv"
ANY = "*"
UNKNOWN = 100  # no grade, or one of no list: worse than all that have a name


@dataclass(frozen=True)
class Grade:
    """One grade of one good; `size` is what its standard measures, if it measures anything."""

    commodity: str
    name: str
    place: int
    size: str


@cache
def all_grades() -> tuple[Grade, ...]:
    """Every row of the file, the best grade first."""
    with GRADES.open(encoding="utf-8", newline="") as file:
        found = [
            Grade(row["commodity_code"], row["name"], int(row["place"]), row["size"])
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(found, key=lambda one: one.place))


def grades_of(commodity: Commodity | None) -> list[Grade]:
    """What a good of this commodity can be, best first; the common list where it has none of its own."""
    code = commodity.code if commodity else ANY
    own = [one for one in all_grades() if one.commodity == code]
    return own or [one for one in all_grades() if one.commodity == ANY]


def choices_of(commodity: Commodity | None) -> list[tuple[str, str]]:
    """As a form offers them: "Super (> 65 mm)"."""
    return [(one.name, f"{one.name} ({one.size})" if one.size else one.name) for one in grades_of(commodity)]


def all_choices() -> list[tuple[str, str]]:
    """The names of all lists, for a form that does not know its good yet."""
    names = list(dict.fromkeys(one.name for one in all_grades()))
    return [(name, name) for name in names]


def place_of(name: str) -> int:
    """1 is the best; no grade, or one that we do not know, comes after all others."""
    wanted = name.strip().casefold()
    return next((one.place for one in all_grades() if one.name.casefold() == wanted), UNKNOWN)


def is_below(name: str, asked: str) -> bool:
    """Whether goods of this grade are worse than what is asked for; nothing asked: never."""
    return bool(asked) and place_of(name) > place_of(asked)

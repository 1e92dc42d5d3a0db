"""The loads and ways every change of a courier is tried with, and the rows of the comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from checkout.offers import weight_text
from marketplace.fulfilment.preview import Asked, Case, Compared, load_of
from marketplace.reference.models import Regency

# From Kabupaten Bandung: within it, to the next city, across West Java, to Jakarta, to another island.
ORIGIN, DESTINATIONS = "32.04", ("32.04", "32.73", "32.09", "31.71", "73.71")


def places() -> dict[str, Regency]:
    """All kabupaten and kota by their name in small letters: one query."""
    return {str(one).lower(): one for one in Regency.objects.select_related("province")}


def example_cases(known: Mapping[str, Regency]) -> list[Case]:
    """A small parcel, a bulky carton, a heavy load and a fresh one, each on every example way."""
    loads = [
        (_("1 parcel of 1 kg"), load_of(1_000, "", None, 1)),
        (_("1 carton of 3 kg, 40 × 40 × 40 cm"), load_of(3_000, "40x40x40", 1, 1)),
        (_("4 sacks of 25 kg"), load_of(25_000, "", None, 4)),
        (_("5 kg of fresh goods"), load_of(5_000, "", None, 1, perishable=True)),
    ]
    by_code = {one.code: one for one in known.values()}
    origin = by_code.get(ORIGIN)
    ways = [by_code[code] for code in DESTINATIONS if code in by_code] if origin else []
    return [Case(name, origin, way, [load]) for name, load in loads for way in ways if origin]


@dataclass(frozen=True)
class Cell:
    fee: str
    weight: str
    arrives: str


@dataclass(frozen=True)
class Line:
    name: str
    origin: Regency
    destination: Regency
    before: Cell | None
    after: Cell | None
    differs: bool


def table(compared: Sequence[Compared]) -> list[Line]:
    return [
        Line(
            one.case.name,
            one.case.origin,
            one.case.destination,
            _cell(one.before),
            _cell(one.after),
            one.differs,
        )
        for one in compared
    ]


def _cell(asked: Asked | None) -> Cell | None:
    if asked is None:
        return None
    first, last = date_format(asked.arrives_from, "j M"), date_format(asked.arrives_to, "j M")
    days = first if first == last else f"{first} {pgettext('dates', 'to')} {last}"
    return Cell(str(asked.quote.fee), weight_text(asked.quote.weight), days)

"""What each row of a workbook of registrations would do: the facts in it, what is wrong with it, whom it may repeat."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalogue.imports.faults import Fault
from catalogue.imports.guard import fault, unguarded
from catalogue.imports.reading import UNREADABLE
from catalogue.models import Category
from marketplace.common.forms import ascii_digits
from marketplace.people.phones import to_e164
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.registrations.sheet import COLUMNS, NEEDED, Typed
from marketplace.programme.sectors import OTHER
from marketplace.reference.models import Regency

LENGTHS = {"name": 128, "district": 60, "product": 100, "contact": 150}
ALIKE = 0.6  # of pg_trgm, without the words that every name has
SHOWN = 3  # likely duplicates named beside a row
CATEGORIES = {
    "startup": Participation.START_UP,
    "rintisan": Participation.START_UP,
    "scaleup": Participation.SCALE_UP,
    "pengembangan": Participation.SCALE_UP,
}
EVERYWHERE = r"\m(pondok|pesantren|ponpes|pontren|pp)\M"
SIMILAR = rf"""
with typed as (
  select place, regency, btrim(regexp_replace(lower(name), '{EVERYWHERE}', '', 'g')) as name
  from unnest(%(places)s::int[], %(regencies)s::int[], %(names)s::text[]) as row(place, regency, name)
), there as (
  select p.name as said, y.year, p.nspp, p.regency_id as regency,
         btrim(regexp_replace(lower(p.name), '{EVERYWHERE}', '', 'g')) as name
  from programme_participation p join programme_programmeyear y on y.id = p.year_id
  where p.province_id = %(province)s and p.regency_id = any(%(regencies)s::int[])
)
select typed.place, there.said, there.year, there.nspp from typed join there using (regency)
where typed.name <> '' and similarity(typed.name, there.name) >= %(alike)s
order by typed.place, similarity(typed.name, there.name) desc, there.nspp
"""  # noqa: S608 - no value of a person stands in it


class Desk:
    """What the rows of one file are judged with, read once. Five queries."""

    def __init__(self, year: ProgrammeYear) -> None:
        self.year = year
        self.regencies = _ways_of_places(Regency.objects.filter(province=year.province_id))
        self.sectors = _ways_of_sectors()
        rows = Participation.objects.filter(province=year.province_id)
        self.joined: dict[str, int] = dict(rows.values_list("nspp", "year__year"))
        self.seen: dict[str, int] = {}

    def judge(self, typed: Typed) -> dict[str, Any]:
        """One row as it is stored: {"line", "cells", "facts", "faults", "likely"}."""
        faults: list[Fault] = []
        facts: dict[str, Any] = {}
        for name in COLUMNS:
            cell = unguarded(typed.cells[name]).strip()
            try:
                facts[name] = self._read(name, typed.cells[name], cell, typed.line)
            except ValueError as error:
                faults.append(Fault(str(COLUMNS[name][0]).rstrip(" *"), cell[:100], str(error)))
        return {
            "line": typed.line,
            "cells": {name: cell[:200] for name, cell in typed.cells.items()},
            "facts": facts if not faults else None,
            "faults": [one.stored() for one in faults],
            "likely": [],
        }

    def _read(self, name: str, raw: str, cell: str, line: int) -> Any:
        """The value of one cell. Raises ValueError with a sentence."""
        if UNREADABLE in raw:
            raise ValueError(_("There are signs here that nobody sees. Type this cell anew."))
        if said := fault(raw):
            raise ValueError(said)
        if not cell:
            if name in NEEDED:
                raise ValueError(_("This cell is empty."))
            return ""
        if name in LENGTHS:
            if len(cell) > LENGTHS[name]:
                raise ValueError(_("At most %(most)s characters.") % {"most": LENGTHS[name]})
            return " ".join(cell.split())
        readers: dict[str, Callable[[str], Any]] = {
            "nspp": lambda text: self._nspp(text, line),
            "regency": self._regency,
            "category": _category,
            "sector": self._sector,
            "phone": _phone,
        }
        return readers[name](cell)

    def _nspp(self, cell: str, line: int) -> str:
        number = re.sub(r"[\s.\-]", "", ascii_digits(cell))
        if not re.fullmatch(r"\d{12}", number):
            raise ValueError(_("An NSPP number has 12 digits."))
        if number in self.joined:
            said = _("This pesantren joined in %(year)s already. A pesantren takes part once.")
            raise ValueError(said % {"year": self.joined[number]})
        if self.seen.setdefault(number, line) != line:
            raise ValueError(_("This number stands in row %(row)s, too.") % {"row": self.seen[number]})
        return number

    def _regency(self, cell: str) -> int:
        found = self.regencies.get(_folded(cell), None)
        if found is None:
            raise ValueError(_("There is no such kabupaten or kota in this province."))
        if not found:
            raise ValueError(_("There is a kabupaten and a kota of this name: write which."))
        return found

    def _sector(self, cell: str) -> str:
        found = self.sectors.get(_folded(cell))
        if not found:
            raise ValueError(_("There is no such sector. The sheet “values” has all ten."))
        return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(".", " ").split())


def _ways_of_places(rows: Iterable[Regency]) -> dict[str, int]:
    """Key of a kabupaten or kota for each way to write it; 0 where a bare name may be either."""
    found: dict[str, int] = {}
    for one in rows:
        short = "kab" if one.kind == Regency.KABUPATEN else "kota"
        for way in (f"{one.kind} {one.name}", f"{short} {one.name}", one.code):
            found[_folded(way)] = one.pk
        bare = _folded(one.name)
        found[bare] = 0 if bare in found else one.pk
    return found


def _ways_of_sectors() -> dict[str, str]:
    """The code for each way to write it: the code itself, and its name in any language."""
    found = {OTHER: OTHER}
    for one in Category.objects.filter(depth=1).exclude(code=None):
        for way in (one.code, *(getattr(one, f"name_{suffix}", "") for suffix in ("ind", "en", "ar"))):
            if way:
                found[_folded(str(way))] = str(one.code)
    return found


def _category(cell: str) -> str:
    found = CATEGORIES.get(re.sub(r"[\s_\-]", "", cell.casefold()))
    if found is None:
        raise ValueError(_("Write start_up or scale_up."))
    return found


def _phone(cell: str) -> str:
    found = to_e164(cell)
    if found is None:
        raise ValueError(_("This is not a telephone number. For example: 0812 3456 7890."))
    return found


def name_likely(rows: list[dict[str, Any]], year: ProgrammeYear) -> None:
    """Write beside each row whom of its own kabupaten or kota it may repeat: a name much alike. One query.

    Nobody is refused for that: names of pesantren are not unique, the NSPP is.
    """
    good = [(place, row) for place, row in enumerate(rows) if row["facts"]]
    if not good:
        return
    values: dict[str, Any] = {
        "places": [place for place, _row in good],
        "regencies": [row["facts"]["regency"] for _place, row in good],
        "names": [row["facts"]["name"] for _place, row in good],
        "province": year.province_id,
        "alike": ALIKE,
    }
    with connection.cursor() as cursor:
        cursor.execute(SIMILAR, values)
        for place, said, when, nspp in cursor.fetchall():
            if len(rows[place]["likely"]) < SHOWN:
                rows[place]["likely"].append(f"{said} ({when}, NSPP {nspp})")
    _name_alike_in_file(good)


def _name_alike_in_file(good: list[tuple[int, dict[str, Any]]]) -> None:
    """The same name twice in one kabupaten or kota of the file, whatever its letters' size."""
    first: dict[tuple[int, str], int] = {}
    for _place, row in good:
        key = (row["facts"]["regency"], re.sub(r"\W", "", row["facts"]["name"].casefold()))
        line = first.setdefault(key, row["line"])
        if line != row["line"] and len(row["likely"]) < SHOWN:
            row["likely"].append(_("row %(row)s of this file") % {"row": line})

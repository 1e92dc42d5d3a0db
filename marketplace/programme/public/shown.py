"""The three sums as everybody may see them: beside each other, never added, and not where they would expose one buyer.

A sum is shown only if at least three buyers and three pesantren stand behind it (`FEWEST`). Of the sums of a table so
many more are left out, the smallest first, that what is missing cannot be found by taking the others from the total:
behind all that is left out together, too, stand three of each. Decision 0051.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.utils.translation import get_language

from marketplace.programme import sums
from marketplace.programme.models import Event
from marketplace.programme.sums import KINDS, Behind
from marketplace.programme.wording import each
from marketplace.reference.models import Province

FEWEST = 3
FIVE_MINUTES = 300
TABLES: tuple[sums.By, ...] = ("year", "sector", "regency", "market")
MONTHS = (3, 6, 12)
NEWEST = 6  # events whose realisation over time is shown


def is_enough(behind: Behind) -> bool:
    return len(behind.buyers) >= FEWEST and len(behind.pesantren) >= FEWEST


@dataclass(frozen=True)
class Shown:
    """One row: a sum is None where it is not shown. Counts of a row go with its committed sum."""

    key: str
    label: str
    committed: int | None
    reported: int | None
    realised: int | None
    commitments: int | None
    buyers: int | None
    pesantren: int  # participants, the divisor: who exhibited
    first: date | None
    last: date | None

    def each(self, kind: str) -> int | None:
        """The value per participating pesantren of one of the three."""
        value = getattr(self, kind)
        return None if value is None or not self.pesantren else each(value, self.pesantren)

    @property
    def hides(self) -> bool:
        return None in (self.committed, self.reported, self.realised)


@dataclass(frozen=True)
class Realisation:
    """How much of what was committed at one event was realised so long after it, in whole per cent alone: its rupiah,
    taken from those of its year, could be one buyer's. `percent`: None where the months are not over, or where too few
    stand behind what was realised until then; `hidden` says which."""

    number: str
    name: str
    ended: date | None
    percent: tuple[int | None, ...]
    hidden: tuple[bool, ...]

    @property
    def hides(self) -> bool:
        return any(self.hidden)


@dataclass(frozen=True)
class Page:
    total: Shown
    tables: dict[str, list[Shown]]
    realisation: list[Realisation]
    is_example: bool

    @property
    def hides(self) -> bool:
        return any(row.hides for rows in self.tables.values() for row in rows) or self.total.hides

    @property
    def is_empty(self) -> bool:
        return self.total.commitments == 0 and not any((self.total.reported, self.total.realised))


def page(province: Province) -> Page:
    """All that is shown of the three sums, put together once in five minutes and language."""
    key = f"programme-sums-{province.code}-{get_language() or 'id'}"
    found: Page | None = cache.get(key)
    if found is None:
        found = _made(province)
        cache.set(key, found, FIVE_MINUTES)
    return found


def _made(province: Province) -> Page:
    """As many queries for one commitment as for thousands."""
    tables: dict[str, list[Shown]] = {by: protected(sums.table(province, by=by)) for by in TABLES}
    example = Event.objects.filter(province=province, is_fictional=True, commitments__isnull=False).exists()
    return Page(_total(sums.total(province)), tables, _realisation(province), example)


def of_period(province: Province, by: sums.By, first: date, last: date) -> list[Shown]:
    """One table of the commitments recorded on these days, protected in the same way: for reports."""
    return protected(sums.table(province, by=by, first=first, last=last))


def total_of_period(province: Province, first: date, last: date) -> Shown:
    """The three sums of the commitments recorded on these days, as far as they may be shown: for reports."""
    return _total(sums.total(province, first=first, last=last))


def realised_between(province: Province, first: date, last: date) -> int | None:
    """What became realised on these days; None: too few stand behind it."""
    came = sums.came_between(province, first, last)
    return came.rupiah if not came.rupiah or is_enough(came.behind) else None


def _total(found: sums.Sums) -> Shown:
    open_kinds = {kind for kind in KINDS if not getattr(found, kind) or is_enough(found.behind[kind])}
    return _row("", "", found, open_kinds)


def _row(key: str, label: str, found: sums.Sums, open_kinds: Iterable[str]) -> Shown:
    values = {kind: getattr(found, kind) if kind in open_kinds else None for kind in KINDS}
    counts = "committed" in open_kinds
    return Shown(
        key,
        label,
        values["committed"],
        values["reported"],
        values["realised"],
        found.commitments if counts else None,
        found.buyers if counts else None,
        found.pesantren,
        found.first,
        found.last,
    )


def protected(rows: list[sums.SumRow]) -> list[Shown]:
    """The rows of one table with what may be shown of them."""
    closed = {kind: set(_closed(rows, kind)) for kind in KINDS}
    return [
        _row(row.key, row.label, row.sums, [kind for kind in KINDS if row.key not in closed[kind]])
        for row in rows
    ]


def _closed(rows: list[sums.SumRow], kind: str) -> Iterator[str]:
    """The keys whose sum of this kind is left out: those with too few behind them, then the smallest of the others
    until enough stand behind all that is left out. A sum of nothing tells nothing and stays."""
    held = {row.key: getattr(row.sums, kind) for row in rows if getattr(row.sums, kind)}
    behind = {row.key: row.sums.behind[kind] for row in rows}
    left_out = Behind()
    small = [key for key in held if not is_enough(behind[key])]
    others = sorted((key for key in held if key not in small), key=lambda key: (held[key], key))
    for key in small:
        left_out |= behind[key]
        yield key
    while small and others and not is_enough(left_out):
        key = others.pop(0)
        left_out |= behind[key]
        yield key


def _realisation(province: Province) -> list[Realisation]:
    """The newest events with commitments."""
    rows = Event.objects.filter(province=province, is_historic=False, commitments__isnull=False)
    newest = list(rows.distinct().order_by("-starts_on", "-pk")[:NEWEST])
    committed = {row.key: row.sums for row in sums.table(province, by="event")} if newest else {}
    return [_realised(event, committed.get(event.number, sums.Sums())) for event in newest]


def _realised(event: Event, of: sums.Sums) -> Realisation:
    """Neither a per cent of what few committed, nor one of what few realised until then. Months that are not over hide
    nothing."""
    ended = event.ends_on or event.starts_on
    many = bool(of.committed) and is_enough(of.behind["committed"])
    came = [sums.came_after(event, months=months) if many else None for months in MONTHS]
    hidden = tuple(
        bool(one.rupiah and not is_enough(one.behind)) if one else not many and _is_over(event, months)
        for one, months in zip(came, MONTHS, strict=True)
    )
    percent = tuple(
        None if one is None or hides else (200 * one.rupiah + of.committed) // (2 * of.committed)
        for one, hides in zip(came, hidden, strict=True)
    )
    return Realisation(event.number, event.name, ended, percent, hidden)


def _is_over(event: Event, months: int) -> bool:
    return sums.over_on(event, months=months) is not None

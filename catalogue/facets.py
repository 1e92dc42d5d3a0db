"""How many listings each value of each filter would show, all of them in one query.

A listing counts for a filter if it passes all the others. So every row gets a mask of the filters in use that
it fails; rows that fail two or more count nowhere. One pass over what is left adds up all facets at once
(GROUPING SETS). Facets with few values are grouped together and parted here: each set costs the database as much
as reading the rows, and four take half the time of nine.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from functools import reduce
from hashlib import sha256
from operator import add
from typing import Any

from babel import Locale
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.dates import MONTHS
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import queries
from catalogue.filters import CERTIFICATES, KINDS, MINIMUMS, NOW, PRICES, RARE_PAPERS, Filters, month_bit
from catalogue.models import Certificate, DeliveryKind
from catalogue.search.models import Entry
from marketplace.common.figures import grouped
from marketplace.ledger.money import Money

BROAD = 20_000  # counts over more rows than this may be five minutes old
FIVE_MINUTES = 300
COLUMNS = {
    "sector": "sector_id",
    "place": "regency_id",
    "month": "months",
    "certificate": "certificates",
    "minimum": "minimum_step",
    "price": "price_step",
    "delivery": "kinds",
    "export": "export_to",
    "orderable": "orderable",
}
# Which of them are grouped together: few values times few values.
SETS = [
    ("sector", "place"),
    ("month", "certificate"),
    ("minimum", "price", "delivery", "orderable"),
    ("export",),
]


@dataclass(frozen=True)
class Choice:
    """One option of one filter, with the number of goods it would show; `url` where it is a link."""

    value: str
    label: str
    count: int
    chosen: bool
    url: str = ""

    @property
    def is_off(self) -> bool:
        """Nothing is there: it stays to be seen, but can't be chosen."""
        return not self.count and not self.chosen


@dataclass(frozen=True)
class Counts:
    """Of each facet, the number of listings by the value of its column; `total` passes every filter."""

    total: int
    facets: dict[str, dict[Any, int]]

    def of(self, facet: str, fits: Callable[[Any], bool]) -> int:
        return sum(count for value, count in self.facets[facet].items() if value is not None and fits(value))


def count(entries: QuerySet[Entry], filters: Filters, base: str) -> Counts:
    """Counts of these entries. `base` names them, for keeping the broad ones a while."""
    asked = asdict(filters) | {"sort": "", "base": base, "month_now": month_bit(NOW)}
    key = f"facets-{sha256(repr(sorted(asked.items())).encode()).hexdigest()}"
    kept: Counts | None = cache.get(key)
    if kept is None:
        kept, rows = _count(entries, filters.conditions())
        if rows > BROAD:
            cache.set(key, kept, FIVE_MINUTES)
    return kept


def _count(entries: QuerySet[Entry], conditions: dict[str, Q]) -> tuple[Counts, int]:
    """The counts, and how many rows were read for them."""
    bits = {name: 1 << number for number, name in enumerate(conditions)}
    masks = [Case(When(conditions[name], then=0), default=bit) for name, bit in bits.items()]
    inner = entries.order_by().annotate(
        mask=reduce(add, masks, Value(0, output_field=IntegerField())),
        minimum_step=_steps("minimum", MINIMUMS, ["gt"]),
        price_step=_steps("price", PRICES, ["gte", "gt"]),
    )
    if len(bits) > 1:
        inner = inner.filter(mask__in=[0, *bits.values()])
    found = {facet: Counter[Any]() for facet in COLUMNS}
    total = rows = 0
    for which, mask, number, *values in _grouped(inner):
        # grouping() over the first facet of each set has a 1 for every set that this row is not about.
        names = next(names for place, names in enumerate(reversed(SETS)) if not which >> place & 1)
        of = dict(zip(COLUMNS, values, strict=True))
        for facet in names:
            if mask in (0, bits.get(facet)):
                value = of[facet]
                found[facet][tuple(value) if isinstance(value, list) else value] += number
        if "orderable" in names:
            rows += number
            total += number if mask == 0 else 0
    return Counts(total, {facet: dict(counter) for facet, counter in found.items()}), rows


def _steps(column: str, bounds: list[int], passes: list[str]) -> Any:
    """On which step a value stands: 0 below all bounds, one more for each that it passes; empty without one."""
    tests = [f"{column}__{test}" for test in passes]
    ups = [Case(When(Q(**{test: bound}), then=1), default=0) for bound in bounds for test in tests]
    return Case(When(Q(**{f"{column}__isnull": False}), then=reduce(add, ups)), output_field=IntegerField())


def _grouped(inner: QuerySet[Any]) -> list[tuple[Any, ...]]:
    columns = ", ".join(COLUMNS.values())
    try:
        sql, values = inner.values_list("mask", *COLUMNS.values()).query.sql_with_params()
    except EmptyResultSet:  # a search for nothing that could be found
        return []
    sets = ", ".join(f"({', '.join(COLUMNS[facet] for facet in names)}, mask)" for names in SETS)
    firsts = ", ".join(COLUMNS[names[0]] for names in SETS)
    names = "mask, " + columns
    # Column names are ours; everything a reader chose is a parameter.
    statement = (
        f"SELECT grouping({firsts}), mask, count(*), {columns} FROM ({sql}) AS rows ({names})"  # noqa: S608
        f" GROUP BY GROUPING SETS ({sets})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def choices(counts: Counts, filters: Filters) -> dict[str, list[Choice]]:
    """The options of every facet as a page shows them, in their order."""
    months = [(NOW, _("In season now")), *((str(number), str(name)) for number, name in MONTHS.items())]
    labels = dict(Certificate.KINDS)
    kinds = dict(DeliveryKind.choices)

    def pick(
        facet: str, rows: Iterable[tuple[str, Any]], fits: Callable[[str], Callable[[Any], bool]]
    ) -> list[Choice]:
        chosen = getattr(filters, facet)
        return [
            Choice(code, str(label), counts.of(facet, fits(code)), code == chosen) for code, label in rows
        ]

    sectors = {sector.code: sector.pk for sector in queries.sectors()}
    places = {place.code: place.pk for place in queries.places()}
    return {
        "sector": pick("sector", [(s.code, s.name) for s in queries.sectors()], lambda c: sectors[c].__eq__),
        "month": pick("month", months, lambda c: _bit(month_bit(c))),
        "place": pick("place", [(p.code, p.name) for p in queries.places()], lambda c: places[c].__eq__),
        "certificate": _papers(
            pick("certificate", [(c, labels[c]) for c in CERTIFICATES], lambda c: _bit(CERTIFICATES.index(c)))
        ),
        "minimum": pick(
            "minimum", [(str(n), _up_to(n)) for n in MINIMUMS], lambda c: _least(MINIMUMS.index(int(c)))
        ),
        "price": _prices(counts, filters),
        "delivery": pick("delivery", [(k, kinds[k]) for k in KINDS], lambda c: _bit(KINDS.index(c))),
        "export": pick("export", countries(), lambda c: lambda value: c in value),
        "orderable": pick("orderable", [("1", _("Can be ordered now"))], lambda _c: bool),
    }


def _papers(options: list[Choice]) -> list[Choice]:
    """The usual ones, and of the others those that would show something: most lists have none of them."""
    return [one for one in options if one.value not in RARE_PAPERS or one.count or one.chosen]


def _bit(bit: int) -> Callable[[int], bool]:
    return lambda value: bool(value >> bit & 1)


def _least(step: int) -> Callable[[int], bool]:
    return lambda value: value <= step


def _up_to(number: int) -> str:
    return _("Up to %(n)s units") % {"n": grouped(number)}


def countries() -> list[tuple[str, str]]:
    """Countries that we know the papers for, by their name in the reader's language."""
    names = Locale.parse(get_language() or "id").territories
    return [(code, names.get(code, code)) for code in queries.export_countries()]


def _prices(counts: Counts, filters: Filters) -> list[Choice]:
    """Steps of price. A price on a bound belongs to both sides, as it does for who types the bound."""
    found = []
    for index, (low, high) in enumerate(zip(["", *map(str, PRICES)], [*map(str, PRICES), ""], strict=True)):
        steps = range(max(2 * index - 1, 0), 2 * index + 2)
        chosen = (filters.price_from, filters.price_to) == (low, high)
        url = filters.url(price_from=low, price_to=high)
        label = price_label(low, high)
        found.append(Choice(f"{low}-{high}", label, counts.of("price", steps.__contains__), chosen, url))
    return found


def price_label(low: str, high: str) -> str:
    """ "Up to Rp 25.000", "Rp 25.000 to Rp 100.000", "From Rp 500.000"."""
    values = {"low": Money(int(low or 0)), "high": Money(int(high or 0))}
    if low and high:
        return _("%(low)s to %(high)s") % values
    return (_("From %(low)s") if low else _("Up to %(high)s")) % values


def applied(filters: Filters, shown: dict[str, list[Choice]]) -> list[tuple[str, str]]:
    """Each filter in use as (label, address without it)."""
    found = []
    for name, options in shown.items():
        for option in options:
            if option.chosen and name != "price":
                found.append((_label(name, option), filters.url(**{name: ""})))
    if filters.price_from or filters.price_to:
        label = price_label(filters.price_from, filters.price_to)
        found.append((label, filters.url(price_from="", price_to="")))
    return found


def _label(name: str, option: Choice) -> str:
    if name == "month" and option.value != NOW:
        return _("Harvest in %(month)s") % {"month": option.label}
    if name == "minimum":
        return _("Minimum order: %(quantity)s") % {"quantity": option.label}
    if name == "export":
        return _("Ready for export: %(country)s") % {"country": option.label}
    return option.label

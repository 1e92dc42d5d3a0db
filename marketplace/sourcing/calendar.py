"""Ahead: which windows of a contract the pesantren can fill, and which will fall short, by how much.

A window's quantity is the demand's, less what was called off of it. It is filled, earliest window first, by the
agreements: each with what it has left, no more than its listing can still promise in the window's weeks, and nothing
outside the months of its harvest.

The weeks ahead are the same by the week: what is open of a window is spread evenly over its days from today on, and
goods made to order come from the capacity of that very week.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F

from marketplace.ledger.money import Money, split
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.queries import free_by_week, free_in
from marketplace.pesantren.weeks import following, monday
from marketplace.pooling import queries as pools
from marketplace.reference.working_days import today
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOffLine, Contract, ContractLine, PurchaseAgreement

AHEAD = 26  # weeks
OVER = 10**9  # of a listing that is not counted


@dataclass
class Source:
    """One pesantren for one line: what its agreement has left, and what its listing is."""

    name: str
    left: int
    record: int | None
    is_made: bool
    months: list[int]
    stock: int = OVER  # sold by count: what lies there is for all windows together


@dataclass(frozen=True)
class Part:
    """What one pesantren can bring in a window; `is_harvest`: the window touches its harvest."""

    name: str
    units: int
    is_harvest: bool


@dataclass(frozen=True)
class Window:
    line: ContractLine
    first: date
    last: date
    planned: int
    called: int
    parts: list[Part]

    @property
    def open(self) -> int:
        return max(self.planned - self.called, 0)

    @property
    def short(self) -> int:
        """Units that nobody can bring as it looks now; none for a window that is over."""
        if self.last < today():
            return 0
        return max(self.open - sum(part.units for part in self.parts), 0)


@dataclass(frozen=True)
class Week:
    """One week of one line: what is asked in it, and who can bring how much of that."""

    first: date
    asked: int
    parts: list[Part]

    @property
    def can(self) -> int:
        return sum(part.units for part in self.parts)

    @property
    def missing(self) -> int:
        return self.asked - self.can


@dataclass(frozen=True)
class Ahead:
    line: ContractLine
    weeks: list[Week]  # only those in which something is asked

    @property
    def missing(self) -> int:
        return sum(week.missing for week in self.weeks)


def weeks_of(contract: Contract) -> list[Ahead]:
    """Line by line the next AHEAD weeks. The number of queries does not grow with lines or weeks."""
    lines = _lines(contract)
    sources, called = _sources(lines), _called(contract)
    mondays = following(monday(today()), AHEAD)
    records = [one.record for rows in sources.values() for one in rows if one.record]
    free = free_by_week(records, mondays)
    found = []
    for line in lines:
        asked = _asked(line, called)
        weeks = []
        for at, week in enumerate(mondays):
            if units := asked[week]:
                now = {record: by_week[at] for record, by_week in free.items()}
                parts = _fill(units, sources[line.pk], now, week, week + timedelta(days=6))
                weeks.append(Week(week, units, parts))
        found.append(Ahead(line, weeks))
    return found


def short_weeks(contract: Contract) -> list[Ahead]:
    """Of weeks_of() what will be missing as it looks now: the same for both sides. Empty unless the contract runs."""
    if contract.state != states.ACTIVE:
        return []
    found = [Ahead(one.line, [week for week in one.weeks if week.missing]) for one in weeks_of(contract)]
    return [one for one in found if one.weeks]


def is_settled(contract: Contract) -> bool:
    """Whether it stands who brings the goods: the seller itself, or every line was bought from somebody."""
    return not contract.lines.filter(product=None, purchases=None).exists()


def _asked(line: ContractLine, called: list[tuple[int, date, int]]) -> Counter[date]:
    """Units by the Monday of their week: of each window what is open, spread over its days from today on."""
    found: Counter[date] = Counter()
    for slot, units in _planned(line):
        if slot.last < today():
            continue
        first = max(slot.first, today())
        days = Counter(monday(first + timedelta(days=n)) for n in range((slot.last - first).days + 1))
        rest = max(units - _done(line, called, slot.first, slot.last), 0)
        for week, part in zip(days, split(Money(rest), list(days.values())), strict=True):
            found[week] += part.minor
    return found


def missing(viewer: Any, contract: Contract, line: ContractLine) -> int:
    """What to buy elsewhere: by the windows or by the weeks, whichever misses more."""
    windows = sum(one.short for one in of_contract(viewer, contract) if one.line.pk == line.pk)
    return max(windows, sum(one.missing for one in weeks_of(contract) if one.line.pk == line.pk))


def of_contract(viewer: Any, contract: Contract) -> list[Window]:
    """All windows of all lines, earliest first. The number of queries grows with different windows alone."""
    lines = _lines(contract)
    sources = _sources(lines)
    records = [one.record for rows in sources.values() for one in rows if one.record]
    called = _called(contract)
    asked = sorted(
        ((slot.first, slot.last, units, line) for line in lines for slot, units in _planned(line)),
        key=lambda row: (row[0], row[1], row[3].pk),
    )
    free: dict[tuple[date, date], dict[int, int | None]] = {}
    found = []
    for first, last, units, line in asked:
        if (first, last) not in free:
            free[first, last] = free_in(viewer, records, first, last)
        done = _done(line, called, first, last)
        rest = max(units - done, 0) if last >= today() else 0
        parts = _fill(rest, sources[line.pk], free[first, last], first, last)
        found.append(Window(line, first, last, units, done, parts))
    return found


def _lines(contract: Contract) -> list[ContractLine]:
    rows = contract.lines.select_related("unit", "product", "demand_line")
    return list(rows.prefetch_related("demand_line__slots"))


def _done(line: ContractLine, called: list[tuple[int, date, int]], first: date, last: date) -> int:
    return sum(quantity for pk, day, quantity in called if pk == line.pk and first <= day <= last)


def _planned(line: ContractLine) -> list[tuple[Any, int]]:
    """The demand's windows, made to fit the contract's quantity; the last one takes what rounding leaves."""
    slots = list(line.demand_line.slots.all())
    units = [slot.quantity * line.quantity // line.demand_line.quantity for slot in slots]
    if units:
        units[-1] += line.quantity - sum(units)
    return list(zip(slots, units, strict=True))


def _called(contract: Contract) -> list[tuple[int, date, int]]:
    rows = CallOffLine.objects.filter(call_off__contract=contract)
    rows = rows.exclude(call_off__state=states.CANCELLED)
    counts = F("quantity") - F("fell")
    return list(rows.values_list("contract_line", "call_off__first", counts))


def _sources(lines: list[ContractLine]) -> dict[int, list[Source]]:
    bought = PurchaseAgreement.objects.filter(contract_line__in=lines)
    agreements = list(bought.select_related("partner", "product").order_by("pk"))
    held = pools.used(references.of_purchase(one.pk) for one in agreements)
    goods = [one.product_id for one in agreements] + [line.product_id for line in lines if line.product_id]
    records = {one.product_id: one for one in StockRecord.objects.filter(product__in=goods)}
    found: dict[int, list[Source]] = {line.pk: [] for line in lines}
    for one in agreements:
        rest = max(one.quantity - held[references.of_purchase(one.pk)], 0)
        found[one.contract_line_id].append(_source(one.partner.name, rest, one.product, records))
    for line in lines:
        if line.product:  # straight from the pesantren that signed
            rest = max(line.quantity - line.called_off, 0)
            found[line.pk].append(_source(line.product.title, rest, line.product, records))
    return found


def _source(name: str, rest: int, product: Any, records: dict[int, StockRecord]) -> Source:
    record = records.get(product.pk)
    made = record is not None and record.is_made_to_order
    return Source(name, rest, record.pk if record else None, made, list(product.harvest_months))


def _fill(
    rest: int, sources: list[Source], free: dict[int, int | None], first: date, last: date
) -> list[Part]:
    months = {(month - 1) % 12 + 1 for month in range(_month(first), _month(last) + 1)}
    parts = []
    for one in sources:
        possible = free.get(one.record) if one.record else 0
        most = OVER if possible is None else possible
        if not one.is_made:  # what is taken for an earlier window lies there no more
            one.stock = min(one.stock, most)
            most = one.stock
        is_harvest = not one.months or bool(months & set(one.months))
        units = min(rest, one.left, most) if is_harvest else 0
        one.left -= units
        one.stock -= units
        rest -= units
        parts.append(Part(one.name, units, is_harvest))
    return parts


def _month(day: date) -> int:
    return day.year * 12 + day.month

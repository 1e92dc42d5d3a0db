"""Quotes side by side: each line in its one unit, every price also in the company's currency, every assumption said.

What each rule leaves to the buyer is shown; levelling.py brings prices to one Incoterm by the buyer's own assumptions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.ledger.money import Money
from marketplace.payments import rates
from marketplace.reference.models import Incoterm
from marketplace.sourcing.models import Demand, DemandLine, Quote, QuoteLine


@dataclass(frozen=True)
class Used:
    """One rate that a price was turned by, for the foot of the page."""

    currency: str
    rate: str
    source: str
    at: datetime
    is_old: bool


@dataclass
class InOne:
    """Turns amounts into one currency by the latest rates, over the rupiah; remembers what it used."""

    currency: str
    found: dict[str, Any] = field(default_factory=dict)

    def about(self, amount: Money) -> Money | None:
        """Nothing where no rate is known. Only a guide: the quote's own currency binds."""
        if amount.currency == self.currency:
            return amount
        factor = self._rupiah(amount.currency), self._rupiah(self.currency)
        if factor[0] is None or factor[1] is None:
            return None
        return rates.convert(amount, factor[0] / factor[1], self.currency)

    def _rupiah(self, currency: str) -> Decimal | None:
        if currency == "IDR":
            return Decimal(1)
        if currency not in self.found:
            try:
                self.found[currency] = rates.latest(currency)
            except rates.NoRate:
                self.found[currency] = None
        row = self.found[currency]
        return row.rate if row else None

    @property
    def used(self) -> list[Used]:
        rows = [row for row in self.found.values() if row]
        return [
            Used(row.base, f"{row.rate.normalize():f}", row.source, row.quoted_at, rates.is_old(row))
            for row in rows
        ]


@dataclass(frozen=True)
class Cell:
    """What one seller offers for one line."""

    quote: Quote
    line: QuoteLine
    unit_about: Money | None  # in the company's currency
    amount_about: Money | None
    short: int  # how much of the wanted quantity it does not cover
    level: Any = None  # levelling.Level, where an Incoterm to compare by is chosen


@dataclass(frozen=True)
class Compared:
    line: DemandLine
    cells: Sequence[Cell]


def compare(demand: Demand, quotes: Sequence[Quote], one: InOne) -> list[Compared]:
    """Per line all offers, the cheapest in the one currency on top; those without a rate last."""
    found = []
    for line in demand.lines.all():
        cells = [_cell(quote, row, line, one) for quote in quotes for row in _of(quote, line)]
        cells.sort(
            key=lambda cell: (cell.unit_about is None, cell.unit_about.minor if cell.unit_about else 0)
        )
        found.append(Compared(line, cells))
    return found


def _of(quote: Quote, line: DemandLine) -> list[QuoteLine]:
    return [row for row in quote.lines.all() if row.demand_line_id == line.pk]


def _cell(quote: Quote, row: QuoteLine, line: DemandLine, one: InOne) -> Cell:
    amount = row.price * row.quantity
    short = max(line.quantity - row.quantity, 0)
    return Cell(quote, row, one.about(row.price), one.about(amount), short)


def all_rules() -> Mapping[str, Incoterm]:
    """What each Incoterm means. One query."""
    return {row.code: row for row in Incoterm.objects.all()}

"""CSV files of rates: base,quote,rate,source,quoted_at. Read whole or not at all, with every fault by its line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from marketplace.ledger.money import MINOR_DIGITS
from marketplace.payments.exceptions import PaymentError
from marketplace.reference.working_days import JAKARTA

COLUMNS = ["base", "quote", "rate", "source", "quoted_at"]
MOST_BYTES = 200_000
RATE = re.compile(r"\d{1,12}(\.\d{1,8})?")  # a point, eight digits after it: what the table holds


@dataclass(frozen=True)
class RateRow:
    """One row of a file that can be taken."""

    base: str
    quote: str
    rate: Decimal
    source: str
    quoted_at: datetime


class BadRates(PaymentError):
    """The file is refused; `faults` says what is wrong, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(content: bytes) -> list[RateRow]:
    """The rows of a file, in its order. Raises BadRates with all that is wrong."""
    if len(content) > MOST_BYTES:
        raise BadRates([_("The file is larger than 200 kB.")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRates([_("The file is not UTF-8 text. Save it as “CSV UTF-8”.")]) from None
    lines = (line for line in io.StringIO(text, newline="") if not line.startswith("#"))
    try:
        table = [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    except csv.Error:
        raise BadRates([_("This is not a CSV file.")]) from None
    if not table or [cell.strip().lower() for cell in table[0]] != COLUMNS:
        raise BadRates([_("The first row must be: %(columns)s") % {"columns": ",".join(COLUMNS)}])
    return _rows(table[1:])


def _rows(table: list[list[str]]) -> list[RateRow]:
    rows, faults = [], []
    seen: set[tuple[str, str, str, datetime]] = set()
    for number, cells in enumerate(table, start=1):
        found = _row(cells)
        if isinstance(found, RateRow):
            key = (found.base, found.quote, found.source, found.quoted_at)
            if key not in seen:
                seen.add(key)
                rows.append(found)
                continue
            found = [_("the same rate stands in the file twice")]
        faults += [_("Row %(number)s: %(fault)s.") % {"number": number, "fault": fault} for fault in found]
    if not rows and not faults:
        faults = [_("The file holds no rate.")]
    if faults:
        raise BadRates(faults)
    return rows


def _row(cells: list[str]) -> RateRow | list[str]:
    cells = [cell.replace("\0", "").strip() for cell in cells]
    if len(cells) != len(COLUMNS):
        return [_("%(count)s columns, not 5") % {"count": len(cells)}]
    base, quote, rate, source, quoted_at = cells
    moment = _moment(quoted_at)
    faults = list(_faults(base.upper(), quote.upper(), rate, source, moment))
    if faults or moment is None:
        return faults
    return RateRow(base.upper(), quote.upper(), Decimal(rate), source, moment)


def _faults(base: str, quote: str, rate: str, source: str, moment: datetime | None) -> Iterator[str]:
    for currency in (base, quote):
        if currency not in MINOR_DIGITS:
            yield _("unknown currency “%(currency)s”") % {"currency": currency[:10]}
    if base == quote:
        yield _("both currencies are the same")
    if not RATE.fullmatch(rate) or not Decimal(rate):
        yield _("the rate must be digits with a point, for example 16250.50")
    if not source or len(source) > 200:
        yield _("the source is missing or longer than 200 characters")
    if moment is None:
        yield _("the time must be like 2026-11-23 or 2026-11-23T10:00+07:00")
    elif moment > timezone.now() + timedelta(minutes=5):
        yield _("the time is still to come")


def _moment(text: str) -> datetime | None:
    """A day counts from its first minute in Jakarta; a time without a zone is Jakarta's."""
    try:
        if day := parse_date(text):
            return datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
        found = parse_datetime(text)
    except ValueError:
        return None
    if found and timezone.is_naive(found):
        return found.replace(tzinfo=JAKARTA)
    return found

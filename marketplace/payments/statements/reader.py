"""Reads a file by its layout: all of it, or none with every reason."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from marketplace.payments.statements.layout import Contents, Fault, FileError, Layout, Row

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_FAULTS = 20  # a person mends the first ones and tries again
MOST_SEN = 10**16
EARLIEST = 2000  # year

AMOUNT = re.compile(r"^(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d{2}))?$")
MARKED = re.compile(r"^(.*?)\s*(CR|DB)?$", re.IGNORECASE)
PERIOD = re.compile(r"(\d\d/\d\d/\d{4})\s*-\s*(\d\d/\d\d/\d{4})")
YEARLESS = re.compile(r"^(\d{1,2})/(\d{1,2})$")

Line = tuple[int, list[str]]  # line of the file, its cells


class _Bad(Exception):
    """What is wrong with one row, in words."""


def read(content: bytes, layouts: Iterable[Layout], today: date) -> Contents:
    """The rows of a file in one of these layouts. Raises FileError."""
    lines = _lines(_text(content))
    for layout in layouts:
        for index, (_number, cells) in enumerate(lines):
            if columns := _columns(layout, cells):
                return _Reading(layout, columns, today).read(lines[:index], lines[index + 1 :])
    raise FileError(
        Fault(0, _("The columns of the bank were not found. Take the CSV file as your bank gives it out."))
    )


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise FileError(Fault(0, _("The file is larger than 2 MB. Take a shorter period.")))
    if b"\0" in content:
        raise FileError(Fault(0, _("This is not a text file. Take the bank's CSV file, not Excel or PDF.")))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(
        Fault(0, _("The letters of this file cannot be read. Take the CSV file as the bank gives it."))
    )


def _lines(text: str) -> list[Line]:
    """The lines that say anything, their cells without outer spaces and the apostrophe that guards digits."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Line] = []
    try:
        for cells in reader:
            clean = [" ".join(cell.split()).removeprefix("'") for cell in cells]
            if any(clean):
                found.append((reader.line_num, clean))
    except csv.Error as error:
        raise FileError(
            Fault(reader.line_num, _("This line is not CSV: a quotation mark is open."))
        ) from error
    return found


def _columns(layout: Layout, cells: list[str]) -> dict[str, list[int]]:
    """Where our columns stand in this line, if it is the layout's head."""
    names = [cell.casefold() for cell in cells]
    found = {
        ours: [index for index, name in enumerate(names) if name == theirs.casefold()]
        for ours, theirs in layout.columns.items()
    }
    missing = [ours for ours, places in found.items() if not places and ours not in layout.optional]
    return {} if missing else found


class _Reading:
    """One file being read: what its lines around the rows say, and the faults so far."""

    def __init__(self, layout: Layout, columns: dict[str, list[int]], today: date) -> None:
        self.layout, self.columns, self.today = layout, columns, today
        self.said: dict[str, str] = {}
        self.period: tuple[date, date] | None = None
        self.faults: list[Fault] = []
        self.seen: Counter[tuple[object, ...]] = Counter()
        self.account = ""
        self.left_out = 0

    def read(self, above: Sequence[Line], below: Sequence[Line]) -> Contents:
        for _number, cells in above:
            self._label(cells)
        self._read_period()
        self.account = self.said.get("account", "")
        booked = list(self._booked(below))
        if len(booked) > MOST_ROWS:
            raise FileError(Fault(0, _("The file has more than 5,000 rows. Take a shorter period.")))
        rows = list(self._rows(booked))
        opening, closing = self._balance("opening"), self._balance("closing")
        if self.faults:
            raise FileError(*self.faults[:MOST_FAULTS])
        if not rows:
            raise FileError(Fault(0, _("The file has no booked rows.")))
        left_out = self.left_out + len(booked) - len(rows)
        return Contents(self.layout, self.account, tuple(rows), left_out, opening, closing)

    # Lines around the rows

    def _label(self, cells: list[str]) -> bool:
        """Whether this line is "label : value"; what it says is kept."""
        name, _colon, value = " ".join(cell for cell in cells if cell).partition(":")
        name = name.strip().casefold()
        for ours, theirs in self.layout.labels.items():
            if name == theirs.casefold():
                self.said[ours] = value.strip().removeprefix("'")
                return True
        return name in {label.casefold() for label in self.layout.passed_over}

    def _read_period(self) -> None:
        if found := PERIOD.search(self.said.get("period", "")):
            try:
                first, last = (_day(text, "%d/%m/%Y") for text in found.groups())
            except ValueError:
                return
            self.period = (first, last)

    def _balance(self, name: str) -> int | None:
        if name not in self.said:
            return None
        try:
            return sen(self.said[name])
        except _Bad as error:
            self.faults.append(Fault(0, f"{self.layout.labels[name]}: {error}"))
            return None

    # Rows

    def _booked(self, lines: Sequence[Line]) -> Iterator[Line]:
        """The rows without those that are not booked yet and the lines that follow the last."""
        for number, cells in lines:
            if self.layout.pending and self._cell(cells, "date").upper() == self.layout.pending:
                self.left_out += 1
            elif not self._label(cells):
                yield number, cells

    def _rows(self, booked: list[Line]) -> Iterator[Row]:
        for number, cells in booked:
            try:
                row = self._row(number, cells)
            except _Bad as error:
                self.faults.append(Fault(number, str(error)))
            else:
                if row:
                    yield row

    def _row(self, number: int, cells: list[str]) -> Row | None:
        """This row; nothing if no money moved."""
        booked_on = self._date(self._cell(cells, "date"))
        amount = self._amount(cells)
        if not amount:
            return None
        account = self._cell(cells, "account")
        self.account = self.account or account
        if account and account != self.account:
            raise _Bad(_("This row is of another account: %(account)s.") % {"account": account})
        text = self._cell(cells, "text")
        reference = self._cell(cells, "reference")
        balance = self._cell(cells, "balance")
        after = sen(balance) if balance else None
        same = (self.layout.key, self.account, booked_on.isoformat(), amount, text, reference, after)
        self.seen[same] += 1  # two equal rows in one file are two; the first of both files is one
        key = hashlib.sha256(repr((*same, self.seen[same])).encode()).hexdigest()
        payer = payer_in(text, self.layout.noise)
        return Row(number, booked_on, text[:500], payer, reference[:60], amount, after, key)

    def _cell(self, cells: list[str], name: str) -> str:
        found = [cells[index] for index in self.columns.get(name, []) if index < len(cells)]
        return " ".join(cell for cell in found if cell)

    def _date(self, text: str) -> date:
        day = self._whole_date(text) or self._date_of_period(text)
        if day > self.today:
            raise _Bad(_("The day %(day)s is still to come.") % {"day": text})
        return day

    def _whole_date(self, text: str) -> date | None:
        for form in self.layout.dates:
            try:
                day = _day(text, form)
            except ValueError:
                continue
            return day if day.year >= EARLIEST else None
        return None

    def _date_of_period(self, text: str) -> date:
        """A day without its year lies in the period that the file names."""
        parts = YEARLESS.match(text)
        if not parts:
            raise _Bad(_("“%(text)s” is not a date such as 23/11/2026.") % {"text": text[:40]})
        if not self.period:
            raise _Bad(_("The date has no year, and the file does not say its period."))
        first, last = self.period
        for year in range(first.year, last.year + 1):
            try:
                day = date(year, int(parts[2]), int(parts[1]))
            except ValueError:
                continue
            if first <= day <= last:
                return day
        raise _Bad(_("The day %(day)s is not in the period of the file.") % {"day": text})

    def _amount(self, cells: list[str]) -> int:
        """In hundredths; below zero for money out."""
        if "amount" in self.columns:
            return self._marked(cells, self.columns["amount"][0])
        credit, debit = (sen(self._cell(cells, name) or "0") for name in ("credit", "debit"))
        if credit and debit:
            raise _Bad(_("The row has both a debit and a credit."))
        return credit - debit

    def _marked(self, cells: list[str], place: int) -> int:
        """An amount with CR or DB in its cell or in the one after it."""
        after = [*cells[place : place + 2], "", ""]
        found = MARKED.match(after[0])
        amount, mark = (found[1], found[2]) if found else (after[0], None)
        mark = (mark or after[1]).upper()
        if mark not in {"CR", "DB"}:
            raise _Bad(_("The amount does not say CR or DB."))
        return sen(amount) if mark == "CR" else -sen(amount)


def _day(text: str, form: str) -> date:
    return datetime.strptime(text, form).date()  # noqa: DTZ007 - a bank's day, no moment


def sen(text: str) -> int:
    """ "1,500,000.00" in hundredths."""
    found = AMOUNT.match(text)
    if not text or not found:
        raise _Bad(_("“%(text)s” is not an amount such as 1,500,000.00.") % {"text": text[:40]})
    value = int((found[1] or "0").replace(",", "")) * 100 + int(found[2] or 0)
    if value > MOST_SEN:
        raise _Bad(_("The amount %(text)s is too large.") % {"text": text[:40]})
    return value


def payer_in(text: str, noise: frozenset[str]) -> str:
    """What may be the payer's name: the words without digits that are not the bank's own."""
    words = [
        word
        for word in text.split()
        if word.upper() not in noise
        and not word.upper().startswith("OPOP")
        and any(letter.isalpha() for letter in word)
        and not any(letter.isdigit() for letter in word)
    ]
    return " ".join(words)[:100]

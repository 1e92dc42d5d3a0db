"""What a bank's file looks like, as data, and what is read from it."""

from dataclasses import dataclass, field
from datetime import date

from marketplace.ledger.money import Money


def in_rupiah(sen: int) -> str:
    """Hundredths of a rupiah as pages write them: "Rp 1.500.000", "-Rp 12,50"."""
    whole, rest = divmod(abs(sen), 100)
    return ("-" if sen < 0 else "") + str(Money(whole)) + (f",{rest:02}" if rest else "")


@dataclass(frozen=True)
class Layout:
    """One bank's columns and words. Names are compared without case and outer spaces."""

    key: str
    name: str
    # Our name → the bank's column. `amount` (with CR or DB in its cell or the nameless one after it), or
    # `credit` and `debit`. Every column of the name counts for `text`.
    columns: dict[str, str]
    optional: frozenset[str] = frozenset()  # of ours: columns that some exports lack
    dates: tuple[str, ...] = ("%d/%m/%Y", "%d/%m/%y")
    # "Label : value" lines around the rows; account, period, opening and closing are read.
    labels: dict[str, str] = field(default_factory=dict)
    passed_over: tuple[str, ...] = ()  # further labels that carry nothing we need
    pending: str = ""  # stands in place of the date while the bank has not booked the row
    noise: frozenset[str] = frozenset()  # words of the text that are never part of the payer's name


@dataclass(frozen=True)
class Row:
    """One booked row. `sen`: hundredths of a rupiah, below zero for money out."""

    number: int  # line of the file
    booked_on: date
    text: str
    payer: str
    reference: str
    sen: int
    balance: int | None
    key: str  # the same row has the same key in every file

    @property
    def money(self) -> str:
        return in_rupiah(self.sen)


@dataclass(frozen=True)
class Contents:
    layout: Layout
    account: str
    rows: tuple[Row, ...]
    left_out: int  # rows not booked yet, or without money
    opening: int | None
    closing: int | None

    @property
    def off(self) -> int | None:
        """What the rows and the two balances differ by, where the file has both; zero when they agree."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum(row.sen for row in self.rows)


@dataclass(frozen=True)
class Fault:
    """What is wrong, in words; `line` of the file, or 0 for the whole of it."""

    line: int
    text: str


class FileError(Exception):
    """A file that cannot be taken, with everything that is wrong in it."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.text}" for fault in faults))
        self.faults = list(faults)

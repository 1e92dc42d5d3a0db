"""Files of bank lines: what a bank's internet banking gives out, read into plain rows.

A new bank: write its layout beside klikbca.py, name it here, add a sample to payments/data/samples/ and a test.
"""

from datetime import date
from pathlib import Path

from marketplace.payments.statements import klikbca, mandiri
from marketplace.payments.statements.layout import Contents, Fault, FileError, Layout, Row, in_rupiah
from marketplace.payments.statements.reader import MOST_BYTES, MOST_ROWS
from marketplace.payments.statements.reader import read as _read

LAYOUTS = {layout.key: layout for layout in (klikbca.LAYOUT, mandiri.LAYOUT)}

SAMPLES = Path(__file__).parent.parent / "data" / "samples"  # <key>.csv, invented


def read(content: bytes, today: date) -> Contents:
    """The rows of a file in one of the known layouts. Raises FileError with everything that is wrong in it."""
    return _read(content, list(LAYOUTS.values()), today)


__all__ = [
    "LAYOUTS",
    "MOST_BYTES",
    "MOST_ROWS",
    "SAMPLES",
    "Contents",
    "Fault",
    "FileError",
    "Layout",
    "Row",
    "in_rupiah",
    "read",
]

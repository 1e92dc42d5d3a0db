"""CSV as spreadsheets write it: comma or semicolon, UTF-8 with or without its mark, or Windows' own letters."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from catalogue.imports.faults import FileError
from catalogue.imports.limits import MOST_CELL, MOST_LINES

Line = tuple[int, list[str]]  # number as a spreadsheet shows it, cells
DELIMITERS = ";,\t"


def text_of(content: bytes) -> str:
    """The letters of the file. Raises FileError where they cannot be known."""
    if b"\0" in content:
        raise FileError(_("This is not a CSV file in UTF-8. Save it as “CSV UTF-8” or as XLSX."))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(_("The letters of this file cannot be read. Save it as “CSV UTF-8” or as XLSX."))


def lines(text: str) -> Iterator[Line]:
    """Every line with its cells. Raises FileError when a quotation mark stays open or a cell is huge."""
    delimiter = _delimiter(text)
    found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(found, start=1):
            if number > MOST_LINES:
                raise FileError(_("The file has too many lines."))
            if cells and cells[0].lower().startswith("sep="):
                continue  # Excel's own note of the sign between cells
            yield number, cells
    except csv.Error as error:
        too_long = "field larger" in str(error)
        said = (
            _("Row %(row)s has a cell with more than %(most)s characters.")
            if too_long
            else _("Row %(row)s is not CSV: a quotation mark is open or out of place.")
        )
        raise FileError(said % {"row": number + 1, "most": MOST_CELL}) from error


def _delimiter(text: str) -> str:
    """The sign that parts the most cells in the first line that says anything."""
    for line in text[:20_000].splitlines():
        if line.lower().startswith("sep=") and len(line) > 4:
            return line[4] if line[4] in DELIMITERS else ","
        if line.strip():
            return max(DELIMITERS, key=line.count)
    return ","

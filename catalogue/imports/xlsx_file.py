"""XLSX, read row by row with openpyxl; what may do harm is refused before openpyxl sees it.

Formulas are not computed: they come as their text, which no column takes.
"""

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from catalogue.imports import archive
from catalogue.imports.csv_file import Line
from catalogue.imports.faults import FileError
from catalogue.imports.limits import MOST_COLUMNS, MOST_LINES, MOST_PARTS, MOST_SHEETS, MOST_UNPACKED

LIMIT = archive.Limit(entries=MOST_PARTS, unpacked=MOST_UNPACKED)
BOOK = "xl/workbook.xml"
EXACT = 10**15  # a float holds whole numbers up to here


def looks_like_one(archive_: zipfile.ZipFile) -> bool:
    return BOOK in archive_.namelist()


def tables(file: BinaryIO) -> Iterator[tuple[str, Iterator[Line]]]:
    """The name and the lines of each sheet. Raises FileError, while being read too."""
    with archive.opened(file, LIMIT) as found:
        _check_parts(found)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that we do not read
            book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
        raise FileError(archive.damaged()) from error
    if len(book.worksheets) > MOST_SHEETS:
        raise FileError(_("This file has too many sheets."))
    for sheet in book.worksheets:
        yield sheet.title, _lines(sheet)


def _lines(sheet: Any) -> Iterator[Line]:
    sheet.reset_dimensions()  # the file may say that it is a million columns wide
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), start=1):
            if number > MOST_LINES:
                raise FileError(_("The sheet “%(sheet)s” has too many lines.") % {"sheet": sheet.title})
            yield number, [_text(cell) for cell in cells]
    except FileError:
        raise
    except Exception as error:  # as above
        raise FileError(archive.damaged()) from error


def _text(cell: Any) -> str:
    """What a person would have typed. Dates and formulas come as they are, and no column takes them."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, str | int) else "="  # a formula of a range is an object of its own


def _check_parts(found: zipfile.ZipFile) -> None:
    """Macros, and XML that declares things of its own, are refused whatever the file is called."""
    names = [one.filename.lower() for one in found.infolist()]
    if len(set(names)) < len(names):
        raise FileError(archive.damaged())
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise FileError(_("This file has macros. Save it as a plain XLSX, without macros, and send that."))
    for entry in found.infolist():
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(found, entry)


def _check_xml(found: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A DOCTYPE stands before the first element or nowhere: looking at the beginning is enough."""
    try:
        with found.open(entry) as part:
            for _event, _element in iterparse(part, events=("start",), forbid_dtd=True):
                break
    except DefusedXmlException as error:
        raise FileError(
            _("This file declares things that a table does not need (XML entities). It was not opened.")
        ) from error
    except Exception as error:  # ParseError, a wrong checksum, a broken stream: all the same to the person
        raise FileError(archive.damaged()) from error

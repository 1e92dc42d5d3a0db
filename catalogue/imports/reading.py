"""A file of listings as plain rows: what it is, is judged by its content; whose columns these are, by its first line.

The layout (writing.py makes it): a line whose first cell says `class=dry_food` and whose other cells name the columns;
lines that begin with # are for people; each other line is one listing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from catalogue.imports import archive, csv_file, xlsx_file
from catalogue.imports.csv_file import Line
from catalogue.imports.faults import FileError
from catalogue.imports.limits import MIB, MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_ROWS

MARK, ASIDE = "class=", "#"
HEAD_WITHIN = 10  # lines
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK"
OTHERS = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"{\\rtf": "RTF"}
UNREADABLE = "\ufffd"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# For each class by its code: the columns there are, and those that must be there.
Known = Mapping[str, tuple[set[str], set[str]]]


@dataclass(frozen=True)
class Row:
    """One listing as typed: the class and line it stands in, and its cells by column."""

    kind: str
    sheet: str
    line: int
    cells: dict[str, str]


@dataclass
class Contents:
    """All rows, and what was left out, in words."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def layout_of(file: Any) -> str:
    """ "xlsx" or "csv", by the first bytes. Raises FileError for anything else, an empty or a huge file."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FileError(_("The file is empty."))
    if size > MOST_BYTES:
        raise FileError(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // MIB})
    head = file.read(8)
    file.seek(0)
    if head.startswith(OLD_OFFICE):
        raise FileError(_old_office(file.read()))
    for begin, name in OTHERS.items():
        if head.startswith(begin):
            raise FileError(_("This is a %(kind)s file, not XLSX or CSV.") % {"kind": name})
    if not head.startswith(ZIP):
        return "csv"
    with archive.opened(file, xlsx_file.LIMIT) as found:
        if not xlsx_file.looks_like_one(found):
            raise FileError(_("This is a ZIP, not a table. Photos belong into the field below."))
    file.seek(0)
    return "xlsx"


def _old_office(content: bytes) -> str:
    if ENCRYPTED in content:
        return _("This file has a password. Take the password off and send it again.")
    return _("This is an old Excel file (XLS). Save it as XLSX or as CSV.")


def read(file: Any, known: Known) -> Contents:
    """Every row of every sheet that is ours.

    Raises FileError with all that is wrong with the file as a whole.
    """
    if layout_of(file) == "xlsx":
        tables: Iterable[tuple[str, Iterator[Line]]] = xlsx_file.tables(BytesIO(file.read()))
    else:
        tables = [("", csv_file.lines(csv_file.text_of(file.read())))]
    contents, faults, is_ours = Contents(), [], False
    for name, lines in tables:
        head = _head(lines)
        if head is None:
            continue
        is_ours = True
        found = _columns(name, head, known)
        if isinstance(found, list):
            faults += found
            continue
        _take(contents, name, head[0], found, lines, known)
    if faults:
        raise FileError(*faults)
    if not is_ours:
        raise FileError(
            _(
                "This is not our template: no line begins with “class=…”. Download the template and fill it in."
            )
        )
    if not contents.rows:
        raise FileError(_("There is no product in the file. Lines that begin with # are not read."))
    return contents


def _head(lines: Iterator[Line]) -> tuple[str, list[str]] | None:
    """The class and the names of the columns, from the line that names them."""
    for _number, cells in islice(lines, HEAD_WITHIN):
        first = cells[0].strip().lower() if cells else ""
        if first.startswith(MARK):
            return first.removeprefix(MARK), [cell.strip().lower() for cell in cells[1:]]
    return None


def _columns(sheet: str, head: tuple[str, list[str]], known: Known) -> dict[int, str] | list[str]:
    """Place and name of each column, or what is wrong with them."""
    code, names = head
    where = f"{sheet}: " if sheet else ""
    while names and not names[-1]:
        names.pop()
    if code not in known:
        said = _("There is no kind of goods “%(code)s”. Download its template anew.")
        return [where + said % {"code": code[:40]}]
    if len(names) > MOST_COLUMNS:
        return [where + _("There are more than %(most)s columns.") % {"most": MOST_COLUMNS}]
    named = [name for name in names if name]
    faults = []
    if twice := sorted({name for name in named if named.count(name) > 1}):
        faults.append(where + _("These columns stand there twice: %(names)s.") % {"names": _listed(twice)})
    if missing := sorted(known[code][1] - set(named)):
        faults.append(where + _("These columns are missing: %(names)s.") % {"names": _listed(missing)})
    return faults or {place: name for place, name in enumerate(names, start=1) if name}


def _listed(names: list[str]) -> str:
    return ", ".join(name[:40] for name in names[:20])


def _take(
    contents: Contents,
    sheet: str,
    code: str,
    columns: dict[int, str],
    lines: Iterator[Line],
    known: Known,
) -> None:
    """Put the rows below the head into `contents`."""
    ours = {place: name for place, name in columns.items() if name in known[code][0]}
    if strange := sorted(set(columns.values()) - set(ours.values())):
        said = _("These columns are not ours and were left out: %(names)s.")
        contents.notes.append((f"{sheet}: " if sheet else "") + said % {"names": _listed(strange)})
    for number, cells in lines:
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith(ASIDE):
            continue
        if len(contents.rows) == MOST_ROWS:
            raise FileError(
                _("There are more than %(most)s products in the file. Send it in parts.")
                % {"most": MOST_ROWS}
            )
        filled = {name: typed(cells[place]) for place, name in ours.items() if place < len(cells)}
        contents.rows.append(
            Row(code, sheet[:60], number, {name: filled.get(name, "") for name in ours.values()})
        )


def typed(cell: str) -> str:
    """As typed; signs nobody sees become one that checks.py refuses by name."""
    return CONTROL.sub(UNREADABLE, cell[: MOST_CELL + 1].replace("\r\n", "\n").replace("\r", "\n").strip())

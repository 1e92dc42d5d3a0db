"""The workbook of registrations: an empty one to fill in, and the rows of a filled one as typed.

The first line names the columns for the machine; lines that begin with # are for people. What may do harm is refused by
catalogue/imports before openpyxl sees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalogue.imports import archive, reading, xlsx_file
from catalogue.imports.faults import FileError
from catalogue.imports.guard import guarded
from catalogue.imports.limits import MIB, MOST_BYTES
from marketplace.programme.models import Participation
from marketplace.programme.sectors import sectors
from marketplace.reference.models import Province, Regency

MOST_ROWS = 5_000
ASIDE, VALUES = "#", "values"
HEAD_WITHIN = 10  # lines
# Column → (label, what to write). Those with * must be filled in.
COLUMNS: dict[str, tuple[Any, Any]] = {
    "nspp": (gettext_lazy("NSPP number *"), gettext_lazy("12 digits")),
    "name": (gettext_lazy("Name of the pesantren *"), ""),
    "regency": (gettext_lazy("Kabupaten or kota *"), gettext_lazy("With “Kabupaten” or “Kota” before it")),
    "district": (gettext_lazy("Kecamatan"), ""),
    "category": (gettext_lazy("Category *"), "start_up, scale_up"),
    "sector": (gettext_lazy("Sector *"), gettext_lazy("A code or name of the sheet “values”")),
    "product": (gettext_lazy("What it makes"), ""),
    "contact": (gettext_lazy("Who is responsible"), ""),
    "phone": (gettext_lazy("Telephone"), "0812…"),
}
NEEDED = ("nspp", "name", "regency", "category", "sector")


@dataclass(frozen=True)
class Typed:
    """One line of the sheet: its number as the person sees it, and its cells."""

    line: int
    cells: dict[str, str]


def check(file: Any) -> None:
    """What it is, by its content and not by its name. Raises FileError for anything but an XLSX of decent size."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FileError(_("The file is empty."))
    if size > MOST_BYTES:
        raise FileError(_("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // MIB})
    head = file.read(len(reading.OLD_OFFICE))
    file.seek(0)
    if not head.startswith(reading.ZIP):
        raise FileError(_("This is not an XLSX file. Download the template, fill it in and save it as XLSX."))
    with archive.opened(file, xlsx_file.LIMIT) as found:
        if not xlsx_file.looks_like_one(found):
            raise FileError(
                _("This is not an XLSX file. Download the template, fill it in and save it as XLSX.")
            )
    file.seek(0)


def read(content: bytes) -> list[Typed]:
    """Every registration of the first sheet that is ours. Raises FileError."""
    check(BytesIO(content))
    for _name, lines in xlsx_file.tables(BytesIO(content)):
        head = next((cells for _n, cells in islice(lines, HEAD_WITHIN) if _is_head(cells)), None)
        if head is None:
            continue
        columns = {
            place: name for place, cell in enumerate(head) if (name := cell.strip().lower()) in COLUMNS
        }
        if missing := [name for name in NEEDED if name not in columns.values()]:
            raise FileError(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
        return _rows(lines, columns)
    raise FileError(_("This is not our template: no line names the columns. Download the template."))


def _is_head(cells: list[str]) -> bool:
    return "nspp" in {cell.strip().lower() for cell in cells}


def _rows(lines: Iterator[tuple[int, list[str]]], columns: dict[int, str]) -> list[Typed]:
    found: list[Typed] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith(ASIDE):
            continue
        if len(found) == MOST_ROWS:
            said = _("There are more than %(most)s rows in the file. Send it in parts.")
            raise FileError(said % {"most": MOST_ROWS})
        typed = {name: reading.typed(cells[place]) for place, name in columns.items() if place < len(cells)}
        found.append(Typed(number, {name: typed.get(name, "") for name in COLUMNS}))
    if not found:
        raise FileError(_("There is no row in the file. Lines that begin with # are not read."))
    return found


def template(province: Province) -> IO[bytes]:
    """An empty workbook with the kabupaten, kota and sectors to choose from."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("registrations")
    sheet.freeze_panes = "C4"
    sheet.sheet_view.rightToLeft = get_language_bidi()
    for place in range(1, len(COLUMNS) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 24
    places = [str(one) for one in Regency.objects.filter(province=province)]
    known = list(sectors().items())
    _offer(sheet, "regency", f"={VALUES}!$A$2:$A${len(places) + 1}")
    _offer(sheet, "sector", f"={VALUES}!$B$2:$B${len(known) + 1}")
    _offer(sheet, "category", f'"{",".join(code for code, _label in Participation.CATEGORIES)}"')
    labels = [str(label) for label, _help in COLUMNS.values()]
    helps = [str(help_) for _label, help_ in COLUMNS.values()]
    labels[0], helps[0] = f"{ASIDE} {labels[0]}", f"{ASIDE} {helps[0]}"
    fonts = [Font(color="808080", size=8), Font(bold=True), Font(italic=True, color="595959", size=9)]
    for line, font in zip((list(COLUMNS), labels, helps), fonts, strict=True):
        sheet.append([_styled(sheet, guarded(cell), font) for cell in line])
    values = book.create_sheet(VALUES)
    values.append([str(COLUMNS["regency"][0]), str(COLUMNS["sector"][0]), _("Name")])
    for place in range(max(len(places), len(known))):
        code, label = known[place] if place < len(known) else ("", "")
        where = places[place] if place < len(places) else ""
        values.append([guarded(cell) for cell in (where, code, label)])
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _styled(sheet: Any, text: str, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.alignment = font, Alignment(wrap_text=True, vertical="top")
    return cell


def _offer(sheet: Any, column: str, formula: str) -> None:
    """A list to choose from beside each cell; another text only warns, since names are read as well as codes."""
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    rule.add(f"{letter}4:{letter}{MOST_ROWS + 3}")
    sheet.data_validations.append(rule)

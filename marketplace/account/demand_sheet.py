"""Many lines of a demand from a spreadsheet: every cell is judged like a typed field, and its fault said in words."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from catalogue.grades import all_choices
from catalogue.imports import guard, reading, xlsx_file
from catalogue.imports.faults import FileError
from catalogue.models import BY_WEIGHT, Unit
from marketplace.account.line_forms import LineForm, month_choices
from marketplace.sourcing.forms import CHOOSE_ONE
from marketplace.sourcing.services.demand import MOST_LINES, Good

# What a line needs, then what it may have; a file without these columns is read as before.
COLUMNS = {
    "good": "name",
    "unit": "unit",
    "quantity": "quantity",
    "month": "start",
    "months": "months",
    "grade": "grade",
    "specification": "specification",
    "tolerance": "tolerance",
    "price": "target",
}
ALSO = {
    "barang": "good",
    "satuan": "unit",
    "jumlah": "quantity",
    "bulan": "month",
    "lama": "months",
    "mutu": "grade",
    "spesifikasi": "specification",
    "toleransi": "tolerance",
    "harga": "price",
}
NEEDED = ("good", "unit", "quantity", "month")
MOST_FAULTS = 20
MOST_NAMED = 12  # units named in a fault


def headings() -> dict[str, str]:
    """What the columns are called in the language of the page."""
    return {
        "good": pgettext("column", "Good"),
        "unit": pgettext("column", "Unit"),
        "quantity": pgettext("column", "Quantity"),
        "month": pgettext("column", "First month"),
        "months": pgettext("column", "Number of months"),
        "grade": pgettext("column", "Grade, or better"),
        "specification": pgettext("column", "Size, pack, what else"),
        "tolerance": pgettext("column", "More or less, in per cent"),
        "price": pgettext("column", "Price you have in mind, of one"),
    }


def example() -> str:
    """The good of the row that shows how it is done; a row that still says so is left out."""
    return _("Example: mangosteen")


def _in_all_languages() -> tuple[dict[str, str], set[str]]:
    """Headings, and the example, as any of our languages writes them: a file may come from a colleague."""
    names, examples = dict(ALSO) | {name: name for name in COLUMNS}, set()
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            names |= {text.casefold(): column for column, text in headings().items()}
            examples.add(example().casefold())
    return names, examples


def template() -> IO[bytes]:
    """An XLSX with the headings and one row to show how, in the language of the page; the units on a second sheet."""
    book, file = Workbook(write_only=True), BytesIO()
    lines = book.create_sheet(_("Lines"))
    lines.sheet_view.rightToLeft = get_language_bidi()
    lines.freeze_panes = "A2"
    for place in range(1, len(COLUMNS) + 1):
        lines.column_dimensions[get_column_letter(place)].width = 24
    lines.append(list(headings().values()))
    units = list(Unit.objects.order_by("name"))
    kilogram = next((one.name for one in units if one.code == BY_WEIGHT), units[0].name if units else "kg")
    lines.append([example(), kilogram, 1_000, month_choices()[1][0], 3])
    names = book.create_sheet(headings()["unit"])
    for one in units:
        names.append([guard.guarded(one.name)])
    book.save(file)
    file.seek(0)
    return file


def read(file: Any, currency: str = "IDR") -> list[Good]:
    """The lines of the first sheet, prices in this currency. Raises FileError with a sentence for each cell that
    cannot be taken."""
    content = BytesIO(file.read())
    if reading.layout_of(content) != "xlsx":
        raise FileError(_("This is not an XLSX file."))
    _name, lines = next(iter(xlsx_file.tables(content)))
    names, examples = _in_all_languages()
    head: list[str] = []
    goods: list[Good] = []
    faults: list[str] = []
    units, fitting, count = _units(), _fitting(), 0
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if not head:
            head = _head(cells, names)
            continue
        row = dict(zip(head, cells, strict=False))
        if row.get("good", "").strip().casefold() in examples:
            continue
        count += 1
        if count > MOST_LINES:
            raise FileError(_("A request has room for %(most)s lines.") % {"most": MOST_LINES})
        found = _good(row, units, fitting, currency)
        if isinstance(found, Good):
            goods.append(found)
        else:
            faults += [_place(number, column, head, said) for column, said in found.items()]
    if faults:
        raise FileError(*faults[:MOST_FAULTS])
    if not goods:
        raise FileError(_("There is no line in the file."))
    return goods


def _place(number: int, column: str, head: Sequence[str], said: str) -> str:
    """Which cell it is about; a column that the file does not have is named by its heading alone."""
    name = headings()[column]
    if column not in head:
        return _("Line %(number)s, %(column)s: %(why)s") % {"number": number, "column": name, "why": said}
    cell = f"{get_column_letter(head.index(column) + 1)}{number}"
    return _("Cell %(cell)s, %(column)s: %(why)s") % {"cell": cell, "column": name, "why": said}


def _units() -> dict[str, str]:
    """What people write for a unit, in small letters, to its code; in any of our languages."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {row.name.casefold(): row.code for row in Unit.objects.all()}
    return found | {code: code for code in found.values()}


def _head(cells: list[str], known: Mapping[str, str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    names = [known.get(name, name) for name in names]
    if missing := [name for name in NEEDED if name not in names]:
        said = ", ".join(headings()[name] for name in missing)
        raise FileError(_("These columns are missing: %(names)s.") % {"names": said})
    return names


def _good(
    cells: Mapping[str, str], units: Mapping[str, str], fitting: str, currency: str
) -> Good | dict[str, str]:
    """The line, or by column what is wrong with it."""
    typed, faults = {}, {}
    for column, field in COLUMNS.items():
        text = cells.get(column, "").strip()
        if said := guard.fault(text):
            faults[column] = said
        typed[field] = text
    if faults:
        return faults
    typed["unit"] = units.get(typed["unit"].casefold(), typed["unit"])
    typed["months"] = typed["months"] or "1"
    typed["start"] = typed["start"][:7]  # "2026-12", or the day of a date cell
    typed["grade"] = _named(typed["grade"])
    typed["tolerance"] = typed["tolerance"].removesuffix("%").strip()
    form = LineForm(typed, currency=currency)
    if form.is_valid():
        return form.line()
    column_of = {field: column for column, field in COLUMNS.items()}
    return {
        column_of.get(field, "good"): _why(column_of.get(field, ""), " ".join(map(str, said)), fitting)
        for field, said in form.errors.items()
    }


def _named(grade: str) -> str:
    """The grade as its list writes it: "super" is Super."""
    return next((name for name, _label in all_choices() if name.casefold() == grade.casefold()), grade)


def _fitting() -> str:
    """The first units by name, in the language of the page. One query."""
    units = list(Unit.objects.order_by("name")[: MOST_NAMED + 1])
    return ", ".join(one.name for one in units[:MOST_NAMED]) + (" …" if len(units) > MOST_NAMED else "")


def _why(column: str, said: str, fitting: str) -> str:
    """A form offers a list to choose from; a sheet does not, so what fits is named."""
    if column == "unit":
        return _("Write one of these units: %(names)s.") % {"names": fitting}
    if column == "month":
        months = month_choices()
        text = _("Write year and month, from %(first)s to %(last)s.")
        return text % {"first": months[0][0], "last": months[-1][0]}
    if column == "grade" and said == str(CHOOSE_ONE):
        return _("Write one of these grades: %(names)s.") % {"names": ", ".join(dict(all_choices()))}
    return said

"""Listings and empty templates as XLSX and CSV, in the layout that reading.py knows.

Every text is guarded: a spreadsheet takes none for a formula. Labels and help are in the reader's language, the first
line is for the machine and the same in all of them.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from catalogue.imports import snapshot
from catalogue.imports.columns import CHOICE, FLAG, MONTHS, NUMBER, OWN, PHOTOS, VERSION, Column, Layout
from catalogue.imports.guard import guarded
from catalogue.imports.limits import MOST_ROWS
from catalogue.imports.reading import ASIDE, MARK
from catalogue.listing_fields import OTHER
from catalogue.listing_forms import ListingForm
from catalogue.models import ProductClass
from marketplace.common.csv_lines import Echo
from marketplace.pesantren.models import Partner

VALUES = "values"  # the sheet with what may be chosen
NOT_IN_A_TITLE = re.compile(r"[\\/*?:\[\]']")
LONGEST_TITLE = 31
LONGEST_FORMULA = 255  # of a list inside a rule, by Excel
HEAD_LINES = 3
BATCH = 500


def head(layout: Layout) -> list[list[str]]:
    """The line for the machine, the labels, and what to write where."""
    own = {name: (str(label), str(help_)) for name, (label, help_) in OWN.items()}
    columns = layout.columns
    names = [NUMBER, *(one.name for one in columns), PHOTOS, VERSION]
    labels = [own[NUMBER][0], *(_label(one) for one in columns), own[PHOTOS][0], own[VERSION][0]]
    helps = [own[NUMBER][1], *(_help(one) for one in columns), own[PHOTOS][1], own[VERSION][1]]
    return [[f"{MARK}{layout.kind.slug}", *names], [ASIDE, *labels], [ASIDE, *helps]]


def _label(column: Column) -> str:
    return f"{column.label} *" if column.required else column.label


def _help(column: Column) -> str:
    if column.sort in {CHOICE, FLAG, MONTHS}:
        return f"{column.help} {_('For example:')} {column.right}".strip()
    return column.help


def example(layout: Layout) -> list[str]:
    """A line that shows how to fill in, and that is not read."""
    values = {"name": _("Example: banana crisps 250 g"), "unit": next(iter(layout.options.units), "")}
    cells = [values.get(one.name, one.example) for one in layout.columns]
    return [f"{ASIDE} {_('example, is not read')}", "", *cells, "", ""]


def lines_of(partner: Partner, layout: Layout) -> Iterator[list[Any]]:
    """One line for each listing of this class, drafts as well, by number."""
    found = snapshot.listings(partner).filter(product_class=layout.kind).order_by("pk")
    for product in found.iterator(chunk_size=BATCH):
        cells = snapshot.cells_of(product, layout)
        shown = [one.shown(cells[one.name]) for one in layout.columns]
        yield ["", product.pk, *shown, "", snapshot.version_of(cells, layout)]


def csv_lines(layout: Layout, rows: Iterable[list[Any]]) -> Iterator[str]:
    """With the mark by which spreadsheets know UTF-8, and the sign between cells that they expect in this language."""
    writer = csv.writer(Echo(), delimiter="," if get_language() == "en" else ";")
    yield "\ufeff"
    for line in [*head(layout), *rows]:
        yield writer.writerow([guarded(cell) for cell in line])


def csv_template(layout: Layout) -> Iterator[str]:
    return csv_lines(layout, [example(layout)])


def csv_listings(partner: Partner, layout: Layout) -> Iterator[str]:
    return csv_lines(layout, lines_of(partner, layout))


def xlsx_template(layout: Layout) -> IO[bytes]:
    return _book([(layout, [example(layout)])])


def xlsx_listings(partner: Partner, kinds: Iterable[ProductClass]) -> IO[bytes]:
    """One sheet for each class that the pesantren lists; at least one."""
    layouts = [Layout(kind) for kind in kinds]
    return _book([(layout, lines_of(partner, layout)) for layout in layouts])


def _book(sheets: Iterable[tuple[Layout, Iterable[list[Any]]]]) -> IO[bytes]:
    book, titles, layout = Workbook(write_only=True), set[str](), None
    for layout, rows in sheets:
        title = NOT_IN_A_TITLE.sub(" ", str(layout.kind.name))[:LONGEST_TITLE].strip() or layout.kind.slug
        title = layout.kind.slug[:LONGEST_TITLE] if title.casefold() in titles | {VALUES} else title
        titles.add(title.casefold())
        _sheet(book, title, layout, rows)
    if layout:
        _values(book, layout)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _sheet(book: Workbook, title: str, layout: Layout, rows: Iterable[list[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = f"C{HEAD_LINES + 1}"
    sheet.sheet_view.rightToLeft = get_language_bidi()
    for place in range(1, len(layout.columns) + 5):
        sheet.column_dimensions[get_column_letter(place)].width = 12 if place < 3 else 22
    _offer_choices(sheet, layout)
    fonts = [Font(color="808080", size=8), Font(bold=True), Font(italic=True, color="595959", size=9)]
    for line, font in zip(head(layout), fonts, strict=True):
        sheet.append([_styled(sheet, guarded(cell), font) for cell in line])
    for row in rows:
        sheet.append([guarded(cell) for cell in row])


def _styled(sheet: Any, text: str, font: Font) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.font, cell.alignment = font, Alignment(wrap_text=True, vertical="top")
    return cell


def _offer_choices(sheet: Any, layout: Layout) -> None:
    """Lists to choose from, beside each cell. Another text only warns: names are read as well as codes."""
    counts = {name: (letter, len(rows)) for name, letter, rows in _lists(layout)}
    for number, column in enumerate(layout.columns, start=3):
        if column.sort == FLAG:
            formula = '"ya,tidak"'
        elif column.name == "commodity":  # each sheet has its own, few enough for a formula
            codes = ",".join([*layout.options.goods, OTHER])
            formula = f'"{codes}"'
            if len(formula) > LONGEST_FORMULA:
                continue
        elif column.name in counts and counts[column.name][1]:
            letter, count = counts[column.name]
            formula = f"={VALUES}!${letter}$2:${letter}${count + 1}"
        else:
            continue
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
        letter = get_column_letter(number)
        rule.add(f"{letter}{HEAD_LINES + 1}:{letter}{HEAD_LINES + MOST_ROWS}")
        sheet.data_validations.append(rule)


def _lists(layout: Layout) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Questions with many answers: the column of the sheet with what may be chosen, code and name of each."""
    known = [("unit", "A"), ("sector", "C"), ("origin", "E")]
    return [(name, letter, layout.options.choices[name]) for name, letter in known]


def _values(book: Workbook, layout: Layout) -> None:
    """All units, sectors and places with their names."""
    sheet, lists = book.create_sheet(VALUES), _lists(layout)
    labels = [str(ListingForm.base_fields[name].label) for name, *_rest in lists]
    sheet.append([cell for label in labels for cell in (label, _("Name"))])
    for place in range(max(len(rows) for *_rest, rows in lists)):
        pairs = [rows[place] if place < len(rows) else ("", "") for *_rest, rows in lists]
        sheet.append([guarded(cell) for pair in pairs for cell in pair])

"""The two files of a report: one page as PDF, and a workbook with the same figures and a sheet for each table."""

import re
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from catalogue.imports.guard import guarded
from marketplace.common import pdf
from marketplace.common.figures import grouped
from marketplace.programme.reports.content import TOP_SECTORS, Content, Table, money

TITLE, BOLD = Font(bold=True, size=14, color="12264D"), Font(bold=True)
HEAD = PatternFill("solid", fgColor="EEF3FA")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")


def to_pdf(found: Content, language: str, number: str) -> bytes:
    """One page with the letterhead of the operator and the province."""
    sectors = found.table("sector")
    return pdf.render("programme_report", _data(found, language, number, sectors))


def _data(found: Content, language: str, number: str, sectors: Table) -> dict[str, Any]:
    return {
        "title": found.title,
        "number": number,
        "language": language,
        "operator": {"name": settings.OPERATOR["name"], "email": settings.OPERATOR["email"]},
        "province": found.province,
        "period": found.period,
        "made": _("As of %(day)s") % {"day": found.made},
        "figures": [[label, grouped(count)] for label, count in found.figures],
        "three": [list(row) for row in found.three],
        "three_note": found.three_note,
        "labels": {"three": _("The three sums"), "stages": found.table("stages").title, "notes": _("Notes")},
        "stages": _counts(found.table("stages")),
        "sectors": {
            "title": sectors.title,
            "heads": sectors.heads[:5],
            "rows": [
                [str(row[0]), *(money(cell) for cell in row[1:4]), str(row[4])]
                for row in sectors.rows[:TOP_SECTORS]
            ],
            "none": _("No commitment in this period."),
        },
        "follow_ups": {
            "title": found.table("follow_ups").title,
            "rows": _counts(found.table("follow_ups")),
        },
        "notes": found.notes,
        "example": _("Example data: invented parties of a demonstration.") if found.is_example else "",
    }


def _counts(table: Table) -> list[list[str]]:
    """Label and count of each row."""
    return [[str(row[0]), grouped(row[1]) if isinstance(row[1], int) else ""] for row in table.rows]


def to_xlsx(found: Content, language: str) -> bytes:
    """The figures on the first sheet, then one sheet for each table; counts and sums are numbers, texts no formulas."""
    book = Workbook(write_only=True)
    first = _sheet(book, _("Figures"), [46, 26, 34], language)
    _row(first, [found.title], TITLE)
    for text in (found.province, found.period, _("As of %(day)s") % {"day": found.made}):
        _row(first, [text])
    if found.is_example:
        _row(first, [_("Example data: invented parties of a demonstration.")], BOLD)
    first.append([])
    for label, value in found.figures:
        _row(first, [label, value])
    first.append([])
    _row(first, [_("The three sums"), _("In rupiah"), _("For each pesantren")], BOLD)
    for row in found.exact:
        _row(first, row)
    for note in (found.three_note, *found.notes):
        _row(first, [note])
    names = _sheet_names()
    for table in found.tables:
        sheet = _sheet(
            book, names.get(table.key, table.title), [46, *[22] * (len(table.heads) - 1)], language
        )
        _row(sheet, table.heads, BOLD, HEAD)
        for cells in table.rows:
            _row(sheet, cells)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_names() -> dict[str, str]:
    """For tables whose title is longer than the 31 characters that a sheet's name may have."""
    return {
        "stages": _("Participants by stage"),
        "commitments": _("Commitments by state"),
        "sector": _("Sums by sector"),
        "regency": _("Sums by kabupaten and kota"),
        "follow_ups": _("Open follow-ups"),
    }


def _sheet(book: Workbook, title: str, widths: list[int], language: str) -> Any:
    sheet = book.create_sheet(NOT_IN_A_NAME.sub(" ", title)[:31])
    for place, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJ"[place]].width = width
    sheet.sheet_view.rightToLeft = language == "ar"
    return sheet


def _row(sheet: Any, values: list[Any], font: Font | None = None, fill: PatternFill | None = None) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, guarded("" if value is None else value))
        cell.alignment = Alignment(vertical="top", wrap_text=len(values) > 1)
        if isinstance(value, int):
            cell.number_format = "#,##0"
        if font:
            cell.font = font
        if fill:
            cell.fill = fill
        cells.append(cell)
    sheet.append(cells)

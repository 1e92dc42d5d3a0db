"""A paper as a workbook: the same facts as its PDF, in cells. Every text is guarded: no spreadsheet computes it."""

import re
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from catalogue.imports.guard import guarded

TITLE = Font(bold=True, size=15, color="12264D")
BOLD, SOFT = Font(bold=True), Font(color="4C5A75", size=9)
HEAD = PatternFill("solid", fgColor="EEF3FA")
LONGEST = 31
FIGURE = re.compile(r"\d{1,12}(\.\d{1,3})?")


def to_xlsx(content: dict[str, Any]) -> bytes:
    """One sheet: heading, parties, facts, the table, sums, notes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(content["title"].replace("/", " ")[:LONGEST])
    _widths(sheet, content)
    head = content["head"]
    _row(sheet, [content["title"]], TITLE)
    _row(sheet, [head["number"], head["date"], head["version"]], BOLD)
    _row(sheet, [head["issuer"], head["consignment"]], SOFT)
    for label, beside, lines in content["boxes"]:
        _row(sheet, [_both(label, beside), *lines])
    for label, beside, value in [*content["marked"], *content["facts"]]:
        _row(sheet, [_both(label, beside), value])
    sheet.append([])
    _table(sheet, content)
    for label, beside, value, is_total in content["sums"]:
        blank = [""] * max(0, len(content["columns"]) - 2)
        _row(sheet, [*blank, _both(label, beside), value], BOLD if is_total else None)
    for note in content["notes"]:
        _row(sheet, [note], SOFT)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _table(sheet: Any, content: dict[str, Any]) -> None:
    heads = [_both(one["head"], one["beside"]) for one in content["columns"]]
    _row(sheet, heads, BOLD, HEAD)
    for row in content["rows"]:
        _row(sheet, _figures(content, row))
    if content["foot"]:
        _row(sheet, _figures(content, content["foot"]), BOLD)


def _figures(content: dict[str, Any], row: list[str]) -> list[str | int | Decimal]:
    """Whole figures of columns of figures as numbers, so that they can be added up; all else as it is written."""
    return [
        _number(value) if one["end"] else value for one, value in zip(content["columns"], row, strict=True)
    ]


def _both(label: str, beside: str) -> str:
    return f"{label} / {beside}" if beside else label


def _row(sheet: Any, values: Sequence[str | int | Decimal], font: Any = None, fill: Any = None) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, guarded(value))
        cell.alignment = Alignment(vertical="top", wrap_text=len(values) > 1)
        if not isinstance(value, str):
            cell.number_format = "#,##0" if isinstance(value, int) else "#,##0.00#"
        if font:
            cell.font = font
        if fill:
            cell.fill = fill
        cells.append(cell)
    sheet.append(cells)


def _number(value: str) -> str | int | Decimal:
    bare = value.replace(",", "")
    if not FIGURE.fullmatch(bare):
        return value
    return Decimal(bare) if "." in bare else int(bare)


def _widths(sheet: Any, content: dict[str, Any]) -> None:
    for place, column in enumerate(content["columns"], start=1):
        sheet.column_dimensions[get_column_letter(place)].width = 42 if column["width"] == "1fr" else 20
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1

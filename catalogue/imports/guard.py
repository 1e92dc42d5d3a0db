"""No spreadsheet may take a typed text for a formula, and nothing that looks like one is taken from a spreadsheet."""

import re
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from marketplace.common.csv_lines import FORMULA, plain

GUARD = re.compile(r"^'+[=+\-@\t\r\n]")
HARMLESS = re.compile(r"^[+-]?[\d.,\s]+$|^[-+] ")  # a number with its sign, the first of several points
ERRORS = ("#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#NULL!")


def guarded(cell: Any) -> Any:
    """A number as it is; a text so that no spreadsheet computes it, and so that `unguarded` gives it back."""
    if not isinstance(cell, str):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    return f"'{text}" if GUARD.match(text) else plain(text)


def unguarded(text: str) -> str:
    """The text that was meant."""
    return text[1:] if GUARD.match(text) else text


def fault(text: str) -> str:
    """What is wrong with a cell that a spreadsheet would compute, or could not; empty if nothing is."""
    if text.startswith(ERRORS):
        return _("Your spreadsheet shows an error here. Write the value itself.")
    if text.startswith(FORMULA) and not HARMLESS.match(text):
        return _("This looks like a formula. Write the value itself.")
    return ""

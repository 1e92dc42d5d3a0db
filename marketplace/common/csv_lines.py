"""CSV that is sent while it is read, and that no spreadsheet takes for a formula."""

from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Echo:
    """A file that hands each line back."""

    def write(self, line: str) -> str:
        return line


def plain(cell: Any) -> Any:
    """A spreadsheet must not take a typed name for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell

"""Reading CSV so that a broken row names its file and line, and writing rows only where something differs."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Model

DATA = settings.BASE_DIR / "catalogue" / "data"
PESANTREN = settings.BASE_DIR / "marketplace" / "pesantren" / "data" / "pesantren.csv"
REGENCIES = settings.BASE_DIR / "marketplace" / "reference" / "data" / "regencies.csv"

# The CSV files say id; modeltranslation calls the same column ind, because Django keeps "id" for itself.
LANGUAGES = {"id": "ind", "en": "en", "ar": "ar"}
M = TypeVar("M", bound=Model)


class BrokenRowError(Exception):
    """One sentence a person can act on: file, line, what is wrong."""


@dataclass
class Tally:
    """What a load did, per kind of row."""

    new: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Row:
    """One line of a CSV file. Every reader below raises BrokenRowError with file and line."""

    path: Path
    line: int
    cells: dict[str, str]

    def fault(self, sentence: str) -> BrokenRowError:
        return BrokenRowError(f"{self.path.relative_to(settings.BASE_DIR)}:{self.line}: {sentence}")

    def text(self, column: str, required: bool = False) -> str:
        if column not in self.cells:
            raise self.fault(f'the column "{column}" is missing.')
        value = (self.cells[column] or "").strip()
        if required and not value:
            raise self.fault(f'"{column}" is empty.')
        return value

    def _read(self, column: str, kind: Callable[[str], Any], what: str, required: bool) -> Any:
        value = self.text(column, required)
        if not value:
            return None
        try:
            return kind(value)
        except ValueError as error:
            raise self.fault(f'"{column}" should be {what}, not "{value}".') from error

    def number(self, column: str, required: bool = False, least: int = 0) -> int | None:
        value = self._read(column, int, "a whole number", required)
        if value is not None and value < least:
            raise self.fault(f'"{column}" should be at least {least}, not {value}.')
        return value  # type: ignore[no-any-return]

    def decimal(self, column: str) -> float:
        return self._read(column, float, "a number", True)  # type: ignore[no-any-return]

    def date(self, column: str) -> date | None:
        return self._read(column, date.fromisoformat, "a date like 2026-01-31", False)  # type: ignore[no-any-return]

    def flag(self, column: str) -> bool:
        value = self.text(column, required=True)
        if value not in ("yes", "no"):
            raise self.fault(f'"{column}" should be "yes" or "no", not "{value}".')
        return value == "yes"

    def words(self, column: str) -> list[str]:
        return self.text(column).split()

    def months(self, column: str) -> list[int]:
        months: list[int] = (
            self._read(column, lambda text: list(map(int, text.split())), "months", False) or []
        )
        if not set(months) <= set(range(1, 13)):
            raise self.fault(f'"{column}" should hold months from 1 to 12, not "{self.text(column)}".')
        return months

    def texts(self, column: str, name: str | None = None) -> dict[str, str]:
        """The three languages of `column`, as model fields: name_ind, name_en, name_ar."""
        return {
            f"{name or column}_{field}": self.text(f"{column}_{code}") for code, field in LANGUAGES.items()
        }

    def pick(self, column: str, known: dict[str, M]) -> M:
        """The row that `column` names by its code."""
        code = self.text(column, required=True)
        if code not in known:
            raise self.fault(f'"{column}" names "{code}", which no file defines.')
        return known[code]

    def maybe(self, column: str, known: dict[str, M]) -> M | None:
        return self.pick(column, known) if self.text(column) else None


def read(path: Path) -> Iterator[Row]:
    """Rows of a CSV file with its line numbers; an unreadable file is a BrokenRowError too."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for cells in reader:
                row = Row(path, reader.line_num, cells)
                if None in cells or None in cells.values():
                    raise row.fault("the row has more or fewer cells than the heading.")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BrokenRowError(f"{path}: cannot be read: {error}.") from error


def put(tally: Tally, model: type[M], key: dict[str, Any], values: dict[str, Any], once: bool = False) -> M:
    """The row with `key`, having `values`. Saved only where something differs; with `once`, only when new."""
    name = model._meta.model_name or ""
    found = model._default_manager.filter(**key).first()
    if found is None:
        made = model(**key, **values)
        made.save()
        tally.new[name] += 1
        return made
    differs = [field for field, value in values.items() if getattr(found, field) != value]
    if once or not differs:
        tally.same[name] += 1
        return found
    for field_name in differs:
        setattr(found, field_name, values[field_name])
    found.save()
    tally.changed[name] += 1
    return found

"""Which good a name means: the words of its own name stand in it, in any language we write."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from catalogue.models import Commodity, ProductClass

WORD = re.compile(r"[^\W_]+")
PARTING = re.compile(r"[/(),:;]")
Row = TypeVar("Row", Commodity, ProductClass)


def words(text: str) -> list[str]:
    """Small words as they are compared: without the plural's "s" and the Arabic article."""
    return [_plain(word) for word in WORD.findall(text.casefold())]


def _plain(word: str) -> str:
    if len(word) > 4 and word.startswith("ال"):
        return word[2:]
    return word[:-1] if len(word) > 3 and word.isascii() and word.endswith("s") else word


def names(row: Row) -> Iterator[list[str]]:
    """Every name in every language, and the other words for it; "Cap (peci, kopiah)" are three."""
    columns: list[str] = [
        build_localized_fieldname("name", language) for language, _label in settings.LANGUAGES
    ]
    for column in (*columns, "also"):
        whole = getattr(row, column, "")
        for part in PARTING.split(whole or ""):
            if found := words(part):
                yield found


def _is_in(name: list[str], text: list[str]) -> bool:
    return any(text[at : at + len(name)] == name for at in range(len(text) - len(name) + 1))


def named(rows: Iterable[Row], text: str) -> Row | None:
    """The row whose name stands in the text; of several the longest name, nothing where two are as long."""
    said = words(text)
    found = [
        ((len(name), len("".join(name))), row) for row in rows for name in names(row) if _is_in(name, said)
    ]
    if not found:
        return None
    best = max(length for length, _row in found)
    meant = {row.pk: row for length, row in found if length == best}
    return next(iter(meant.values())) if len(meant) == 1 else None

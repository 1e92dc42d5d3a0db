"""Which good somebody means who writes its name by hand; without it nobody is told of the line (matching.py)."""

import re
from collections.abc import Iterator

from django.conf import settings
from modeltranslation.utils import build_localized_fieldname

from catalogue.models import Commodity, ProductClass

WORD = re.compile(r"[^\W_]+")


def _words(text: str) -> list[str]:
    """Small words as they are compared: without the plural's "s" and the Arabic article."""
    return [_plain(word) for word in WORD.findall(text.casefold())]


def _plain(word: str) -> str:
    if len(word) > 4 and word.startswith("ال"):
        return word[2:]
    return word[:-1] if len(word) > 3 and word.isascii() and word.endswith("s") else word


def _names(row: Commodity | ProductClass) -> Iterator[list[str]]:
    """Every name in every language; "Cap (peci, kopiah)" are three."""
    for language, _label in settings.LANGUAGES:
        whole = getattr(row, build_localized_fieldname("name", language)) or ""
        for part in re.split(r"[/(),]", whole):
            if words := _words(part):
                yield words


def _is_in(name: list[str], words: list[str]) -> bool:
    return any(words[at : at + len(name)] == name for at in range(len(words) - len(name) + 1))


def commodity_of(text: str) -> Commodity | None:
    """The commodity whose name stands in the text, in any language; of several the longest name. One query."""
    words = _words(text)
    found = [
        (len(name), len("".join(name)), row)
        for row in Commodity.objects.order_by("pk")
        for name in _names(row)
        if _is_in(name, words)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def kind_of(text: str) -> ProductClass | None:
    """The kind of goods that is called exactly so. One query."""
    words = _words(text)
    rows = ProductClass.objects.order_by("pk")
    return next((row for row in rows if words and words in list(_names(row))), None)

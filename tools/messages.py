"""Brings every text for people from code and templates into the .po files; no xgettext needed: make messages

Keeps the translations that are there, adds new texts without one, drops texts that no page shows any more.
English needs no file: the texts in the code are the English ones.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po, write_po

BASE = Path(__file__).resolve().parent.parent
ROOMS = ["marketplace", "catalogue", "checkout", "offtakers"]
LOCALE = BASE / "marketplace" / "locale"
LANGUAGES = ["id", "ar"]
# Babel's own table, and Django's names that it does not know.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LITERAL = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
# What Django's templatize() makes of a template: gettext(u'…'), npgettext(u'context', u'one', u'many',count)
CALL = re.compile(rf"\b(?P<name>n?p?gettext|_)\((?P<texts>{LITERAL}(?:,\s*{LITERAL})*)(?:,\s*count)?\)")
HEADER_DATES = re.compile(r'^"(POT-Creation|PO-Revision)-Date: .*\n', re.M)


def in_python(path: Path) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Every text of one module, with its context."""
    for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):  # type: ignore[arg-type]
        yield (message[0], message[1]) if isinstance(message, tuple) else message, context


def in_template(text: str, name: str = "") -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Every text of one template, with its context."""
    from django.utils.translation.template import templatize

    for call in CALL.finditer(templatize(text, origin=name)):
        texts = [ast.literal_eval(literal) for literal in re.findall(LITERAL, call["texts"])]
        context = texts.pop(0) if "p" in call["name"].removesuffix("gettext") else None
        yield (texts[0], texts[1]) if len(texts) == 2 else texts[0], context


def collect() -> Catalog:
    """All texts of the project, with the files they stand in."""
    found = Catalog(charset="utf-8")
    for room in ROOMS:
        for path in sorted((BASE / room).rglob("*.py")):
            if "migrations" not in path.parts:
                for message, context in in_python(path):
                    _add(found, message, context, path)
    for path in sorted((BASE / "templates").rglob("*.*")):
        for message, context in in_template(path.read_text(), str(path.relative_to(BASE))):
            _add(found, message, context, path)
    return found


def _add(found: Catalog, message: str | tuple[str, str], context: str | None, path: Path) -> None:
    if message:
        found.add(message, locations=[(path.relative_to(BASE).as_posix(), 0)], context=context)


def load(language: str) -> Catalog:
    """The catalogue of one language as it stands in its file."""
    path = po_file(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def update(language: str, found: Catalog) -> tuple[int, int]:
    """Write one language's file anew; gives how many texts it has and how many wait for a translation."""
    catalogue = load(language)
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path = po_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".po.new")
    with draft.open("wb") as file:
        write_po(file, catalogue, include_lineno=False, sort_by_file=True, width=100)
    text = HEADER_DATES.sub("", draft.read_text())  # without them a second run changes nothing
    draft.unlink()
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    texts = [message for message in catalogue if message.id]
    return len(texts), sum(not is_translated(message.string) for message in texts)


def is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether there is a text, and for a text with a number one for every form."""
    return all(string) if isinstance(string, tuple | list) else bool(string)


def main() -> None:
    found = collect()
    for language in LANGUAGES:
        texts, waiting = update(language, found)
        print(f"{po_file(language).relative_to(BASE)}: {texts} texts, {waiting} wait for a translation")


if __name__ == "__main__":
    main()

"""A proposed change as people compare it: text by text, what goes and what comes marked, claims marked too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, groupby
from typing import Any

from django.utils.translation import gettext as _

from catalogue.claims import reading
from catalogue.claims.models import ProposedChange
from catalogue.models import ProductAttribute

ABOUT = "about"
SAME, OUT, IN = "same", "out", "in"


@dataclass(frozen=True)
class Piece:
    """Some words in a row that stay, go or come."""

    kind: str
    text: str
    is_claim: bool = False


@dataclass(frozen=True)
class Text:
    """One text of the change. `before` is empty where the listing said nothing, or nobody has seen it yet."""

    label: str
    before: str
    after: str
    pieces: list[Piece]


def texts(change: ProposedChange) -> list[Text]:
    """Every text that waits; three queries."""
    known = reading.signs()
    names = [name.removeprefix(reading.ATTRIBUTE) for name in change.after]
    kind = change.product.product_class if change.product else None
    found = ProductAttribute.objects.filter(product_class=kind, code__in=names) if kind else []
    labels = {f"{reading.ATTRIBUTE}{one.code}": str(one.name) for one in found}
    labels |= {"name": _("Name of the product"), "description": _("Description"), ABOUT: _("About us")}
    return [
        _text(labels.get(name, name), _said(change.before.get(name)), _said(value), known)
        for name, value in change.after.items()
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _text(label: str, before: str, after: str, known: reading.Signs) -> Text:
    claimed = [(start, end) for start, end, _seen in reading.in_text(after, known)]
    return Text(label, before, after, list(marked(before, after, claimed)))


def marked(before: str, after: str, claimed: list[tuple[int, int]]) -> Iterator[Piece]:
    """Word by word; `claimed`: places in `after` (from, to). Without those that go, the pieces are `after`; without
    those that come, `before`."""
    old, new = _words(before), _words(after)
    starts = [0, *accumulate(map(len, new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    tokens: list[tuple[str, bool, str]] = []
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind in ("delete", "replace"):
            tokens += [(OUT, False, word) for word in old[first:last]]
        comes = SAME if kind == "equal" else IN
        for place in range(begin, end):
            here, length = starts[place], len(new[place])
            is_claim = any(here < stop and start < here + length for start, stop in claimed)
            tokens.append((comes, is_claim, new[place]))
    for (kind, is_claim), words in groupby(tokens, key=lambda token: token[:2]):
        yield Piece(kind, "".join(word for *_rest, word in words), is_claim)


def _words(text: str) -> list[str]:
    """Words, and what stands between them."""
    return re.findall(r"\w+|\s+|[^\w\s]", text)

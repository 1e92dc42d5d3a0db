"""Which claims a text makes: signs (data) are looked for in its words, whatever language it is written in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalogue.claims.models import Sign
from catalogue.search.terms import MARKS, fold

# A word with the vowel signs of Arabic that stand on it.
WORD = re.compile(rf"(?:[^\W_]{MARKS.pattern}*)+")
ANY = "*"
ARTICLES = ("وال", "بال", "ال")
AND = "و"
ATTRIBUTE = "a_"  # before the code of an answer, as in the form
SAID = {"name", "description"}


@dataclass(frozen=True)
class Seen:
    """One claim in one text: which, the words as they stand there, and which permits would prove it."""

    code: str
    text: str
    permits: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The same claim in other words is another one: "bebas gula" is not "bebas pengawet"."""
        return self.code, " ".join(_word(word) for word in WORD.findall(self.text))


@dataclass(frozen=True)
class Signs:
    """The signs, read once: phrases by length, and answers that are claims by themselves."""

    phrases: tuple[tuple[tuple[str, ...], Sign], ...]
    answers: Mapping[str, Sign]


def signs() -> Signs:
    """One query."""
    found = list(Sign.objects.select_related("claim").order_by("pk"))
    phrases = [(_phrase(one.text), one) for one in found if one.kind == Sign.WORD]
    answers = {one.text: one for one in found if one.kind == Sign.ATTRIBUTE}
    return Signs(tuple(sorted(phrases, key=lambda pair: -len(pair[0]))), answers)


def _word(word: str) -> str:
    """Folded, and without the Arabic article."""
    plain = fold(word)
    article = next((one for one in ARTICLES if plain.startswith(one) and len(plain) > len(one) + 2), "")
    return plain.removeprefix(article)


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(part if part == ANY else _word(part) for part in re.findall(rf"\*|{WORD.pattern}", text))


def in_text(text: str, known: Signs) -> list[tuple[int, int, Seen]]:
    """Claims in one text with the place of their words (from, to), the longest phrase where several fit."""
    words = [(match.start(), match.end(), _word(match.group())) for match in WORD.finditer(text)]
    found: list[tuple[int, int, Seen]] = []
    place = 0
    while place < len(words):
        hit = _at([word for *_, word in words[place : place + 6]], known)
        if hit is None:
            place += 1
            continue
        length, sign = hit
        start, end = words[place][0], words[place + length - 1][1]
        found.append((start, end, Seen(sign.claim.code, text[start:end], tuple(sign.claim.permits))))
        place += length
    return found


def _at(words: list[str], known: Signs) -> tuple[int, Sign] | None:
    """The longest phrase that begins here."""
    for phrase, sign in known.phrases:
        here = words[: len(phrase)]
        if len(here) == len(phrase) and all(map(_fits, phrase, here)):
            return len(phrase), sign
    return None


def _fits(part: str, word: str) -> bool:
    """The Arabic "and" is written onto the word that follows."""
    return part in (ANY, word) or word == f"{AND}{part}"


def seen(texts: Mapping[str, Any], known: Signs) -> dict[str, list[Seen]]:
    """Claims by the name of the text ("name", "description", "a_grade"); those without one are left out."""
    found = {}
    for name, value in texts.items():
        claims = [one for *_, one in in_text(value, known)] if isinstance(value, str) else []
        sign = known.answers.get(name.removeprefix(ATTRIBUTE)) if name not in SAID else None
        if sign and value not in (None, "", False):
            claims.append(Seen(sign.claim.code, str(value), tuple(sign.claim.permits)))
        if claims:
            found[name] = claims
    return found


def keys(claims: Iterable[Seen]) -> set[tuple[str, str]]:
    return {one.key for one in claims}

"""What was typed, understood: its words without accents, and what else means the same."""

import re
import unicodedata
from dataclasses import dataclass

from django.core.cache import cache

from catalogue.search.models import Synonym

LONGEST = 100  # signs
MOST_WORDS = 12
LONGEST_PHRASE = 4  # words of one synonym
FIVE_MINUTES = 300
SYNONYMS = "search-synonyms"
# Accents and the vowel signs of Arabic, which few people type; the database's opop_fold takes out the same.
MARKS = re.compile("[\u0300-\u036f\u0640\u064b-\u065f\u0670]")


@dataclass(frozen=True)
class Term:
    """One thing asked for: a word, or several that together have a synonym."""

    words: tuple[str, ...]
    others: tuple[str, ...] = ()  # phrases that mean the same

    @property
    def may_go_on(self) -> bool:
        """Whether the last word may be the start of one; a single letter starts too many."""
        return len(self.words[-1]) > 1 and not self.words[-1].isdigit()


def tidy(text: str) -> str:
    """What was typed, without control signs, at most 100 signs long."""
    readable = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST * 10])
    return " ".join(readable.split())[:LONGEST]


def fold(text: str) -> str:
    """ "Café" and "cafe" are the same, and so are أرز and ارز."""
    return MARKS.sub("", unicodedata.normalize("NFKD", text)).lower()


def words(text: str) -> list[str]:
    """The words in it; quotes and operators fall away, so nothing typed can break the query."""
    return re.findall(r"[^\W\d_]+|\d+", fold(tidy(text)))[:MOST_WORDS]


def understood(text: str) -> list[Term]:
    """The terms of a search. Words that say nothing of the goods ("jual", "untuk") fall away, unless there is
    nothing else."""
    typed, known = words(text), synonyms()
    terms: list[Term] = []
    while typed:
        length = _longest_known(typed, known)
        phrase = tuple(typed[:length])
        typed = typed[length:]
        terms.append(Term(phrase, known.get(" ".join(phrase), ())))
    telling = [term for term in terms if term.others != ("",)]
    return telling or [Term(term.words) for term in terms]


def _longest_known(typed: list[str], known: dict[str, tuple[str, ...]]) -> int:
    lengths = range(min(LONGEST_PHRASE, len(typed)), 1, -1)
    return next((length for length in lengths if " ".join(typed[:length]) in known), 1)


def synonyms() -> dict[str, tuple[str, ...]]:
    """For each known phrase all others that mean the same; ("",) for those that mean nothing."""
    found = cache.get_or_set(SYNONYMS, _synonyms, FIVE_MINUTES)
    assert found is not None
    return found


def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: dict[str, set[str]] = {}
    pairs = [(fold(one.word), fold(one.means)) for one in Synonym.objects.all()]
    for word, means in pairs:
        groups.setdefault(means, {means}).add(word)
    same: dict[str, set[str]] = {}
    for means, group in groups.items():
        for word in group - {""}:
            same.setdefault(word, set()).update({""} if not means else group - {word})
    return {word: tuple(sorted(others)) for word, others in same.items()}

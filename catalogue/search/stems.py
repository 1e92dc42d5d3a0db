"""Terms as PostgreSQL's tsquery: every word stemmed in Indonesian, English and Arabic, by the database itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from catalogue.search.terms import Term

ALL, ANY = " && ", " || "


@dataclass(frozen=True)
class Stems:
    """Ready queries as texts. `terms` has for each term: the words in a name of goods, synonyms there, a start
    of a word there, anything of it; "" where there is none."""

    hits: str  # "" where nothing has them
    terms: list[tuple[str, str, str, str]]


@dataclass(frozen=True)
class _Query:
    """A tsquery in SQL and its parameters. No text of the reader stands in the SQL."""

    sql: str
    values: tuple[str, ...]


NOTHING = _Query("''::tsquery", ())
# The database would read the whole table for the first hit of two words that never come together; planned for
# all hits it takes the index, and still stops at the first.
FIRST = """(WITH hits AS MATERIALIZED (SELECT FROM search_entry WHERE body @@ ({query}))
  SELECT ({query})::text FROM hits LIMIT 1)"""


def stems(terms: list[Term], combine: str) -> Stems:
    """All that one search needs, in one question to the database. The last word is taken for the start of one
    only where nothing has it as it is."""
    whole, started = (_joined(combine, _sides(terms, start)) for start in (False, True))
    parts = [query for term in terms for query in _parts(term, last=term is terms[-1])]
    first = [FIRST.format(query=query.sql) for query in (whole, started)]
    columns = ", ".join([f"coalesce({first[0]}, {first[1]}, '')", *(f"({part.sql})::text" for part in parts)])
    values = [*whole.values * 2, *started.values * 2, *(value for part in parts for value in part.values)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", values)
        hits, *texts = cursor.fetchone()
    return Stems(hits, list(zip(*[iter(texts)] * 4, strict=True)))


def _sides(terms: list[Term], start: bool) -> Iterable[_Query]:
    return (_anything(term, start=start and term is terms[-1]) for term in terms)


def _anything(term: Term, *, start: bool) -> _Query:
    phrases = [_phrase(words, "") for words in (term.words, *(other.split() for other in term.others))]
    return _joined(ANY, [*phrases, _start(term.words, "")] if start and term.may_go_on else phrases)


def _parts(term: Term, *, last: bool) -> tuple[_Query, _Query, _Query, _Query]:
    named = _phrase(term.words, "A")
    same = _joined(ANY, (_phrase(other.split(), "A") for other in term.others))
    started = _start(term.words, "A") if last and term.may_go_on else NOTHING
    return named, same, started, _anything(term, start=last)


def _phrase(words: Iterable[str], weight: str) -> _Query:
    return _joined(ALL, (_Query("opop_query(%s, %s)", (word, f":{weight}" * bool(weight))) for word in words))


def _start(words: tuple[str, ...], weight: str) -> _Query:
    """The same words; the last may be the start of one, as it stands in a name."""
    start = _Query("to_tsquery('opop_plain', %s)", (f"{words[-1]}:*{weight}",))
    return _joined(ALL, [_phrase(words[:-1], weight), start]) if words[1:] else start


def _joined(operator: str, queries: Iterable[_Query]) -> _Query:
    found = list(queries)
    if not found:
        return NOTHING
    sql = operator.join(query.sql for query in found)
    return _Query(f"({sql})", tuple(value for query in found for value in query.values))

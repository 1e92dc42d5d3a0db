"""Full text search over the listings, in three languages at once. It shows everybody the same.

The words typed become terms (terms.py); their stems are a condition on `Entry.body` and points on `Entry.title`.
Where nothing has all the words, mistyped ones are corrected (spelling.py); at last some of the words will do.
"""

from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add, or_
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Length, Lower

from catalogue.models import Commodity
from catalogue.search import spelling
from catalogue.search.models import Entry
from catalogue.search.stems import ALL, ANY, stems
from catalogue.search.terms import Term, understood
from marketplace.pesantren.models import Partner

CODES = ("ind", "en", "ar")  # of the languages, in the names of columns


@dataclass(frozen=True)
class Found:
    """The hits of a search. `order` goes into `entries.order_by(*order)`; it is empty where nothing was asked."""

    entries: QuerySet[Entry]
    any: bool = True  # before any filter
    order: list[Any] = field(default_factory=list)
    corrected: str = ""  # the words that were searched instead of what was typed
    relaxed: bool = False  # hits have some of the words only


def find(q: str, language: str, *, exact: bool = False) -> Found:
    """All hits for what was typed. Where there is none, mistyped words are corrected, and at last some of the
    words are enough; with `exact` the words are searched as they are."""
    terms = understood(q)
    if not terms:
        return Found(Entry.objects.all())
    found = _found(terms, ALL)
    if found.any or exact:
        return found
    corrected = spelling.corrected([word for term in terms for word in term.words], language)
    if corrected:
        terms = understood(corrected)
        found = _found(terms, ALL)
    if not found.any and len(terms) > 1:
        found = replace(_found(terms, ANY), relaxed=True)
    return replace(found, corrected=corrected) if found.any else found


def sellers(q: str, most: int = 3) -> list[Partner]:
    """Pesantren with these words in their name, those that sell here first."""
    return list(Partner.objects.filter(name__icontains=q).order_by("-sells", Lower("name"), "pk")[:most])


def commodities(q: str) -> list[Commodity]:
    """Goods that the programme knows by these words, whether or not anybody lists them now."""
    asked = stems(understood(q), ANY).terms
    names = Func(*(Func(F(f"name_{code}"), function="opop_fold") for code in CODES), function="opop_names")
    known = reduce(or_, (Q(_matches(names, anything)) for *_, anything in asked), Q(pk=None))
    return list(Commodity.objects.filter(known).order_by("code")[:3])


def _found(terms: list[Term], combine: str) -> Found:
    """The hits of these terms, best first: most points, then what can be ordered, then the shortest names."""
    asked = stems(terms, combine)
    if not asked.hits:
        return Found(Entry.objects.none(), any=False)
    points = reduce(add, (_points(queries) for queries in asked.terms))
    order = [points.desc(), "-orderable", "-sells", Length("title"), "-created", "product_id"]
    return Found(Entry.objects.filter(_matches(F("body"), asked.hits)), order=order)


def _points(queries: tuple[str, ...]) -> Case:
    """Of one term: 4 for the word itself in the name of the goods, 3 for a synonym there, 2 for a start of a
    word there, 1 for the name of the commodity or pesantren, 0 for the rest (sector, place, description)."""
    cases = [
        When(_matches(F("title"), query), then=points)
        for points, query in zip((4, 3, 2, 1), queries, strict=True)
        if query
    ]
    return Case(*cases, default=0, output_field=IntegerField())


def _matches(vector: Any, query: str) -> Func:
    value = Value(query, output_field=SearchQueryField())
    return Func(
        vector, value, template="(%(expressions)s::tsquery)", arg_joiner=" @@ ", output_field=BooleanField()
    )

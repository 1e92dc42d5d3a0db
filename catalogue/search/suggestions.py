"""Suggestions while typing: names of goods, pesantren and sectors, in the reader's language."""

from django.contrib.postgres.search import SearchQueryField
from django.core.cache import cache
from django.db.models import BooleanField, F, Func, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import queries
from catalogue.filters import query_string
from catalogue.search.models import Name
from catalogue.search.queries import sellers
from catalogue.search.terms import fold, words

MOST, MOST_NAMES, LEAST_SIGNS, FIVE_MINUTES = 8, 5, 2, 300
Suggestion = dict[str, str]


def suggest(q: str, language: str) -> list[Suggestion]:
    """At most eight. Kept for five minutes: many people type the same beginnings."""
    typed = words(q)
    if not typed or len("".join(typed)) < LEAST_SIGNS:
        return []
    found = cache.get_or_set(
        f"suggest-{language}-{'-'.join(typed)}", lambda: _found(typed, language), FIVE_MINUTES
    )
    assert found is not None
    return found


def _found(typed: list[str], language: str) -> list[Suggestion]:
    text = " ".join(typed)
    sectors = [
        {"text": sector.name, "kind": _("Sector"), "url": sector.url}
        for sector in queries.sectors()
        if fold(sector.name).startswith(text)
    ]
    pesantren = [
        {"text": one.name, "kind": _("Pesantren"), "url": one.get_absolute_url()}
        for one in (sellers(text, 2) if len(text) > 2 else [])
    ]
    names = [
        {"text": name, "kind": "", "url": reverse("search:search") + query_string(q=name)}
        for name in _names(typed, language)
    ]
    return [*names, *sectors[:1], *pesantren][:MOST]


def _names(typed: list[str], language: str) -> list[str]:
    """The names most listings bear whose words begin so; the shorter first where as many do."""
    start = Func(
        Value(" & ".join(f"{word}:*" for word in typed)),
        function="to_tsquery",
        template="%(function)s('opop_plain', %(expressions)s)",
        output_field=SearchQueryField(),
    )
    begins = Func(
        F("words"), start, template="(%(expressions)s)", arg_joiner=" @@ ", output_field=BooleanField()
    )
    found = Name.objects.filter(begins, language=language).order_by("-count", "name")
    return list(found.values_list("name", flat=True)[:MOST_NAMES])

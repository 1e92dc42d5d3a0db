"""Full text search over the listings, in three languages at once. It shows everybody the same."""

import re

from django.db.models import BooleanField, FloatField, QuerySet
from django.db.models.expressions import RawSQL

from catalogue.models import Product

LONGEST = 100
CONFIGURATIONS = ("opop_id", "opop_en", "opop_ar", "opop_plain")


def tidy(text: str) -> str:
    """What was typed, without control signs, at most 100 signs long."""
    readable = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST * 10])
    return " ".join(readable.split())[:LONGEST]


def terms(text: str) -> list[str]:
    """The words in it; quotes and operators fall away, so nothing typed can break the query."""
    return re.findall(r"[^\W_]+", tidy(text))


def _query(words: list[str], weight: str = "") -> tuple[str, list[str]]:
    """A tsquery in SQL with its parameters: every word must be there; the last may be the start of one."""
    parts = [f"'{word}':{weight}" if weight else f"'{word}'" for word in words[:-1]]
    parts.append(f"'{words[-1]}':*{weight}")
    sql = " || ".join(f"to_tsquery('{name}', %s)" for name in CONFIGURATIONS)
    return f"({sql})", [" & ".join(parts)] * len(CONFIGURATIONS)


def matching(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Listings with all these words; a text without any word finds everything."""
    words = terms(text)
    if not words:
        return products
    query, values = _query(words)
    # No text of the reader stands in the SQL: the words are parameters.
    hits = RawSQL(f"SELECT id FROM catalogue_product WHERE search @@ {query}", values)  # noqa: S608, S611
    return products.filter(pk__in=hits)


def best_first(products: QuerySet[Product], text: str) -> QuerySet[Product]:
    """Found in the title first, then what can be ordered, then by rank."""
    words = terms(text)
    if not words:
        return products
    query, values = _query(words)
    in_title, title_values = _query(words, "A")
    column = "catalogue_product.search"
    titled = RawSQL(f"{column} @@ {in_title}", title_values, output_field=BooleanField())  # noqa: S611
    rank = RawSQL(f"ts_rank({column}, {query})", values, output_field=FloatField())  # noqa: S611
    ranked = products.annotate(titled=titled, rank=rank)
    return ranked.order_by("-titled", "-partner__sells", "-rank", "-date_created", "pk")

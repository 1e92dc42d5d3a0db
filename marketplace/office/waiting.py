"""Kinds of things that wait for a person, all of them counted with one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Min, QuerySet, Value
from django.db.models.functions import Cast


@dataclass(frozen=True)
class Waiting:
    """One kind of thing: its rows, since when each of them waits, and maybe until when it can be done."""

    label: str
    rows: QuerySet[Any]
    since: str
    url: str
    until: str = ""


@dataclass(frozen=True)
class Counted:
    label: str
    count: int
    oldest: datetime | None
    url: str
    until: datetime | None = None  # the first of the times


def counted(kinds: Iterable[Waiting]) -> list[Counted]:
    """How many of each, since when the oldest, until when the first. One query, however many kinds and rows."""
    held = list(kinds)
    parts = [_counts(place, kind) for place, kind in enumerate(held)]
    found = {place: row for place, *row in parts[0].union(*parts[1:], all=True)}
    rows = [(kind, found.get(place, [0, None, None])) for place, kind in enumerate(held)]
    return [Counted(kind.label, count, oldest, kind.url, until) for kind, (count, oldest, until) in rows]


def _counts(place: int, kind: Waiting) -> QuerySet[Any, Any]:
    """One row: which kind, how many, the oldest; days count from their midnight."""
    plain = kind.rows.order_by().select_related(None).prefetch_related(None)
    rows = plain.annotate(which=Value(place)).values("which")
    oldest = Min(Cast(kind.since, DateTimeField()))
    first = Min(Cast(kind.until or Value(None), DateTimeField()))
    found = rows.annotate(n=Count("pk", distinct=True), oldest=oldest, first_until=first)
    return found.values_list("which", "n", "oldest", "first_until")

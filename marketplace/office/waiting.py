"""Kinds of things that wait for a person, all of them counted with one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Min, QuerySet, Value
from django.db.models.functions import Cast


@dataclass(frozen=True)
class Waiting:
    """One kind of thing: its rows, and since when each of them waits."""

    label: str
    rows: QuerySet[Any]
    since: str
    url: str


@dataclass(frozen=True)
class Counted:
    label: str
    count: int
    oldest: datetime | None
    url: str


def counted(kinds: Iterable[Waiting]) -> list[Counted]:
    """How many of each, and since when the oldest. One query, however many kinds and rows."""
    held = list(kinds)
    parts = [_counts(place, kind) for place, kind in enumerate(held)]
    found = {place: (count, oldest) for place, count, oldest in parts[0].union(*parts[1:], all=True)}
    return [Counted(kind.label, *found.get(place, (0, None)), kind.url) for place, kind in enumerate(held)]


def _counts(place: int, kind: Waiting) -> QuerySet[Any, Any]:
    """One row: which kind, how many, the oldest; days count from their midnight."""
    rows = kind.rows.order_by().annotate(which=Value(place)).values("which")
    oldest = Min(Cast(kind.since, DateTimeField()))
    return rows.annotate(n=Count("pk", distinct=True), oldest=oldest).values_list("which", "n", "oldest")

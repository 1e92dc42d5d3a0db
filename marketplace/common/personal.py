"""What the site keeps about people: every room says it once, and export, erasure, retention and the privacy page
follow from it.

Indonesian law on personal data (UU 27/2022): purpose and basis (art. 16, 20, 21), access and a copy (art. 7, 13),
erasure (art. 8, 43), an end to keeping (art. 16(2)g). The law on taxes asks for ten years of books
(UU KUP art. 28(11)).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

BATCH = 1000
BOOKS = timedelta(days=3653)  # ten years
Rows = list[dict[str, Any]]


def nothing(person: Any) -> Rows:
    return []


def leave(person: Any) -> None:
    """Nothing to erase: it is kept because the law asks for it, or it went with something else."""


def no_reasons(person: Any) -> list[str]:
    return []


def none_old(now: datetime) -> int:
    return 0


@dataclass(frozen=True)
class Holding:
    """One kind of personal data. The four texts are lazy translations, shown on the privacy page.

    `export` gives a person's own rows as JSON can hold them; `erase` takes the person out of them, inside the
    caller's transaction; `hinders` says in words why a person cannot be erased yet; `purge` ends what was kept
    long enough, in batches, and returns how many rows it ended. All are safe to run twice.
    """

    code: str
    what: Any
    purpose: Any
    basis: Any
    kept: Any
    export: Callable[[Any], Rows] = nothing
    erase: Callable[[Any], None] = leave
    hinders: Callable[[Any], list[str]] = no_reasons
    purge: Callable[[datetime], int] = none_old


_holdings: dict[str, Holding] = {}


def register(*found: Holding) -> None:
    """Called by each room when the program starts. The same code twice is a mistake in the program."""
    for holding in found:
        if holding.code in _holdings and _holdings[holding.code] != holding:
            raise ValueError(f"personal data {holding.code!r} is registered twice")
        _holdings[holding.code] = holding


def holdings() -> list[Holding]:
    """All of them, from the ground floor up."""
    return list(_holdings.values())


def copy_of(person: Any) -> dict[str, Rows]:
    """Everything the site keeps about this person, by kind."""
    return {holding.code: holding.export(person) for holding in holdings()}


def hindrances(person: Any) -> list[str]:
    """Why this person cannot be erased yet, in words; empty: nothing stands in the way."""
    return [reason for holding in holdings() for reason in holding.hinders(person)]


def in_batches(rows: QuerySet[Any]) -> Iterator[list[int]]:
    """Keys of these rows, a thousand at a time, until the query finds no more: each batch must end its rows."""
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield keys


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete all these rows without holding many locks at once; returns how many."""
    total = 0
    for keys in in_batches(rows):
        rows.model._base_manager.filter(pk__in=keys).delete()
        total += len(keys)
    return total


def update_in_batches(rows: QuerySet[Any], **values: Any) -> int:
    """Blank these rows; `values` must take them out of the query. Returns how many."""
    total = 0
    for keys in in_batches(rows):
        rows.model._base_manager.filter(pk__in=keys).update(**values)
        total += len(keys)
    return total

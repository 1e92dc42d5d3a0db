"""What was searched and not found: see services.count_missed for what is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max, QuerySet, Sum

from catalogue.search.models import Missed
from catalogue.search.terms import synonyms, words
from marketplace.common.access import OFFICE, is_staff
from marketplace.reference.working_days import today


@dataclass(frozen=True)
class Line:
    text: str
    language: str
    times: int
    last: Any
    synonyms: str  # what its words are known to mean


def most(reader: Any, days: int) -> QuerySet[Any]:
    """Words of the last days, most often missed first."""
    if not is_staff(reader, OFFICE):
        return Missed.objects.none()
    recent = Missed.objects.filter(day__gt=today() - timedelta(days=days))
    found = recent.values("text", "language").annotate(times=Sum("count"), last=Max("day"))
    return found.order_by("-times", "text", "language")


SEVERAL = 3  # fewer may be one person, whose business it is


def of_several(language: str, days: int, sectors: Iterable[str] = ()) -> QuerySet[Any]:
    """Words of the last days that were missed several times in this language, on the whole site or in these sectors;
    for everybody who sells."""
    recent = Missed.objects.filter(day__gt=today() - timedelta(days=days), language=language)
    if sectors:
        recent = recent.filter(sector__in=sectors)
    found = recent.values("text").annotate(times=Sum("count")).filter(times__gte=SEVERAL)
    return found.order_by("-times", "text")


def with_synonyms(rows: list[dict[str, Any]]) -> list[Line]:
    known = synonyms()
    return [Line(**row, synonyms=_known(row["text"], known)) for row in rows]


def _known(text: str, known: dict[str, tuple[str, ...]]) -> str:
    found = [other for phrase in (text, *words(text)) for other in known.get(phrase, ())]
    return ", ".join(dict.fromkeys(other for other in found if other))

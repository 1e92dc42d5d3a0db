"""How a pesantren does here, in a few figures. Nobody counts who looks at a page, so there are no views."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import get_language

from catalogue.search import missed
from marketplace.common.models import StateChange
from marketplace.conversations.models import Message, Side
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import JAKARTA, today

WEEKS = 12
DAYS = 90
MOST = 5
HIGH = 60  # of the tallest bar, in the drawing's own units
NOT_SOLD = [states.WAITING, states.DECLINED, states.CANCELLED, states.REJECTED]


@dataclass(frozen=True)
class Bar:
    """One week from its Monday on: how many, and the bar in the drawing."""

    first: date
    count: int
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Answered:
    """Orders of the last 90 days: how many came, were declined, and the middle of the hours to a yes."""

    came: int
    declined: int
    hours: float | None


def mondays() -> list[date]:
    """The Mondays of the last twelve weeks, this one the last."""
    this = today() - timedelta(days=today().weekday())
    return [this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def bars(rows: QuerySet[Any], field: str) -> list[Bar]:
    """How many of these rows fall into each of the last twelve weeks of Jakarta. One query."""
    weeks = mondays()
    begun = datetime.combine(weeks[0], datetime.min.time(), JAKARTA)
    counted = rows.filter(**{f"{field}__gte": begun}).order_by()
    found = counted.annotate(week=TruncWeek(field, tzinfo=JAKARTA)).values_list("week").annotate(Count("pk"))
    counts = {week.date(): count for week, count in found}
    tallest = max(counts.values(), default=0)
    made = []
    for place, week in enumerate(weeks):
        count = counts.get(week, 0)
        height = max(round(HIGH * count / tallest), 2) if count else 0
        made.append(Bar(week, count, place * 20 + 3, HIGH - height, height))
    return made


def orders(partner: Partner) -> list[Bar]:
    """Orders that were paid (or are on tempo) and came to this pesantren."""
    return bars(Fulfilment.objects.filter(partner=partner), "offered_at")


def questions(partner: Partner) -> list[Bar]:
    """What buyers wrote to it."""
    return bars(Message.objects.filter(thread__partner=partner, side=Side.BUYER), "created")


def answered(partner: Partner) -> Answered:
    """How it answered the orders of the last 90 days. Two queries."""
    begun = datetime.combine(today() - timedelta(days=DAYS), datetime.min.time(), JAKARTA)
    rows = Fulfilment.objects.filter(partner=partner, offered_at__gte=begun)
    offered: dict[int, Any] = dict(rows.values_list("pk", "offered_at"))
    moves = StateChange.objects.filter(
        subject_type="fulfilment.fulfilment",
        subject_id__in=list(offered),
        before=states.OFFERED,
        after__in=[states.ACCEPTED, states.DECLINED],
    ).values_list("subject_id", "after", "at")
    took = [(at - offered[pk]) / timedelta(hours=1) for pk, after, at in moves if after == states.ACCEPTED]
    declined = sum(after == states.DECLINED for _, after, _ in moves)
    return Answered(len(offered), declined, round(median(took), 1) if took else None)


def most_sold(partner: Partner) -> list[tuple[str, int]]:
    """The goods of which most units went out in the last 90 days, with how many. One query."""
    begun = datetime.combine(today() - timedelta(days=DAYS), datetime.min.time(), JAKARTA)
    rows = FulfilmentLine.objects.filter(fulfilment__partner=partner, fulfilment__offered_at__gte=begun)
    found = rows.exclude(fulfilment__state__in=NOT_SOLD).order_by().values_list("line__title")
    return list(found.annotate(n=Sum("quantity")).order_by("-n", "line__title")[:MOST])


def wanted() -> Iterable[dict[str, Any]]:
    """What several people searched on the whole site and did not find, in this language."""
    return missed.of_several(get_language() or "id", DAYS)[: MOST * 2]

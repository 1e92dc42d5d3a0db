"""How a pesantren does here, in a few figures. Looks are a number for each listing and day, never a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils.translation import get_language

from catalogue.models import ListingViews, Product
from catalogue.queries import sectors_of
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
class Chart:
    """Twelve weeks of one thing."""

    id: str
    title: str
    bars: list[Bar]

    @property
    def is_empty(self) -> bool:
        return not any(bar.count for bar in self.bars)


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


def weekly(rows: QuerySet[Any], field: str) -> list[Bar]:
    """How many of these rows fall into each of the last twelve weeks of Jakarta. One query."""
    begun = datetime.combine(mondays()[0], datetime.min.time(), JAKARTA)
    counted = rows.filter(**{f"{field}__gte": begun}).order_by()
    found = counted.annotate(week=TruncWeek(field, tzinfo=JAKARTA)).values_list("week").annotate(Count("pk"))
    return bars({week.date(): count for week, count in found})


def bars(counts: Mapping[date, int]) -> list[Bar]:
    """The last twelve weeks, each by its Monday; the fullest one is the tallest bar."""
    tallest = max(counts.values(), default=0)
    made = []
    for place, week in enumerate(mondays()):
        count = counts.get(week, 0)
        height = max(round(HIGH * count / tallest), 2) if count else 0
        made.append(Bar(week, count, place * 20 + 3, HIGH - height, height))
    return made


def orders(partner: Partner) -> list[Bar]:
    """Orders that were paid (or are on tempo) and came to this pesantren."""
    return weekly(Fulfilment.objects.filter(partner=partner), "offered_at")


def questions(partner: Partner) -> list[Bar]:
    """What buyers wrote to it."""
    return weekly(Message.objects.filter(thread__partner=partner, side=Side.BUYER), "created")


def views(partner: Partner) -> list[Bar]:
    """How often the pages of its listings were looked at (catalogue.services.views). One query."""
    rows = ListingViews.objects.filter(product__partner=partner, day__gte=mondays()[0]).order_by()
    found = rows.annotate(week=TruncWeek("day")).values_list("week").annotate(Sum("count"))
    return bars(dict(found))


def most_viewed(partner: Partner) -> list[tuple[str, int]]:
    """The listings looked at most often in the last 90 days, with how often. One query."""
    begun = today() - timedelta(days=DAYS)
    rows = Product.objects.filter(partner=partner, views_by_day__day__gt=begun)
    found = rows.annotate(n=Sum("views_by_day__count")).order_by("-n", "pk")
    return [(str(product.title), product.n) for product in found[:MOST]]


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


def wanted(sectors: Iterable[str] = ()) -> Iterable[dict[str, Any]]:
    """What several people searched and did not find, in this language: on the whole site, or in these sectors."""
    return missed.of_several(get_language() or "id", DAYS, sectors)[: MOST * 2]


def sectors(partner: Partner) -> dict[str, str]:
    """The sectors its goods on sale stand in, name by code. At most two queries."""
    return {sector.code: sector.name for sector in sectors_of(partner)}

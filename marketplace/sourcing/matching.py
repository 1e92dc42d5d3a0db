"""Which pesantren can answer a demand, and why. The formula is shown on the page (docs/sourcing.md says it in words).

A listing fits if it is of the same good. Its score is at most 1000 points:

- 300 free quantity in the window, as a share of what is asked (all of it: 300)
- 250 season: the share of the months of the window in which it is harvested (all year: 250)
- 250 record: fill rate and on-time rate, half each; 175 until there are three deliveries
- 200 distance: 200 at the door, 0 from 300 km on, between centroids of kabupaten/kota; 100 where it is not known

A pesantren is ready if it lacks nothing that forbids an answer (readiness.py). Who is not ready is told what is
missing, and comes after those who are. Among the ready, those who lack nothing at all come first: neither what the
destination may ask for, nor what the buyer wished.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from catalogue.models import Product
from marketplace.pesantren.queries import free_in
from marketplace.reference.distance import kilometres
from marketplace.reference.models import Regency
from marketplace.sourcing.models import DemandLine
from marketplace.sourcing.readiness import Lack, Readiness
from marketplace.sourcing.records import NONE, Record, records

FREE, SEASON, RECORD, DISTANCE = 300, 250, 250, 200
NEUTRAL_RECORD, NEUTRAL_DISTANCE = 175, 100
FAR_KM = 300
MOST_READY, MOST_NOT_READY = 200, 100  # listings of one line that are told


@dataclass(frozen=True)
class Fit:
    """One pesantren's best listing for a line, with what its score is made of. `is_ready`: nothing forbids an answer;
    `is_whole`: nothing is missing at all."""

    product: Product
    score: int
    is_ready: bool
    is_whole: bool
    facts: Mapping[str, Any]


def months_between(first: date, last: date) -> list[int]:
    """The months that these days touch, each once: December to February is [12, 1, 2]."""
    count = min((last.year - first.year) * 12 + last.month - first.month + 1, 12)
    return [(first.month - 1 + step) % 12 + 1 for step in range(count)]


def candidates(line: DemandLine) -> QuerySet[Product]:
    """Listings on sale of pesantren that sell here, of the same good: the commodity if it is known, else the kind."""
    found = Product.objects.filter(is_public=True, partner__sells=True)
    if line.commodity_id:
        found = found.filter(commodity=line.commodity_id)
    elif line.kind_id:
        found = found.filter(product_class=line.kind_id)
    else:
        return found.none()
    found = found.filter(unit=line.unit_id)
    return found.select_related("partner__regency", "product_class").prefetch_related("stockrecords")


def is_of(line: DemandLine, product: Product) -> bool:
    """Whether a listing is of the good of this line, by the rule of candidates()."""
    if product.unit_id != line.unit_id:
        return False
    if line.commodity_id:
        return product.commodity_id == line.commodity_id
    return line.kind_id is not None and product.product_class_id == line.kind_id


def free_points(free: int | None, wanted: int) -> int:
    """Nothing known of what is free (never counted): half."""
    return FREE // 2 if free is None else FREE * min(free, wanted) // wanted


def season_points(harvest: Iterable[int], window: Iterable[int]) -> int:
    harvested, asked = set(harvest), list(window)
    if not harvested:
        return SEASON
    return SEASON * sum(month in harvested for month in asked) // len(asked)


def record_points(record: Record) -> int:
    rates = [rate for rate in (record.fill, record.on_time) if rate is not None]
    return RECORD * sum(rates) // (1000 * len(rates)) if rates else NEUTRAL_RECORD


def distance_points(km: int | None) -> int:
    return NEUTRAL_DISTANCE if km is None else DISTANCE * max(FAR_KM - km, 0) // FAR_KM


def fits(line: DemandLine, gathered_in: Regency | None) -> list[Fit]:
    """Each pesantren's best listing for this line: who lacks nothing, then who is ready, then the others, by score.

    `gathered_in`: where the goods go at home, or the packing house. Constant queries."""
    goods = list(candidates(line))
    first = min(slot.first for slot in line.slots.all())
    last = max(slot.last for slot in line.slots.all())
    window = months_between(first, last)
    papers = Readiness(goods, last)
    known = records({one.partner_id for one in goods if one.partner_id})
    stock = {one.pk: next(iter(one.stockrecords.all()), None) for one in goods}
    can_give = free_in(None, [record.pk for record in stock.values() if record], first, last)
    free = {pk: can_give.get(record.pk) if record else None for pk, record in stock.items()}
    best: dict[int, Fit] = {}
    for product in goods:
        record = known.get(product.seller.pk, NONE)
        fit = _fit(
            line, product, free[product.pk], window, papers.lacks(product, line.demand), record, gathered_in
        )
        before = best.get(product.seller.pk)
        if before is None or _rank(fit) < _rank(before):
            best[product.seller.pk] = fit
    ordered = sorted(best.values(), key=_rank)
    ready = [fit for fit in ordered if fit.is_ready][:MOST_READY]
    return ready + [fit for fit in ordered if not fit.is_ready][:MOST_NOT_READY]


def _rank(fit: Fit) -> tuple[bool, bool, int, int]:
    return (not fit.is_ready, not fit.is_whole, -fit.score, fit.product.pk)


def _fit(
    line: DemandLine,
    product: Product,
    free: int | None,
    window: list[int],
    lacks: list[Lack],
    record: Record,
    gathered_in: Regency | None,
) -> Fit:
    km = kilometres(product.seller.regency, gathered_in) if gathered_in else None
    points = {
        "free": free_points(free, line.quantity),
        "season": season_points(product.harvest_months, window),
        "record": record_points(record),
        "distance": distance_points(km),
    }
    facts = {
        "points": points,
        "free": free,
        "km": km,
        "deliveries": record.deliveries,
        "fill": record.fill,
        "on_time": record.on_time,
        "months": [
            month for month in window if not product.harvest_months or month in product.harvest_months
        ],
        "lacks": [
            {"any_of": list(one.any_of), "asked_by": one.asked_by, "forbids": one.forbids} for one in lacks
        ],
    }
    is_ready = not any(one.forbids for one in lacks)
    return Fit(product, sum(points.values()), is_ready, not lacks, facts)

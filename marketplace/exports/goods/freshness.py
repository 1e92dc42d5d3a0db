"""How long goods still keep when they arrive, counted from their harvest, and which mode gets them there in time.

A commodity keeps `shelf_life_days` ("14..28": counted with the least) from the last day its lot was harvested, or until
the lot's own last day if that comes first. Goods without a lot yet are harvested two days before they leave, or when
the part is to be ready if that is later (assumed).
EXPORT_FRESH_DAYS says how many days must be left at arrival (assumed: 3; the buyer still has to sell them). One rule:
a plan that leaves fewer is refused, and the timetable raises an alert when a later arrival leaves fewer (alerts.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.lots.models import Lot
from catalogue.models import Product
from marketplace.common import dates
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.models import Consignment
from marketplace.exports.tables import ANYWHERE, rows
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.reference.working_days import JAKARTA, today

# Days from the harvest to the departure: picked up, graded, packed, customs (assumed).
BEFORE_DEPARTURE = 2


@dataclass(frozen=True)
class Fresh:
    """Goods of one lot at arrival: `left` days before they usually no longer keep."""

    name: str
    about: str  # number of the lot, or of the part where there is no lot yet
    harvested: date
    keeps_until: date
    left: int
    is_assumed: bool  # the day of harvest or how long it keeps is our assumption

    @property
    def is_enough(self) -> bool:
        return self.left >= settings.EXPORT_FRESH_DAYS


@dataclass(frozen=True)
class Transit:
    least: int
    most: int
    is_assumed: bool


def keeps_days(product: Product | None) -> int:
    """The least number of days; 0: it keeps, or nobody says how long."""
    return product.commodity.keeps_days if product and product.commodity else 0


def at_arrival(
    line: FulfilmentLine, lot: Lot | None, arrives: datetime, departs: datetime | None = None
) -> Fresh | None:
    """None for goods that do not spoil. `line` comes with its product, commodity and part."""
    kind = line.line.product.commodity if line.line.product else None
    days = keeps_days(line.line.product)
    harvested = lot.made_to if lot else _harvest(line.fulfilment, departs)
    ends = [harvested + timedelta(days=days)] if days else []
    if lot and lot.best_before:
        ends.append(lot.best_before)
    if not ends:
        return None
    until = min(ends)
    left = (until - timezone.localdate(arrives, JAKARTA)).days
    assumed = lot is None or bool(kind and days and "shelf_life_days" in kind.assumed)
    about = lot.number if lot else line.fulfilment.number
    return Fresh(str(line.line.title_here), about, harvested, until, left, assumed)


def _harvest(part: Fulfilment, departs: datetime | None) -> date:
    """Without a lot: what is not packed yet is harvested for this departure, but not before it is to be ready."""
    ready = part.ready_on or today()
    if part.state != parts.ACCEPTED or departs is None:
        return min(ready, today())
    return max(ready, timezone.localdate(departs, JAKARTA) - timedelta(days=BEFORE_DEPARTURE))


def of(consignment: Consignment, arrives: datetime | None = None) -> list[Fresh]:
    """All its goods that spoil, the ones with least time first; nothing while no arrival is planned or expected."""
    arrives = arrives or consignment.eta or consignment.arrives_at
    if arrives is None:
        return []
    lines = consignment.lines.select_related("lot", "part__fulfilment", "part__line__product__commodity")
    departs = consignment.departs_at
    found = [at_arrival(line.part, line.lot, arrives, departs) for line in lines]
    return sorted((one for one in found if one), key=lambda one: one.left)


def check(found: Iterable[Fresh]) -> None:
    """Raises Refused, naming the goods with least time, if some would not arrive fresh enough."""
    late = [one for one in found if not one.is_enough]
    if not late:
        return
    worst = min(late, key=lambda one: one.left)
    raise Refused(
        _(
            "%(name)s, harvested on %(harvested)s, keeps until %(until)s: that leaves %(left)s days at arrival, and"
            " %(least)s are needed. Plan an earlier arrival, another mode, or a later harvest."
        ),
        field="arrives_at",
        name=worst.name,
        harvested=dates.day(worst.harvested),
        until=dates.day(worst.keeps_until),
        left=worst.left,
        least=settings.EXPORT_FRESH_DAYS,
    )


def transit(mode: str, country: str) -> Transit:
    """Days from port to port (data/transit.csv; all of them assumptions until carriers answer)."""
    ours = [row for row in rows("transit") if row["mode"] == mode]
    row = next((row for row in ours if row["country"] == country), None)
    row = row or next(row for row in ours if row["country"] == ANYWHERE)
    return Transit(int(row["days_least"]), int(row["days_most"]), row["is_assumed"] == "1")


def modes_for(products: Iterable[Product | None], country: str) -> list[str]:
    """The modes by which all of these goods arrive fresh enough; the cheaper one, by sea, first."""
    least = min((days for product in products if (days := keeps_days(product))), default=None)
    if least is None:
        return [states.SEA, states.AIR]
    room = least - BEFORE_DEPARTURE - settings.EXPORT_FRESH_DAYS
    return [mode for mode in (states.SEA, states.AIR) if transit(mode, country).most <= room]

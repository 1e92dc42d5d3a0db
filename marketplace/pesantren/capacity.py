"""What is free of a listing: by count, or in the weeks ahead where it is made to order; and holding such weeks.

Whoever holds or frees weeks has locked the stock record first (fulfilment/LOCKS.md). Quantities in the listing's unit.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import F, Prefetch, prefetch_related_objects
from django.utils import timezone

from marketplace.pesantren import weeks
from marketplace.pesantren.exceptions import OutOfStock
from marketplace.pesantren.models import CapacityWeek, StockRecord
from marketplace.pesantren.weeks import Plan, Rule, Week
from marketplace.reference import working_days


def rule(record: StockRecord) -> Rule:
    """What it makes in a week nobody spoke of. The harvest calendar is that of the listing."""
    harvest = frozenset(record.product.harvest_months or ())
    return Rule(record.weekly_capacity or 0, record.off_season_capacity, harvest)


def prepare(records: Iterable[StockRecord]) -> None:
    """Read the weeks and days off of those made to order: two queries for all of them, none where there are none."""
    made = [record for record in records if record.is_made_to_order]
    if made:
        upcoming = CapacityWeek.objects.filter(week__gte=weeks.monday(working_days.today()))
        prefetch_related_objects(made, Prefetch("weeks", upcoming), "partner__closures")


def closures(record: StockRecord) -> list[tuple[date, date]]:
    return [(closure.first, closure.last) for closure in record.partner.closures.all()]


def in_weeks(record: StockRecord, mondays: Sequence[date]) -> list[Week]:
    """These weeks of the listing as they stand."""
    rows = {row.week: row for row in record.weeks.all()}
    said, off = rule(record), closures(record)
    return [_week(monday, said, rows.get(monday), off) for monday in mondays]


def _week(first: date, said: Rule, row: CapacityWeek | None, off: list[tuple[date, date]]) -> Week:
    return Week(
        first=first,
        capacity=row.capacity if row and row.is_own else said.of(first),
        held=row.held if row else 0,
        days=weeks.working(first),
        days_off=weeks.off(first, off),
        is_own=bool(row and row.is_own),
        is_harvest=said.is_harvest(first),
    )


def earliest(record: StockRecord, moment: datetime | None = None) -> date:
    """The first day on which something ordered at `moment` can be ready."""
    start = working_days.counted_from(moment or timezone.now(), record.partner.cut_off_hour)
    return working_days.after(start, record.lead_days or 0, closures(record))


def ahead(record: StockRecord, moment: datetime | None = None) -> list[Week]:
    """The weeks for which it can be ordered at `moment`: from the first in which it can be ready to the twelfth from
    now (empty where preparing alone takes longer)."""
    moment = moment or timezone.now()
    now = weeks.monday(moment.astimezone(working_days.JAKARTA).date())
    first = weeks.monday(earliest(record, moment))
    return in_weeks(record, [week for week in weeks.following(now, weeks.AHEAD) if week >= first])


def plan(record: StockRecord, quantity: int, moment: datetime | None = None) -> Plan | None:
    """In which weeks so much would be made if it were ordered at `moment`; nothing if it is too much."""
    moment = moment or timezone.now()
    return weeks.plan(quantity, ahead(record, moment), earliest(record, moment), closures(record))


def steps(record: StockRecord, moment: datetime | None = None) -> list[tuple[int, date]]:
    """ "Up to so many by this day", for the page of a listing made to order."""
    moment = moment or timezone.now()
    return weeks.steps(ahead(record, moment), earliest(record, moment), closures(record))


def free(record: StockRecord) -> int | None:
    """Units that can be promised now; nothing where they are not counted (services)."""
    if record.is_made_to_order:
        return sum(week.free for week in ahead(record))
    if not record.can_track_allocations:
        return None
    return max(record.net_stock_level, 0)


def hold(record: StockRecord, found: Plan) -> list[tuple[CapacityWeek, int]]:
    """Promise these portions, each by one conditional update; raises OutOfStock if a week has less room by now.

    Side effects: the rows of these weeks, what lists call free.
    """
    held = []
    for portion in found.portions:
        week, quantity = portion.week, portion.quantity
        row, _new = CapacityWeek.objects.get_or_create(
            stockrecord=record, week=week.first, defaults={"capacity": week.capacity, "is_own": week.is_own}
        )
        roomy = CapacityWeek.objects.filter(pk=row.pk, held__lte=week.capacity - quantity)
        if not roomy.update(held=F("held") + quantity, capacity=week.capacity):
            raise OutOfStock(record, quantity, free=week.free)
        held.append((row, quantity))
    refresh(record)
    return held


def give_back(record: StockRecord, rows: Iterable[tuple[int, int]]) -> None:
    """These weeks (id of the row, units) are free again. Side effects: the rows, what lists call free."""
    for pk, quantity in rows:
        CapacityWeek.objects.filter(pk=pk).update(held=F("held") - quantity)
    refresh(record)


def refresh(record: StockRecord) -> None:
    """Count anew what lists and search call free; written only where it differs. Nothing for what is sold by count."""
    if not record.is_made_to_order:
        return
    fresh = StockRecord.objects.select_related("product", "partner").get(pk=record.pk)
    now = sum(week.free for week in ahead(fresh))
    if now != fresh.free_ahead:
        StockRecord.objects.filter(pk=record.pk).update(free_ahead=now)
    record.free_ahead = now

"""Sold by count, or made to order within so many units a week: what a pesantren says of it, at once.

What is promised stays promised: nothing is set below it. Every change leaves a history row of the stock record.
"""

from datetime import date

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import record as write_history
from marketplace.pesantren import capacity, weeks
from marketplace.pesantren.exceptions import Promised
from marketplace.pesantren.models import CapacityWeek, Partner, StockRecord
from marketplace.pesantren.weeks import Rule
from marketplace.reference.working_days import today

COUNTED = "counted"  # in the history: sold by count


def set_capacity(*, record: StockRecord, weekly: int | None, off_season: int, actor: Actor) -> None:
    """Make it to order, `weekly` units a week and `off_season` in weeks outside its harvest months; or, with no weekly
    figure, sell it by count again.

    Orders already placed keep what they hold, stock or weeks. Weeks that were named keep their own figure. Raises
    Promised if some week ahead has promised more. Side effects: the record, its weeks ahead, what lists call free,
    one history row.
    """
    with transaction.atomic():
        locked = _locked(record)
        before = _text(locked.weekly_capacity, locked.off_season_capacity)
        if weekly is not None:
            _follow(locked, Rule(weekly, off_season, capacity.rule(locked).harvest))
        values = {"weekly_capacity": weekly, "off_season_capacity": off_season if weekly is not None else 0}
        StockRecord.objects.filter(pk=locked.pk).update(**values)
        for name, value in values.items():
            setattr(record, name, value)
        after = _text(weekly, values["off_season_capacity"] or 0)
        if before != after:
            write_history(record, before, after, actor=actor, why="capacity: units a week")
        capacity.refresh(record)


def _locked(record: StockRecord) -> StockRecord:
    rows = StockRecord.objects.select_related("product", "partner")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)


def _text(weekly: int | None, off_season: int) -> str:
    if weekly is None:
        return COUNTED
    return f"{weekly}/{off_season}" if off_season else str(weekly)


def _follow(record: StockRecord, rule: Rule) -> None:
    """The rows of weeks ahead that follow the rule, not a word of their own. Raises Promised."""
    rows = CapacityWeek.objects.filter(
        stockrecord=record, week__gte=weeks.monday(today()), is_own=False
    ).order_by("week")
    for row in rows:
        now = rule.of(row.week)
        if row.held > now:
            raise Promised(row.week, row.held)
        CapacityWeek.objects.filter(pk=row.pk).update(capacity=now)


def set_week(*, record: StockRecord, week: date, units: int | None, actor: Actor) -> None:
    """So many in this one week (its Monday); nothing: as usual again. The caller checks that the week is one of the
    page's.

    Raises Promised if more is promised. Side effects: the week's row, what lists call free, one history row.
    """
    with transaction.atomic():
        locked = _locked(record)
        usual = capacity.rule(locked).of(week)
        wanted = usual if units is None else units
        row = CapacityWeek.objects.filter(stockrecord=locked, week=week).first()
        if row and row.held > wanted:
            raise Promised(week, row.held)
        before = row.capacity if row and row.is_own else usual
        CapacityWeek.objects.update_or_create(
            stockrecord=locked, week=week, defaults={"capacity": wanted, "is_own": units is not None}
        )
        if before != wanted:
            write_history(record, str(before), str(wanted), actor=actor, why=f"week: {week.isoformat()}")
        capacity.refresh(record)


def follow_days_off(partner: Partner) -> None:
    """Days off came or went: count anew what lists call free. Side effects: the stock records made to order."""
    for record in StockRecord.objects.filter(partner=partner, weekly_capacity__isnull=False).order_by("pk"):
        capacity.refresh(record)


def refresh_free() -> int:
    """All listings made to order: weeks pass, so what is free ahead changes each night. Returns how many there are."""
    records = StockRecord.objects.filter(weekly_capacity__isnull=False).order_by("pk")
    count = 0
    for record in records.iterator(chunk_size=500):
        with transaction.atomic():
            capacity.refresh(_locked(record))
        count += 1
    return count

"""Which weeks an order line takes of a listing made to order: held at placing, freed or used later.

As with stock: allocated at placing, consumed at hand-over, freed when a part is declined or an order ends.
"""

from typing import Any

from django.db import transaction
from oscar.apps.partner.exceptions import InvalidStockAdjustment

from marketplace.pesantren import capacity, weeks
from marketplace.pesantren.exceptions import OutOfStock
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.weeks import Plan
from marketplace.reference.working_days import today


def _locked(pk: int) -> StockRecord:
    rows = StockRecord.objects.select_related("product__product_class", "partner")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)


def plan(record: StockRecord, quantity: int) -> Plan:
    """When so much would be made, as the weeks stand under the lock of the listing. Raises OutOfStock."""
    locked = _locked(record.pk)
    found = capacity.plan(locked, quantity)
    if found is None:
        raise OutOfStock(locked, quantity, free=capacity.free(locked) or 0)
    return found


@transaction.atomic
def hold(line: Any, found: Plan) -> None:
    """Take these weeks for the line. Side effects: one CapacityHold a week, the weeks. Raises OutOfStock."""
    rows = capacity.hold(_locked(line.stockrecord_id), found)
    kept = line.holds.model
    kept.objects.bulk_create(kept(line=line, week=row, quantity=quantity) for row, quantity in rows)


@transaction.atomic
def release(line: Any, quantity: int) -> None:
    """Give up units that did not leave yet, the latest weeks first; once all are given up, a second call does nothing.

    Side effects: the line's count, its holds, the weeks.
    """
    if line.allocation_cancelled or not _take_off(line, quantity):
        return
    freed, left = [], quantity
    for held in line.holds.select_related("week").order_by("-week__week"):
        units = min(left, held.quantity - held.used)
        if units:
            _shrink(held, units)
            freed.append((held.week_id, units))
            left -= units
    _free(line, freed)
    if line.num_allocated == 0:
        line.allocation_cancelled = True
        type(line).objects.filter(pk=line.pk).update(allocation_cancelled=True)


@transaction.atomic
def use(line: Any, quantity: int) -> None:
    """Units left the pesantren, the earliest weeks first. A week still to come is free again: its work is done.

    Side effects: the line's count, its holds, the weeks. Raises InvalidStockAdjustment if so many are not held.
    """
    if line.allocation_cancelled or not _take_off(line, quantity):
        raise InvalidStockAdjustment(f"order line {line.pk}: {quantity} of {line.num_allocated} held")
    now, freed, left = weeks.monday(today()), [], quantity
    for held in line.holds.select_related("week").order_by("week__week"):
        units = min(left, held.quantity - held.used)
        if not units:
            continue
        if held.week.week <= now:
            type(held).objects.filter(pk=held.pk).update(used=held.used + units)
        else:
            _shrink(held, units)
            freed.append((held.week_id, units))
        left -= units
    _free(line, freed)


def _take_off(line: Any, quantity: int) -> bool:
    """Lock the line, then its listing, and count the units off; False where it holds fewer."""
    locked = type(line).objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
    line.num_allocated, line.allocation_cancelled = locked.num_allocated, locked.allocation_cancelled
    if quantity > locked.num_allocated or locked.allocation_cancelled:
        return False
    if line.stockrecord_id:
        _locked(line.stockrecord_id)
    line.num_allocated -= quantity
    type(line).objects.filter(pk=line.pk).update(num_allocated=line.num_allocated)
    return True


def _shrink(held: Any, units: int) -> None:
    if held.quantity == units:
        held.delete()
    else:
        type(held).objects.filter(pk=held.pk).update(quantity=held.quantity - units)


def _free(line: Any, freed: list[tuple[int, int]]) -> None:
    if freed:
        capacity.give_back(line.stockrecord, freed)

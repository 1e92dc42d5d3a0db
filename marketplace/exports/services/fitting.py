"""A receipt was closed: consignments that were planned before it hold no more than it accepted, by its lots."""

from collections.abc import Iterable

from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.models import Consignment, ConsignmentLine, GoodsReceipt
from marketplace.exports.services import goods
from marketplace.exports.services.changing import changed, locked
from marketplace.fulfilment.models import FulfilmentLine


def fit(*, receipt: GoodsReceipt, actor: Actor) -> list[Consignment]:
    """Bring open consignments down to what the receipt accepted, the newest first, and name its lots in them.

    The caller holds the part. What has left already stays as it is: audit says so. Gives what was changed.
    Side effects: ConsignmentLine rows, as goods.change().
    """
    here = ConsignmentLine.objects.filter(
        part__fulfilment=receipt.part_id, consignment__state__in=states.HERE
    )
    rows = locked(Consignment.objects.filter(pk__in=here.values("consignment")))
    before = {row.pk: _picture(row) for row in rows}
    lines = FulfilmentLine.objects.filter(fulfilment=receipt.part_id)
    for line in lines.select_related("fulfilment", "line__product").order_by("pk"):
        _take_off(line, allowance.held(line) - allowance.may_travel(line), here.filter(part=line))
        _name_lots(line, receipt, here.filter(part=line, lot=None))
    different = [row for row in rows if _picture(row) != before[row.pk]]
    for row in different:
        goods.renumber(row)
        changed(row, actor=actor, why=f"goods as received: {receipt.number}")
    return different


def _picture(row: Consignment) -> list[tuple[int, int | None, int]]:
    return list(row.lines.order_by("pk").values_list("part", "lot", "quantity"))


def _take_off(line: FulfilmentLine, excess: int, rows: Iterable[ConsignmentLine]) -> None:
    """First what a lot does not have, then from the newest row on."""
    newest = sorted(rows, key=lambda row: -row.pk)
    for row in newest:
        if row.lot:
            over = min(row.quantity - allowance.of_lot(line, row.lot), row.quantity)
            if over > 0:
                _shrink(row, row.quantity - over)
                excess -= over
    for row in newest:
        units = min(max(excess, 0), row.quantity)
        if units:
            _shrink(row, row.quantity - units)
            excess -= units


def _shrink(row: ConsignmentLine, quantity: int) -> None:
    """To so many units; packages and weights follow."""
    if quantity <= 0:
        row.quantity = 0
        if row.pk:
            row.delete()
        return
    row.packages = max(-(-row.packages * quantity // row.quantity), 1)
    row.net_g = max(row.net_g * quantity // row.quantity, 1)
    row.gross_g = max(row.gross_g * quantity // row.quantity, row.net_g)
    row.quantity = quantity
    row.save(update_fields=["packages", "net_g", "gross_g", "quantity"])


def _name_lots(line: FulfilmentLine, receipt: GoodsReceipt, rows: Iterable[ConsignmentLine]) -> None:
    """Goods were put in before anybody knew their lots: now the receipt says which."""
    named = receipt.lines.filter(line=line, lot__isnull=False).select_related("lot").order_by("pk")
    free = {one.lot: allowance.lot_units(one) - allowance.held(line, lot=one.lot) for one in named if one.lot}
    for row in rows:
        for lot in [lot for lot, units in free.items() if units > 0]:
            if not row.quantity or row.consignment.lines.filter(part=line, lot=lot).exists():
                continue
            units = min(free[lot], row.quantity)
            if units == row.quantity:
                ConsignmentLine.objects.filter(pk=row.pk).update(lot=lot)
                row.quantity = 0
            elif row.packages > 1:
                packages = min(max(row.packages * units // row.quantity, 1), row.packages - 1)
                goods.part_off(row, row.consignment, units, packages, lot_id=lot.pk)
            else:
                continue
            free[lot] -= units

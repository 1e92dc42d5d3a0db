"""How much of a part may still travel: what its receipt accepted, else what it brings, less what consignments hold."""

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from catalogue.lots.models import Lot
from marketplace.common.refused import Refused
from marketplace.exports import states, units
from marketplace.exports.models import ConsignmentLine, GoodsReceipt, ReceiptLine
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import FulfilmentLine

# Before they leave the pesantren. What the packing house has received may be further along.
MAY_TRAVEL = parts.NOT_LEFT
RECEIVED_HERE = MAY_TRAVEL | {parts.HANDED_OVER, parts.DELIVERED, parts.RECEIVED}


def accepted_units(line: FulfilmentLine, rows: list[ReceiptLine]) -> int:
    """Units of these weighings of one line: grams become kilograms once, over all lots (decision 0044)."""
    total = sum(row.accepted for row in rows)
    by_weight = any(row.by_weight for row in rows)
    return units.units_of_grams(total, line.quantity) if by_weight else min(total, line.quantity)


def lot_units(row: ReceiptLine) -> int:
    """Of one lot, at most; together lots never give more than accepted_units()."""
    return -(-row.accepted // 1000) if row.by_weight else row.accepted


def may_travel(line: FulfilmentLine) -> int:
    """Of the whole line, whatever consignments hold; 0 where it may not travel (yet)."""
    receipt = GoodsReceipt.objects.filter(part=line.fulfilment_id).first()
    return most_of(line, receipt, list(receipt.lines.filter(line=line)) if receipt else [])


def most_of(line: FulfilmentLine, receipt: GoodsReceipt | None, weighed: list[ReceiptLine]) -> int:
    """As may_travel(), of what was read before: the part's receipt and its weighings of this line."""
    if receipt is None:
        return line.quantity if line.fulfilment.state in MAY_TRAVEL else 0
    if receipt.state != states.RECEIPT_CLOSED or line.fulfilment.state not in RECEIVED_HERE:
        return 0
    return accepted_units(line, weighed)


def held(line: FulfilmentLine, but: int | None = None, lot: Lot | None = None) -> int:
    """Units in consignments that were not cancelled, of this lot or of all; `but`: the row that is being changed."""
    rows = ConsignmentLine.objects.filter(part=line, consignment__cancelled_at=None).exclude(pk=but or 0)
    if lot:
        rows = rows.filter(lot=lot)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


def left_already() -> QuerySet[ConsignmentLine]:
    """Goods that have left with a consignment: nobody weighs these any more, unless money waits for it."""
    gone = {*states.UNDER_WAY, states.CLOSED}
    return ConsignmentLine.objects.filter(consignment__state__in=gone)


def check(line: FulfilmentLine, lot: Lot | None, quantity: int, but: int | None = None) -> None:
    """Raises Refused unless so many units of this lot may travel. The caller holds the part."""
    name = line.line.title_here
    most = may_travel(line)
    if not most:
        _refuse_nothing(line, str(name))
    free = most - held(line, but)
    if quantity > free:
        raise Refused(
            _("Of %(name)s from %(pesantren)s only %(left)s are left for consignments."),
            field="quantity",
            name=name,
            pesantren=line.fulfilment.partner.name,
            left=max(free, 0),
        )
    if lot:
        _check_lot(line, lot, quantity, but)


def _refuse_nothing(line: FulfilmentLine, name: str) -> None:
    receipt = GoodsReceipt.objects.filter(part=line.fulfilment_id).first()
    if receipt and receipt.state != states.RECEIPT_CLOSED:
        raise Refused(
            _("%(name)s is being weighed (%(number)s). Close that receipt first."),
            name=name,
            number=receipt.number,
        )
    if receipt:
        raise Refused(_("The packing house accepted nothing of %(name)s."), name=name)
    raise Refused(
        _("%(name)s may not travel: %(state)s."), name=name, state=line.fulfilment.get_state_display()
    )


def of_lot(line: FulfilmentLine, lot: Lot) -> int:
    """Units of this lot in the part: as received, else as packed; all of the line where nobody has said yet."""
    weighed = ReceiptLine.objects.filter(line=line, lot=lot).first()
    if weighed or ReceiptLine.objects.filter(line=line).exists():
        return lot_units(weighed) if weighed else 0
    packed = {row.lot_id: row.quantity for row in line.lots.all()}
    if packed:
        return packed.get(lot.pk, 0)
    return line.quantity if lot.product_id == line.line.product_id else 0


def _check_lot(line: FulfilmentLine, lot: Lot, quantity: int, but: int | None) -> None:
    free = of_lot(line, lot) - held(line, but, lot)
    if quantity > free:
        raise Refused(
            _("Of lot %(lot)s only %(left)s are left for consignments."),
            field="quantity",
            lot=lot.number,
            left=max(free, 0),
        )

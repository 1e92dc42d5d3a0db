"""How much of a part may still travel: what its receipt accepted, else what it brings, less what consignments hold."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from catalogue.lots.models import Lot
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import units
from marketplace.exports.models import ConsignmentLine, GoodsReceipt, ReceiptLine
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import FulfilmentLine

# Before they leave the pesantren. What the packing house has received may be further along.
MAY_TRAVEL = parts.NOT_LEFT
RECEIVED_HERE = MAY_TRAVEL | {parts.HANDED_OVER, parts.DELIVERED, parts.RECEIVED}
ALIVE = Q(consigned__consignment__cancelled_at=None)
LEFT = Q(consigned__consignment__state__in=[*states.UNDER_WAY, states.CLOSED])


@dataclass(frozen=True)
class Way:
    """One line of a part: how much of it may travel, and how much consignments hold, and have left with."""

    line: FulfilmentLine
    most: int
    held: int
    left: int

    @property
    def rest(self) -> int:
        """Units that stand in no consignment."""
        return max(self.most - self.held, 0)

    @property
    def short(self) -> int:
        """Units that are not paid for once the desk says that this rest does not travel."""
        return max(self.line.quantity - self.held, 0)

    @property
    def is_missed(self) -> bool:
        """Whether the part waits for this rest: it is not delivered before all of it is (decision 0056)."""
        part = self.line.fulfilment
        waits = part.state in MAY_TRAVEL | {parts.HANDED_OVER} and part.released_at is None
        return waits and self.rest > 0


def ways(parts_: Any) -> list[Way]:
    """Of all goods of these parts (ids, or a query for them). Two queries, however many."""
    goods = FulfilmentLine.objects.filter(fulfilment__in=parts_)
    # What an exporter adds to the goods is a line, too, and never travels.
    goods = goods.exclude(line__product__product_class__requires_shipping=False)
    goods = goods.select_related("fulfilment__goods_receipt", "fulfilment__partner", "line")
    sums = {"held": Sum("consigned__quantity", filter=ALIVE), "gone": Sum("consigned__quantity", filter=LEFT)}
    rows: list[Any] = list(
        goods.annotate(**sums).prefetch_related("receipt_lines").order_by("fulfilment", "pk")
    )
    consigned = {row.fulfilment_id for row in rows if row.held}
    return [_way(row, row.fulfilment_id in consigned) for row in rows]


def _way(row: Any, is_consigned: bool) -> Way:
    receipt = getattr(row.fulfilment, "goods_receipt", None)
    most = most_of(row, receipt, list(row.receipt_lines.all()), is_consigned=is_consigned)
    return Way(row, most, row.held or 0, row.gone or 0)


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
    consigned = ConsignmentLine.objects.filter(
        part__fulfilment=line.fulfilment_id, consignment__cancelled_at=None
    )
    weighed = list(receipt.lines.filter(line=line)) if receipt else []
    return most_of(line, receipt, weighed, is_consigned=consigned.exists())


def most_of(
    line: FulfilmentLine, receipt: GoodsReceipt | None, weighed: list[ReceiptLine], *, is_consigned: bool
) -> int:
    """As may_travel(), of what was read before: the part's receipt and its weighings of this line.

    `is_consigned`: goods of the part stand in a consignment. Its rest then may follow, also once the part is handed
    over with the first of them; of what the buyer signed for already, so much as they took.
    """
    state = line.fulfilment.state
    if receipt is None:
        here = state in MAY_TRAVEL or (is_consigned and state in RECEIVED_HERE)
        most = line.quantity if here else 0
    elif receipt.state == states.RECEIPT_CLOSED and state in RECEIVED_HERE:
        most = accepted_units(line, weighed)
    else:
        most = 0
    return min(most, line.accepted or 0) if state == parts.RECEIVED else most


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
        raise Refused(why_nothing(line))
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


def why_nothing(line: FulfilmentLine) -> str:
    """Why nothing of this line may travel, as a sentence."""
    receipt = GoodsReceipt.objects.filter(part=line.fulfilment_id).first()
    name = {"name": line.line.title_here}
    if line.fulfilment.state not in RECEIVED_HERE or receipt is None:
        state = {"state": line.fulfilment.get_state_display()}
        return _("%(name)s may not travel: %(state)s.") % {**name, **state}
    if receipt.state != states.RECEIPT_CLOSED:
        text = _("%(name)s is being weighed (%(number)s). Close that receipt first.")
        return text % {**name, "number": receipt.number}
    return _("The packing house accepted nothing of %(name)s.") % name


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

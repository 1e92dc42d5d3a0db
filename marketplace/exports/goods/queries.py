"""What the desk reads to gather goods; the first argument is who asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, Sum

from catalogue.lots.models import Lot
from marketplace.common.access import is_staff
from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.goods.allowance import Way
from marketplace.exports.models import (
    Consignment,
    ConsignmentLine,
    GoodsReceipt,
    PickUp,
    PickUpStop,
    ReceiptLine,
)
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine, FulfilmentLot
from marketplace.orders.models import Order

ABROAD = "export"  # Order.channel


@dataclass(frozen=True)
class Candidate:
    """Goods of one lot (or of no lot yet) that a consignment may still take."""

    line: FulfilmentLine
    lot: Lot | None
    left: int

    @property
    def key(self) -> str:
        return f"{self.line.pk}_{self.lot.pk if self.lot else 0}"


def lines_of(consignment: Consignment) -> QuerySet[ConsignmentLine]:
    """Its goods with everything a page shows of them; one query."""
    return consignment.lines.select_related(
        "consignment",
        "lot",
        "part__fulfilment__partner",
        "part__fulfilment__order",
        "part__line__product__commodity",
        "part__line__product__product_class",
        "part__line__product__unit",
    )


def left_behind(consignment: Consignment) -> list[Way]:
    """Of the parts whose goods are in it: what stands in no consignment. Two queries."""
    parts = consignment.lines.values("part__fulfilment")
    return [way for way in allowance.ways(parts) if way.rest]


def _export_lines(user: Any) -> QuerySet[FulfilmentLine]:
    if not is_staff(user):
        return FulfilmentLine.objects.none()
    found = FulfilmentLine.objects.filter(
        fulfilment__order__channel=ABROAD,
        fulfilment__state__in=allowance.RECEIVED_HERE,
        quantity__gt=0,
    ).exclude(fulfilment__delivery_kind="")
    return found.select_related(
        "fulfilment__partner",
        "fulfilment__order",
        "fulfilment__goods_receipt",
        "line__product__commodity",
        "line__product__product_class",
        "line__product__unit",
    )


def orders_with_goods(user: Any) -> QuerySet[Order]:
    """Orders from abroad of which parts are ready to travel, the newest first; some may be consigned already."""
    keys = _export_lines(user).values("fulfilment__order")
    return Order.objects.filter(pk__in=keys).order_by("-pk")


def to_consign(user: Any, orders: Iterable[int]) -> list[Candidate]:
    """What consignments may still take of these orders, by pesantren. Five queries."""
    lines = list(_export_lines(user).filter(fulfilment__order__in=list(orders)).order_by("fulfilment", "pk"))
    keys = [line.pk for line in lines]
    held: dict[int, dict[int | None, int]] = {key: {} for key in keys}
    rows = ConsignmentLine.objects.filter(part__in=keys, consignment__cancelled_at=None).order_by()
    for key, lot, units in rows.values_list("part", "lot").annotate(sum=Sum("quantity")):
        held[key][lot] = units
    weighed: dict[int, list[ReceiptLine]] = {key: [] for key in keys}
    for row in ReceiptLine.objects.filter(line__in=keys).select_related("lot").order_by("pk"):
        weighed[row.line_id].append(row)
    consigned = {line.fulfilment_id for line in lines if held[line.pk]}
    packed: dict[int, list[FulfilmentLot]] = {key: [] for key in keys}
    for one in FulfilmentLot.objects.filter(line__in=keys).select_related("lot").order_by("pk"):
        packed[one.line_id].append(one)
    return [
        found
        for line in lines
        for found in _candidates(
            line, weighed[line.pk], packed[line.pk], held[line.pk], line.fulfilment_id in consigned
        )
    ]


def _candidates(
    line: FulfilmentLine,
    weighed: list[ReceiptLine],
    packed: list[FulfilmentLot],
    held: dict[int | None, int],
    is_consigned: bool,
) -> list[Candidate]:
    receipt = getattr(line.fulfilment, "goods_receipt", None)
    lots: list[tuple[Lot | None, int]] = [(one.lot, one.quantity) for one in packed]
    most = allowance.most_of(line, receipt, weighed, is_consigned=is_consigned)
    if receipt:
        lots = [(row.lot, allowance.lot_units(row)) for row in weighed]
    left = most - sum(held.values())
    found = []
    for lot, units in lots or [(None, most)]:
        free = min(units - held.get(lot.pk if lot else None, 0), left)
        if free > 0:
            left -= free
            found.append(Candidate(line, lot, free))
    return found


def to_fetch(user: Any) -> QuerySet[Fulfilment]:
    """Parts of orders from abroad that no truck and no packing house has, those due first at the top."""
    if not is_staff(user):
        return Fulfilment.objects.none()
    taken = PickUpStop.objects.exclude(pick_up__state=states.CANCELLED)
    found = Fulfilment.objects.filter(order__channel=ABROAD, state__in=allowance.MAY_TRAVEL).exclude(
        delivery_kind=""
    )
    found = found.exclude(pk__in=taken.values("part")).exclude(pk__in=GoodsReceipt.objects.values("part"))
    return _with_goods(found).order_by("ready_on", "pk")


def _with_goods(found: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    lines = FulfilmentLine.objects.select_related("line__product__unit", "fulfilment")
    return found.select_related("partner__regency", "order").prefetch_related(
        Prefetch("lines", queryset=lines)
    )


def to_weigh(user: Any) -> QuerySet[Fulfilment]:
    """Parts that the packing house may open a receipt for: fetched by a truck, or brought by the pesantren."""
    if not is_staff(user):
        return Fulfilment.objects.none()
    found = Fulfilment.objects.filter(order__channel=ABROAD).exclude(delivery_kind="")
    waits = Q(state__in=[*allowance.MAY_TRAVEL, parts.HANDED_OVER]) | Q(
        state=parts.DELIVERED, release_on=parts.ON_RECEIPT
    )
    found = found.filter(waits).exclude(pk__in=GoodsReceipt.objects.values("part"))
    gone = allowance.left_already().values("part__fulfilment")
    found = found.exclude(~Q(release_on=parts.ON_RECEIPT), pk__in=gone)
    return _with_goods(found).order_by("ready_on", "pk")


def receipts(user: Any) -> QuerySet[GoodsReceipt]:
    """Open ones first, then the newest."""
    if not is_staff(user):
        return GoodsReceipt.objects.none()
    found = GoodsReceipt.objects.select_related("house__exporter", "part__partner__regency", "part__order")
    return found.order_by("-state", "-pk")


def pick_ups(user: Any) -> QuerySet[PickUp]:
    """The latest day first."""
    if not is_staff(user):
        return PickUp.objects.none()
    return PickUp.objects.select_related("house__exporter").order_by("-day", "-pk")

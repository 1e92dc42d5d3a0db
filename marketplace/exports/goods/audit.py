"""Recomputes what consignments and receipts say of the parts they took."""

from collections.abc import Iterator

from django.db.models import F, Q, Sum

from marketplace.exports import states
from marketplace.exports.goods import allowance
from marketplace.exports.models import Consignment, ConsignmentLine, GoodsReceipt
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import FulfilmentLine

LOST = {parts.DECLINED, parts.CANCELLED}  # nothing of it is brought; what a buyer refused has travelled


def differences() -> Iterator[str]:
    """In words; nothing when all is well. Reads only."""
    yield from _too_much()
    yield from _receipts()
    yield from _marks()


def _too_much() -> Iterator[str]:
    """No part travels twice, and no more of it than was accepted or is still brought."""
    alive = Q(consigned__consignment__cancelled_at=None)
    lines = FulfilmentLine.objects.annotate(consigned_now=Sum("consigned__quantity", filter=alive))
    over = lines.filter(consigned_now__gt=0).select_related("fulfilment__goods_receipt")
    for line in over.iterator():
        most = 0 if line.fulfilment.state in LOST else line.quantity
        receipt = getattr(line.fulfilment, "goods_receipt", None)
        if most and receipt and receipt.state == states.RECEIPT_CLOSED:
            most = allowance.accepted_units(line, list(receipt.lines.filter(line=line)))
        if line.consigned_now > most:
            yield f"part line {line.pk}: {line.consigned_now} in consignments, {most} may travel"
    wrong = ConsignmentLine.objects.filter(lot__isnull=False).exclude(lot__product=F("part__line__product"))
    for row in wrong.iterator():
        yield f"consignment line {row.pk}: its lot is of other goods"


def _receipts() -> Iterator[str]:
    """What a closed receipt accepted is what the buyer's receipt or the part says."""
    closed = GoodsReceipt.objects.filter(state=states.RECEIPT_CLOSED).select_related("part")
    for receipt in closed.prefetch_related("lines__line", "part__lines").iterator(chunk_size=500):
        for line in receipt.part.lines.all():
            rows = [row for row in receipt.lines.all() if row.line_id == line.pk]
            units = allowance.accepted_units(line, rows)
            if line.accepted is not None and line.accepted > units:
                yield f"receipt {receipt.number}: {units} accepted, line {line.pk} says {line.accepted}"


def _marks() -> Iterator[str]:
    """Packages are numbered through, without a gap."""
    for row in Consignment.objects.prefetch_related("lines").iterator(chunk_size=500):
        mark = 1
        for line in row.lines.all():
            if line.first_mark != mark:
                yield f"consignment {row.number}: package {mark} is missing or there twice"
                break
            mark += line.packages

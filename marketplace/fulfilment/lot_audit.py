"""Recomputes what lots say of themselves from what was packed."""

from collections.abc import Iterator

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from catalogue.lots.models import Lot
from marketplace.fulfilment import states
from marketplace.fulfilment.models import FulfilmentLine

GONE = [states.HANDED_OVER, states.DELIVERED, states.RECEIVED, states.REJECTED]


def lots() -> Iterator[str]:
    """`used` is what parts were packed from a lot, a line is from lots whole or not, and what left is noted."""
    packed = Lot.objects.annotate(packed_now=Coalesce(Sum("packed__quantity"), 0))
    for lot in packed.exclude(packed_now=F("used")).iterator():
        yield f"lot {lot.number}: {lot.used} used, parts say {lot.packed_now}"
    lines = FulfilmentLine.objects.filter(lots__isnull=False).annotate(from_lots=Sum("lots__quantity"))
    for line in lines.exclude(from_lots=F("quantity")).iterator():
        yield f"fulfilment line {line.pk}: {line.quantity} packed, lots say {line.from_lots}"
    left = Lot.objects.filter(left_at=None, packed__line__fulfilment__state__in=GONE).distinct()
    for one in left.iterator():
        yield f"lot {one.number}: goods have left, and it does not say when"

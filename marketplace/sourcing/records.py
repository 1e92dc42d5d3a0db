"""How a pesantren kept its word so far: facts of parts that ended, never opinions."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Count, F, IntegerField, Q, Sum, When
from django.db.models.functions import TruncDate

from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.reference.working_days import JAKARTA

NEEDED = 3  # deliveries before a record says anything


@dataclass(frozen=True)
class Record:
    """Deliveries that ended; of what was ordered how much the buyers accepted, and how many left in time (permille).

    With fewer than three deliveries there is no rate yet (None): neither good nor bad.
    """

    deliveries: int
    fill: int | None
    on_time: int | None


NONE = Record(0, None, None)


def records(partner_ids: Iterable[int]) -> dict[int, Record]:
    """The record of each of these pesantren that has delivered anything. Two queries, however many they are."""
    ids = list(partner_ids)
    ended = Q(state__in=[parts.RECEIVED, parts.REJECTED])
    in_time = When(ready_on__gte=TruncDate("handed_over_at", tzinfo=JAKARTA), then=1)
    counted = (
        Fulfilment.objects.filter(
            ended, partner__in=ids, handed_over_at__isnull=False, ready_on__isnull=False
        )
        .order_by()
        .values_list("partner")
        .annotate(n=Count("pk"), kept=Sum(Case(in_time, default=0, output_field=IntegerField())))
    )
    on_time = {partner: (n, kept) for partner, n, kept in counted}
    lines = FulfilmentLine.objects.filter(
        fulfilment__partner__in=ids, fulfilment__state__in=[parts.RECEIVED, parts.REJECTED]
    )
    summed = (
        lines.order_by()
        .values_list("fulfilment__partner")
        .annotate(n=Count("fulfilment", distinct=True), asked=Sum(F("line__quantity")), taken=Sum("accepted"))
    )
    return {
        partner: _record(n, asked, taken or 0, *on_time.get(partner, (0, 0)))
        for partner, n, asked, taken in summed
    }


def _record(deliveries: int, ordered: int, taken: int, timed: int, kept: int) -> Record:
    if deliveries < NEEDED:
        return Record(deliveries, None, None)
    return Record(deliveries, 1000 * taken // ordered, 1000 * kept // timed if timed >= NEEDED else None)

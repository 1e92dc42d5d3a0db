"""Reading events: what the fold takes, and who may see which consignment (the first argument is who asks)."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from marketplace.common.access import EXPORT, OFFICE, is_staff
from marketplace.exports import states
from marketplace.exports.models import (
    Consignment,
    ConsignmentLine,
    Event,
    GoodsReceipt,
    PickUpStop,
    TemperatureReading,
)
from marketplace.exports.tracking.folding import Fold, Plan, Seen, fold
from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.access import pesantren_of
from offtakers.access import company_of


def plan_of(consignment: Consignment, pieces: int | None = None) -> Plan:
    """What the fold needs to know beside events. One query, none where its `pieces` were counted already."""
    if pieces is None:
        pieces = consignment.lines.aggregate(n=Sum("packages"))["n"] or 0
    return Plan(
        origin=consignment.origin.code,
        destination=consignment.destination.code,
        departs_at=consignment.departs_at,
        arrives_at=consignment.arrives_at,
        pieces=pieces,
        is_booked=bool(consignment.booking or consignment.transport_number),
        is_cleared=consignment.cleared_at is not None,
        is_closed=consignment.closed_at is not None,
        is_cancelled=consignment.cancelled_at is not None,
    )


def seen(event: Event) -> Seen:
    """An event as the fold takes it; needs its port, and what it takes back, at hand."""
    back = event.retracts
    return Seen(
        code=event.code,
        classifier=event.classifier,
        at=event.at,
        recorded_at=event.recorded_at,
        source=event.source,
        source_id=event.source_id,
        port=event.port.code if event.port else "",
        location=event.location,
        pieces=event.pieces,
        is_partial=event.is_partial,
        retracts=f"{back.source}:{back.source_id}" if back else "",
    )


def events_of(consignment: Consignment) -> list[Event]:
    """All events, retracted ones too, oldest first. One query."""
    return list(consignment.events.select_related("port", "retracts"))


def fold_of(consignment: Consignment, events: list[Event] | None = None) -> Fold:
    """What its events say now; `events`, if they were read already."""
    rows = events_of(consignment) if events is None else events
    return fold(plan_of(consignment), [seen(one) for one in rows])


def folds_of(rows: QuerySet[Consignment]) -> list[Fold]:
    """What the events of each of these say now. Two queries, however many there are."""
    found = rows.select_related("origin", "destination").annotate(in_all=Coalesce(Sum("lines__packages"), 0))
    found = found.prefetch_related(Prefetch("events", Event.objects.select_related("port", "retracts")))
    return [fold(plan_of(one, one.in_all), [seen(event) for event in one.events.all()]) for one in found]


def parts_of(consignment: Consignment) -> QuerySet[Fulfilment]:
    """The parts of orders whose goods are in it."""
    found = Fulfilment.objects.filter(lines__consigned__consignment=consignment)
    return found.select_related("order", "partner").distinct().order_by("pk")


def with_goods(rows: QuerySet[Consignment]) -> QuerySet[Consignment]:
    """For a list that asks each row whether it travels: the answer comes with the rows."""
    goods = Exists(ConsignmentLine.objects.filter(consignment=OuterRef("pk")))
    return rows.annotate(has_goods=goods)  # type: ignore[no-redef]  # fills the cached property


def carried() -> Q:
    """For filter() and annotate() on Fulfilment: a consignment carries the part, or the desk has it for one already.

    Its way ends with the consignment's (services.parts), never with a word of the pesantren. What the packing house
    pays for ends there, so of that only the consignment counts.
    """
    part = OuterRef("pk")
    consigned = ConsignmentLine.objects.filter(part__fulfilment=part, consignment__cancelled_at=None)
    fetched = PickUpStop.objects.filter(part=part).exclude(pick_up__state=states.CANCELLED)
    has_it = Q(Exists(fetched)) | Q(Exists(GoodsReceipt.objects.filter(part=part)))
    return Q(Exists(consigned)) | (has_it & ~Q(release_on=part_states.ON_RECEIPT))


def for_staff(user: Any) -> QuerySet[Consignment]:
    """All consignments, for export coordinators and the office."""
    if not is_staff(user, EXPORT, OFFICE):
        return Consignment.objects.none()
    return Consignment.objects.select_related("origin", "destination", "company", "exporter")


def for_buyer(user: Any) -> QuerySet[Consignment]:
    """Those to the company this person acts for."""
    company = company_of(user)
    if company is None:
        return Consignment.objects.none()
    return Consignment.objects.filter(company=company).select_related("origin", "destination", "exporter")


def for_pesantren(user: Any) -> QuerySet[Consignment]:
    """Those that carry goods of this person's pesantren, or that it sends as exporter."""
    mine = pesantren_of(user)
    theirs = Q(lines__part__fulfilment__partner__in=mine) | Q(exporter__in=mine)
    return Consignment.objects.filter(theirs).select_related("origin", "destination", "exporter").distinct()


def by_token(token: str) -> Consignment | None:
    """What a public link opens, if the desk lets it be followed."""
    found = Consignment.objects.filter(token=token, is_tracked_publicly=True)
    return found.select_related("origin", "destination").first()


def open_ones() -> QuerySet[Consignment]:
    """Those that the timetable looks at."""
    found = Consignment.objects.exclude(state__in=states.ENDED)
    return found.select_related("origin", "destination", "exporter").order_by("pk")


def readings_of(consignment: Consignment) -> QuerySet[TemperatureReading]:
    return consignment.readings.order_by("logger", "at", "pk")

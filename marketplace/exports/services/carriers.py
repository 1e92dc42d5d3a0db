"""Events that a carrier sends: each finds its consignments, is kept once, and is answered for itself."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.services import events
from marketplace.exports.services.events import BadEvent, Told
from marketplace.exports.tracking import dcsa
from marketplace.exports.tracking.folding import RETRACT
from marketplace.reference.queries import port

CARRIER = Actor(id=None, name="carrier")
FIELDS = {
    dcsa.OURS: "number",
    dcsa.BILL: "transport_number",
    dcsa.BOOKING: "booking",
    dcsa.CONTAINER: "container",
}


@dataclass(frozen=True)
class Answer:
    """What became of one event: 201 kept, 200 known already, 404 no consignment, 422 cannot be read."""

    event_id: str
    status: int
    reason: str = ""


def take(letter: Any) -> list[Answer]:
    """Keep the events of one letter; a faulty or unknown one does not hold up the others.

    Side effects: those of services.events. Raises dcsa.NotEvents.
    """
    return [_take(message) for message in dcsa.read(letter)]


def _take(message: dcsa.Message) -> Answer:
    if message.fault:
        return Answer(message.event_id, 422, message.fault)
    found = consignments_of(message)
    if not found:
        return Answer(message.event_id, 404, "no consignment with these references")
    key = f"{RETRACT}{message.retracts}" if message.retracts else message.source_id
    known = Event.objects.filter(consignment__in=found, source=Event.DCSA, source_id=key[:120]).count()
    try:
        for consignment in found:
            _keep(consignment, message)
    except BadEvent as refused:
        return Answer(message.event_id, 422, f"unknown {refused.field}")
    return Answer(message.event_id, 200 if known == len(found) else 201)


def _keep(consignment: Consignment, message: dcsa.Message) -> None:
    now = timezone.now()
    place = port(message.place) if message.place else None
    told = Told(
        # What takes back may name no code, or one we do not know: it is kept under one that exists.
        code="VOID" if message.retracts else message.code,
        at=message.at or now,
        source=Event.DCSA,
        source_id=message.source_id,
        classifier=states.ACT if message.retracts else message.classifier,
        offset_minutes=message.offset_minutes,
        port=place,
        location="" if place else " ".join(filter(None, [message.place_name, message.place])),
        # A clock that goes ahead must not win over everything that is said later.
        recorded_at=min(message.recorded_at or now, now),
        reason=message.reason,
    )
    if message.retracts:
        events.retract_unseen(consignment=consignment, told=told, message=message.retracts, actor=CARRIER)
    else:
        events.record(consignment=consignment, told=told, actor=CARRIER)


def consignments_of(message: dcsa.Message) -> list[Consignment]:
    """Those by sea that the first fitting kind of reference names. A container is used again by others later."""
    by_sea = Consignment.objects.filter(mode=states.SEA).exclude(state=states.CANCELLED)
    for kind, name in FIELDS.items():
        values = [value for have, value in message.references if have == kind and value]
        rows = by_sea.filter(**{f"{name}__in": values}) if values else by_sea.none()
        if kind == dcsa.CONTAINER:
            rows = rows.exclude(state__in=states.ENDED)
        if found := list(rows.select_related("origin", "destination").order_by("pk")):
            return found
    return []

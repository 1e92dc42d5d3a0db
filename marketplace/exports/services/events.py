"""Events are recorded and taken back, never edited; what follows from them happens here, in one place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.services import parts
from marketplace.exports.services.following import refold
from marketplace.exports.tracking import codes
from marketplace.exports.tracking.folding import RETRACT
from marketplace.reference.models import Port


class BadEvent(ValueError):
    """A code or classifier that goods of this mode do not have. `field` names what is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class Told:
    """One event as somebody tells it. `source` and `source_id` say whether we know it already."""

    code: str
    at: datetime
    source: str
    source_id: str
    classifier: str = states.ACT
    offset_minutes: int = 0
    port: Port | None = None
    location: str = ""
    recorded_at: datetime | None = None  # none: now
    pieces: int | None = None
    weight_g: int | None = None
    is_partial: bool = False
    reason: str = ""


def check(mode: str, told: Told) -> codes.Code:
    """The meaning of what is told. Raises BadEvent."""
    found = codes.find(told.code, mode)
    if found is None:
        raise BadEvent("code")
    if told.classifier not in found.classifiers:
        raise BadEvent("classifier")
    return found


def record(*, consignment: Consignment, told: Told, actor: Actor) -> Event:
    """Keep one event; the same one (by source and source id) is kept once.

    A real departure is never refused: without a paper that was due it raises a breach, with an unpaid balance an
    alert. Side effects: Event, the fold with its history, alerts, signals; parts of orders are handed over or
    delivered (services.parts). Raises BadEvent.
    """
    return record_all(told=[(consignment, told)], actor=actor)[0]


def record_all(*, told: Iterable[tuple[Consignment, Told]], actor: Actor) -> list[Event]:
    """As record(), for several at once: all or none are kept. Raises BadEvent."""
    rows = [(consignment, one, check(consignment.mode, one).family) for consignment, one in told]
    affected = {consignment.pk: consignment for consignment, _one, _family in rows}
    with transaction.atomic():
        _lock(affected)
        found = [_keep(consignment, one, family, actor) for consignment, one, family in rows]
        for pk in sorted(affected):
            refold(consignment=affected[pk], actor=actor)
    # Parts lock money and orders first; a consignment's lock must not be held meanwhile.
    for pk in sorted(affected):
        parts.follow(consignment=affected[pk], actor=actor)
    return found


def _lock(affected: dict[int, Consignment]) -> None:
    rows = Consignment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=affected)
    list(rows.order_by("pk").values_list("pk"))


def _keep(
    consignment: Consignment, told: Told, family: str, actor: Actor, retracts: Event | None = None
) -> Event:
    facts: dict[str, Any] = {
        "family": family,
        "code": told.code,
        "classifier": told.classifier,
        "at": told.at,
        "offset_minutes": told.offset_minutes,
        "port": told.port,
        "location": told.location[:80],
        "recorded_at": told.recorded_at or timezone.now(),
        "pieces": told.pieces,
        "weight_g": told.weight_g,
        "is_partial": told.is_partial,
        "retracts": retracts,
        "reason": told.reason[:120],
        "actor_id": actor.id,
        "actor_name": actor.name[:150],
    }
    event, _made = Event.objects.get_or_create(
        consignment=consignment, source=told.source, source_id=told.source_id[:120], defaults=facts
    )
    return event


def retract(*, event: Event, why: str, actor: Actor, source: str = Event.HAND) -> Event:
    """Take an event back: a new row says so, the old one stays. Twice is once.

    Side effects: Event, the fold with its history, alerts. What parts of orders did meanwhile stays done.
    """
    consignment = event.consignment
    told = Told(
        code=event.code,
        at=event.at,
        source=source,
        source_id=f"{RETRACT}{event.source}:{event.source_id}",
        classifier=event.classifier,
        offset_minutes=event.offset_minutes,
        port=event.port,
        location=event.location,
        reason=why,
    )
    with transaction.atomic():
        _lock({consignment.pk: consignment})
        found = event.retracted_by.first()
        if found is None:
            found = _keep(consignment, told, event.family, actor, retracts=event)
            refold(consignment=consignment, actor=actor, why=why)
    return found


def retract_unseen(*, consignment: Consignment, told: Told, message: str, actor: Actor) -> Event:
    """A source takes back its event `message`, which may not have reached us yet: it will not count when it does."""
    unseen = replace(told, source_id=f"{RETRACT}{message}")
    return record(consignment=consignment, told=unseen, actor=actor)

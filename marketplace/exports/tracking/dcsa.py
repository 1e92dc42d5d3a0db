"""Events as carriers by sea write them: DCSA Track & Trace 2 (flat), 3 beta (metadata and payload) and 3.0.0. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from marketplace.exports import states

MOST = 500  # events in one letter
EVENT_TYPES = {
    "SHIPMENT": "shipmentEventTypeCode",
    "TRANSPORT": "transportEventTypeCode",
    "EQUIPMENT": "equipmentEventTypeCode",
}
# How a reference type of DCSA finds one of our consignments; the first that fits counts.
BILL, BOOKING, CONTAINER, OURS = "TRD", "BKG", "EQ", "OURS"
OUR_OWN = frozenset(
    {"FF", "SI", "CR", "SPO", "CPO"}
)  # references that we gave ourselves: the consignment's number


class NotEvents(ValueError):
    """No list of events, or too many at once."""


@dataclass(frozen=True)
class Message:
    """One event of a carrier, or the reason why it cannot be read."""

    event_id: str
    code: str = ""
    classifier: str = states.ACT
    at: datetime | None = None
    offset_minutes: int = 0
    recorded_at: datetime | None = None
    place: str = ""  # UN/LOCODE
    place_name: str = ""
    reason: str = ""
    retracts: str = ""  # id of the event that is taken back
    references: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    fault: str = ""

    @property
    def source_id(self) -> str:
        """With the time it was written: a correction has the same id and a later time."""
        stamp = self.recorded_at.astimezone(UTC).isoformat() if self.recorded_at else ""
        return f"{self.event_id}@{stamp}"


def read(letter: Any) -> list[Message]:
    """All events of a letter, each readable or with its fault. Raises NotEvents."""
    events = letter.get("events") if isinstance(letter, dict) else letter
    if not isinstance(events, list) or len(events) > MOST:
        raise NotEvents
    return [_message(one) for one in events]


def _message(event: Any) -> Message:
    if not isinstance(event, dict):
        return Message("", fault="not an object")
    flat = _flat(event)
    event_id = _text(flat.get("eventID"))
    if not event_id:
        return Message("", fault="eventID is missing")
    recorded, _ = _moment(flat.get("eventUpdatedDateTime") or flat.get("eventCreatedDateTime"))
    retracts = _text(flat.get("retractedEventID"))
    at, offset = _moment(flat.get("eventDateTime"))
    if at is None and not retracts:
        return Message(event_id, fault="eventDateTime is missing or has no zone")
    code = _text(flat.get(EVENT_TYPES.get(_text(flat.get("eventType")), "")), 4)
    if not code and not retracts:
        return Message(event_id, fault="the event's type code is missing")
    place, name = _place(flat)
    remark = [_text(flat.get(key), 60) for key in ("delayReasonCode", "changeRemark", "reason")]
    return Message(
        event_id=event_id,
        code=code,
        classifier=_text(flat.get("eventClassifierCode"), 3) or states.ACT,
        at=at,
        offset_minutes=offset,
        recorded_at=recorded,
        place=place,
        place_name=name,
        reason=": ".join(filter(None, remark)),
        retracts=retracts,
        references=tuple(_references(flat)),
    )


def _flat(event: dict[str, Any]) -> dict[str, Any]:
    """The three versions in the words of version 2."""
    found = {**event}
    for name in (
        "metadata",
        "payload",
        "eventClassification",
        "shipmentDetails",
        "equipmentDetails",
        "transportDetails",
    ):
        inner = event.get(name)
        if isinstance(inner, dict):
            found.update(inner)
    found.setdefault("eventType", found.get("eventTypeCode"))
    return found


def _text(value: Any, most: int = 80) -> str:
    """Plain text without what a database or a page cannot bear; numbers count as text, everything else as nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return "".join(sign for sign in str(value) if sign.isprintable()).strip()[:most]


def _moment(value: Any) -> tuple[datetime | None, int]:
    """(moment, offset of its clock in minutes); nothing without a zone: a guess could be half a day off."""
    try:
        found = datetime.fromisoformat(_text(value))
        offset = found.utcoffset()
        return (
            (found.astimezone(UTC), round(offset.total_seconds() / 60)) if offset is not None else (None, 0)
        )
    except (ValueError, OverflowError):
        return None, 0


def _place(flat: dict[str, Any]) -> tuple[str, str]:
    call = flat.get("transportCall")
    call = call if isinstance(call, dict) else {}
    for place in (flat.get("eventLocation"), call.get("location"), call):
        if isinstance(place, dict) and (code := _text(place.get("UNLocationCode"), 5)):
            return code, _text(place.get("locationName"))
    named = flat.get("eventLocation")
    return "", _text(named.get("locationName")) if isinstance(named, dict) else ""


def _references(flat: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(kind, value) of what the event is about."""
    single = [flat.get("documentReference")]
    for key in ("documentReferences", "additionalDocumentReferences", "references"):
        rows = flat.get(key)
        single += rows if isinstance(rows, list) else []
    for one in single:
        if isinstance(one, dict):
            kind = one.get("documentReferenceType") or one.get("referenceType") or one.get("typeCode")
            value = one.get("documentReferenceValue") or one.get("referenceValue") or one.get("reference")
            yield _kind(_text(kind)), _text(value)
    yield _kind(_text(flat.get("documentTypeCode"))), _text(flat.get("documentID"))
    yield BILL, _text(flat.get("transportDocumentReference"))
    yield BOOKING, _text(flat.get("carrierBookingReference"))
    yield CONTAINER, _text(flat.get("equipmentReference"))


def _kind(text: str) -> str:
    return OURS if text in OUR_OWN else text

"""For the access table: a consignment of a company, with goods of a pesantren and one event."""

from typing import Any

from django.utils import timezone

from marketplace.exports.models import Event
from marketplace.exports.services import events
from marketplace.exports.services.events import Told
from marketplace.exports.tracking import board
from marketplace.fulfilment.models import Fulfilment
from offtakers.models import Company
from tests.factories.exports import DESK, a_piece


def with_tracking(company: int, part: Fulfilment, coordinator: Any) -> dict[str, Any]:
    made = a_piece(Company.objects.get(pk=company), part, "contoh-pengirim")
    told = Told(code="BKD", at=timezone.now(), source=Event.HAND, source_id="1")
    event = events.record(consignment=made, told=told, actor=DESK)
    return {
        "consignment": made.number,
        "consignment_event": event.pk,
        "track_token": made.token,
        "calendar_token": board.calendar_token(coordinator),
        "paper_kind": "packing_list",
    }

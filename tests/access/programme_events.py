"""For the access table and the workspace: an event, a pesantren that comes, a buyer with a page of its own."""

from typing import Any

from django.core.files.base import ContentFile

from marketplace.programme import states
from marketplace.programme.events.badges import key_of
from marketplace.programme.models import BadgeSheet, EventCatalogue
from marketplace.programme.services import appointments
from offtakers.models import Company
from tests.factories.programme import make_guest
from tests.programme.events import DESK, Meeting, a_meeting


def with_papers(event: Any) -> None:
    for model in (EventCatalogue, BadgeSheet):
        file = ContentFile(b"%PDF-1.7", name="contoh.pdf")
        model.objects.create(event=event, state=states.DONE, file=file)


def taking_part(partner: Any) -> Meeting:
    """This pesantren has a booth and one meeting."""
    meeting = a_meeting()
    seller = meeting.sellers[0]
    type(seller).objects.filter(pk=seller.pk).update(partner=partner)
    seller.refresh_from_db()
    with_papers(meeting.event)
    return meeting


def with_events(partner: Any, company: int) -> dict[str, Any]:
    meeting = taking_part(partner)
    guest = make_guest(meeting.event, company=Company.objects.get(pk=company))
    made = appointments.add(
        event=meeting.event, exhibitor=meeting.sellers[0], guest=guest, slot=meeting.slots[0], actor=DESK
    )
    return {
        "event": meeting.event.number,
        "exhibitor": meeting.sellers[0].pk,
        "event_guest": guest.pk,
        "event_slot": meeting.slots[1].pk,
        "event_meeting": made.pk,
        "event_key": key_of(guest),
        "badge_token": guest.token,
    }


def in_shop(partner: Any) -> dict[str, Any]:
    """The same for tests/workspace/shops.py."""
    meeting = taking_part(partner)
    seller, guest = meeting.sellers[0], meeting.buyers[0]
    made = appointments.add(
        event=meeting.event, exhibitor=seller, guest=guest, slot=meeting.slots[0], actor=DESK
    )
    return {"exhibitor": seller.pk, "event_meeting": made.pk}

"""An event to which a pesantren and a buyer are invited, so that every mail about it is written once."""

from marketplace.programme import states
from marketplace.programme.events import mails as event_mails
from marketplace.programme.services import appointments, events, exhibitors, guests
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.programme.events import DESK, a_meeting


def life_of_events(language: str) -> None:
    """Both are invited and get their agendas."""
    meeting = a_meeting()
    meeting.event.guests.all().delete()  # they read Indonesian
    partner = make_pesantren(f"contoh-undang-{language}")
    make_member(make_user(f"undang-{language}@example.com", language=language), partner)
    seller = exhibitors.invite(event=meeting.event, partners=[partner], actor=DESK)[0]
    facts = {"name": "Contoh Tamu", "email": f"tamu-{language}@example.com", "language": language}
    buyer = guests.add(event=meeting.event, facts=facts, actor=DESK)
    guests.invite(guest=buyer, actor=DESK)
    appointments.add(event=meeting.event, exhibitor=seller, guest=buyer, slot=meeting.slots[0], actor=DESK)
    event_mails.agendas(meeting.event)
    events.move(event=meeting.event, to=states.CANCELLED, actor=DESK, why="Gedung terpakai")

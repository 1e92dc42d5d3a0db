"""Who came to an event: once, also when tapped twice, and not after all."""

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.programme import states
from marketplace.programme.models import Event, Guest
from marketplace.programme.services import appointments, check_in
from tests.factories.programme import make_event, make_exhibitor, make_guest
from tests.programme.events import DESK, a_meeting
from tests.programme.office_pages import page, posted, url

pytestmark = pytest.mark.django_db


def test_checked_in_twice_is_once():
    guest = make_guest(accepted_at=None, declined_at=timezone.now())
    assert check_in.check_in(side=guest, actor=DESK) is True
    first = guest.checked_in_at
    assert check_in.check_in(side=Guest.objects.get(pk=guest.pk), actor=DESK) is False
    guest.refresh_from_db()
    assert guest.checked_in_at == first
    assert (bool(guest.accepted_at), guest.declined_at) == (True, None)
    assert [row.after for row in history(guest)] == ["checked_in"]


@pytest.mark.parametrize("state", [states.PLANNED, states.CLOSED, states.CANCELLED])
def test_nobody_is_checked_in_where_nothing_takes_place(state):
    with pytest.raises(Refused):
        check_in.check_in(side=make_guest(make_event(state=state)), actor=DESK)


@pytest.mark.parametrize(("said", "is_kept"), [(None, False), (timezone.now(), True)])
def test_the_wrong_name_was_tapped(said, is_kept):
    """Who had accepted before still comes; who was only taken as coming is asked again."""
    guest = make_guest(accepted_at=said)
    assert check_in.undo(side=guest, actor=DESK) is False
    check_in.check_in(side=guest, actor=DESK)
    assert check_in.undo(side=guest, actor=DESK) is True
    guest.refresh_from_db()
    assert (guest.checked_in_at, guest.accepted_at is not None) == (None, is_kept)
    assert [row.after for row in history(guest)] == ["checked_in", "not_checked_in"]
    assert check_in.check_in(side=guest, actor=DESK) is True


def test_nobody_is_taken_off_the_list_of_what_is_over():
    seller = make_exhibitor(make_event(state=states.RUNNING))
    check_in.check_in(side=seller, actor=DESK)
    Event.objects.update(state=states.CLOSED)
    seller.event.refresh_from_db()
    with pytest.raises(Refused):
        check_in.undo(side=seller, actor=DESK)
    seller.refresh_from_db()
    assert seller.checked_in_at is not None


def test_the_office_takes_a_tap_back(officer: Client) -> None:
    guest = make_guest(make_event(state=states.RUNNING))
    at = url("event-check-in", guest.event.number)
    posted(officer, at, {"side": "buyer", "pk": guest.pk})
    assert "Was somebody else" in officer.get(at, {"side": "buyer"}).content.decode()
    posted(officer, at, {"side": "buyer", "pk": guest.pk, "step": "undo"})
    assert Guest.objects.get().checked_in_at is None
    assert "Was somebody else" not in officer.get(at, {"side": "buyer"}).content.decode()


def test_begun_and_closed_by_mistake(officer: Client) -> None:
    """Back to where it was, on the page too; a cancelled event stays cancelled."""
    meeting = a_meeting(state=states.OPEN)
    number = meeting.event.number

    def moved(to: str, offered: str) -> None:
        posted(officer, url("event-move", number), {"to": to})
        assert Event.objects.get().state == to
        assert offered in page(officer, "event", number)

    moved(states.RUNNING, f'value="{states.OPEN}">It does not run yet')
    moved(states.OPEN, "It runs now")
    seller, buyer, slot = meeting.sellers[0], meeting.buyers[0], meeting.slots[0]
    appointments.add(event=meeting.event, exhibitor=seller, guest=buyer, slot=slot, actor=DESK)
    moved(states.RUNNING, f'value="{states.SCHEDULED}">It does not run yet')
    moved(states.SCHEDULED, "It runs now")
    moved(states.RUNNING, "It is over: close it")
    moved(states.CLOSED, f'value="{states.RUNNING}">It is not over yet')
    moved(states.RUNNING, "It is over: close it")
    Event.objects.update(state=states.CANCELLED)
    assert "What comes next" not in page(officer, "event", number)

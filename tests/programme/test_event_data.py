"""Contacts of guests are personal data: copied, erased, and gone two years after the event; and the demonstration."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.common import personal
from marketplace.office import demo_events
from marketplace.programme import states
from marketplace.programme.events import scheduling
from marketplace.programme.models import Appointment, Event, Guest
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest, make_province

pytestmark = pytest.mark.django_db


def holding():
    return next(one for one in personal.holdings() if one.code == "event-guests")


def old(days):
    day = timezone.localdate() - timedelta(days=days)
    return make_event(starts_on=day, ends_on=None)


def contact(guest):
    guest.refresh_from_db()
    return guest.contact, guest.email, guest.phone


TOLD = {"contact": "Contoh Tamu", "email": "tamu@example.com", "phone": "+6281200000000"}
GONE = ("", "", "")


def test_contacts_go_two_years_after_the_event_unless_a_promise_stands():
    over, recent = make_guest(old(731), **TOLD), make_guest(old(729), **TOLD)
    event = old(800)
    seller = make_exhibitor(event)
    stands, closed = make_guest(event, **TOLD), make_guest(event, **TOLD)
    make_commitment(seller, stands)
    make_commitment(seller, closed, state=states.CLOSED)
    assert holding().purge(timezone.now()) == 2
    assert [contact(one) for one in (over, closed)] == [GONE, GONE]
    assert [contact(one) for one in (recent, stands)] == [tuple(TOLD.values())] * 2
    assert over.name  # the company's name stays with the event
    assert holding().purge(timezone.now()) == 0


def test_a_person_gets_a_copy_and_is_taken_out():
    person = make_user("Tamu@example.com")
    guest, other = make_guest(**TOLD), make_guest()
    rows = holding().export(person)
    assert [(row["event"], row["contact"]) for row in rows] == [(guest.event.name, "Contoh Tamu")]
    holding().erase(person)
    assert contact(guest) == GONE
    assert contact(other)[1] != ""
    assert holding().export(type(person)(email=None)) == []


def test_the_demonstration_is_made_once_and_is_plainly_invented():
    make_province("32")
    assert demo_events.put() is False  # nobody to come
    for n in range(2):
        partner = make_pesantren(f"contoh-demo-{n}")
        make_product(partner, f"Roti demo {n}")
    member = make_user("pesantren@example.com")
    make_member(member, partner)
    assert demo_events.put() is True
    assert demo_events.put() is False
    event = Event.objects.get()
    assert (event.state, event.is_fictional, event.year.is_fictional) == (states.SCHEDULED, True, True)
    assert event.exhibitors.get(booth="A1").partner == partner
    assert all("contoh" in guest.name.lower() for guest in Guest.objects.all())
    assert not event.exhibitors.exclude(partner__is_fictional=True).exists()
    whys = set(Appointment.objects.values_list("why", flat=True))
    assert {scheduling.BOTH, scheduling.GUEST, scheduling.EXHIBITOR} <= whys

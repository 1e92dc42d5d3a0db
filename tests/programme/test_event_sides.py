"""What both sides see and do: a buyer by its link, a pesantren in its workspace, whoever scans a badge."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.programme import states
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events.badges import exhibitor_of, guest_of, key_of
from marketplace.programme.models import Appointment, Event, Guest
from marketplace.programme.services import appointments, exhibitors, schedules, wishes
from marketplace.programme.services.exhibitors import Samples
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.programme import make_event, make_exhibitor, make_guest
from tests.programme.events import DESK, a_meeting, begun

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"events:{name}", args=args)


def work(name, *args):
    """The English page of the workspace."""
    with translation.override("en"):
        return reverse(f"workspace:{name}", args=args)


def as_member(seller):
    person = make_user(f"{seller.partner.code}@example.com", language="en")
    make_member(person, seller.partner)
    client = Client()
    client.force_login(person)
    return client


def test_a_badge_does_not_open_the_page_behind_it(client):
    """Whoever photographed a badge knows its token, and still cannot make the key."""
    guest, seller = make_guest(), make_exhibitor()
    key = key_of(guest)
    assert guest_of(key) == guest
    assert exhibitor_of(key_of(seller)) == seller
    wrong = [
        guest.token,
        f"{guest.token}.",
        f"{guest.token}.x",
        key[:-1],
        key_of(seller),
        f"\0{key}",
        key + "x",
    ]
    for one in wrong:
        assert guest_of(one) in (None, guest if one == f"\0{key}" else None)
        if "\0" not in one:
            assert client.get(f"/events/{one}/").status_code == 404
    Guest.objects.filter(pk=guest.pk).update(token="another-token")
    assert guest_of(key) is None  # a new badge takes the old link away


def test_a_buyer_answers_wishes_and_says_what_it_looks_for(client):
    meeting = a_meeting()
    guest, seller = meeting.buyers[0], meeting.sellers[0]
    Guest.objects.filter(pk=guest.pk).update(accepted_at=None)
    exhibitors.show(exhibitor=seller, goods={meeting.goods[0].pk: Samples()}, actor=DESK)
    wishes.choose(side=seller, shown=[guest.pk], wanted=[guest.pk])
    key = key_of(guest)
    first = client.get(at("guest", key))
    assert first["Referrer-Policy"] == "strict-origin"
    assert "noindex" in first["X-Robots-Tag"]
    assert "no-store" in first["Cache-Control"]
    client.post(at("guest-answer", key), {"comes": "yes"})
    text = client.get(f"/en{at('guest-wishes', key)}").content.decode()
    assert "Roti 1" in text
    assert "would like to meet you" in text
    assert "Roti 1" not in client.get(at("guest-wishes", key), {"q": "roti 2"}).content.decode()
    by_sector = client.get(at("guest-wishes", key), {"sector": "makanan"}).content.decode()
    assert seller.partner.name in by_sector
    assert meeting.sellers[1].partner.name not in by_sector  # shows nothing
    client.post(at("guest-wishes", key), {"shown": [seller.pk, "x", "9" * 30], "wish": [seller.pk]})
    client.post(at("guest-looks", key), {"sectors": ["makanan"], "looks_for": "Roti 500 bungkus"})
    wrong = client.post(at("guest-looks", key), {"sectors": ["x"], "looks_for": "Roti"})
    assert wrong.status_code == 200
    guest.refresh_from_db()
    assert (guest.sectors, guest.looks_for, bool(guest.accepted_at)) == (
        ["makanan"],
        "Roti 500 bungkus",
        True,
    )
    assert guest.wishes.filter(by="guest").count() == 1
    assert client.post(at("guest-looks", key), {}).status_code == 302  # nothing ticked is an answer, too
    client.post(at("guest-answer", key), {"comes": "no"})
    assert Guest.objects.get(pk=guest.pk).declined_at is not None


@pytest.mark.parametrize(("prefix", "word"), [("", "Agenda"), ("/en", "Agenda"), ("/ar", "جدول المواعيد")])
def test_an_agenda_reads_in_three_languages(client, prefix, word):
    meeting = a_meeting()
    appointments.add(
        event=meeting.event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[0],
        actor=DESK,
    )
    text = client.get(f"{prefix}{at('guest', key_of(meeting.buyers[0]))}").content.decode()
    assert word in text
    assert "09.00" in text
    assert meeting.sellers[0].partner.name in text


def test_the_calendar_of_the_phone_knows_each_meeting(client):
    meeting = a_meeting()
    buyer, seller = meeting.buyers[0], meeting.sellers[0]
    made = appointments.add(
        event=meeting.event, exhibitor=seller, guest=buyer, slot=meeting.slots[0], actor=DESK
    )
    start = f"DTSTART:{meeting.slots[0].starts_at:%Y%m%dT%H%M%SZ}"
    for side, other in ((buyer, seller.partner.name), (seller, buyer.name)):
        response = client.get(at("agenda", key_of(side)))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        lines = response.content.decode().replace("\r\n ", "").split("\r\n")
        assert start in lines
        assert f"SUMMARY:{other}" in lines
        assert any(line.startswith("LOCATION:Stan A1") for line in lines)
        uid = next(line for line in lines if line.startswith("UID:"))
    appointments.move(appointment=made, slot=meeting.slots[1], actor=DESK)
    again = client.get(at("agenda", key_of(seller))).content.decode()
    assert uid in again  # moved, not doubled
    assert start not in again
    Event.objects.update(state=states.CANCELLED)
    assert "VEVENT" not in client.get(at("agenda", key_of(seller))).content.decode()
    assert client.get(at("agenda", buyer.token)).status_code == 404


def test_whoever_scans_a_badge_sees_the_public_name_alone(client, officer, stranger):
    guest = make_guest(contact="Contoh Rahasia", email="rahasia@example.com", phone="+6281200000000")
    address = at("badge", guest.token)
    for who in (client, stranger):
        text = who.get(address).content.decode()
        assert guest.name in text
        assert guest.event.name in text
        assert "Rahasia" not in text
        assert "rahasia" not in text
        assert "Check in" not in text
        assert who.post(address).status_code == 404
    assert Guest.objects.get(pk=guest.pk).checked_in_at is None
    assert "Check in" in officer.get(f"/en{address}").content.decode()
    assert officer.post(address).status_code == 302
    when = Guest.objects.get(pk=guest.pk).checked_in_at
    assert officer.post(address).status_code == 302
    assert Guest.objects.get(pk=guest.pk).checked_in_at == when
    text = officer.get(f"/en{address}").content.decode()
    assert "Checked in" in text
    assert "<button" not in text.split("<h1>")[1].split("</main>")[0]


def test_guessing_badges_is_stopped(client):
    cache.clear()
    codes = [client.get(at("badge", f"guess-{n}")).status_code for n in range(41)]
    assert codes == [404] * 40 + [429]
    guest = make_guest()
    assert client.get(at("badge", guest.token)).status_code == 429


def test_staff_in_the_same_hall_go_on_checking_in(client, officer):
    cache.clear()
    guest = make_guest()
    for n in range(41):
        client.get(at("badge", f"guess-{n}"))
    codes = [officer.get(at("badge", f"guess-{n}")).status_code for n in range(41)]
    assert codes == [404] * 41
    assert officer.post(at("badge", guest.token)).status_code == 302
    assert Guest.objects.get(pk=guest.pk).checked_in_at is not None


def test_one_buyer_is_stopped_and_the_others_of_the_hall_are_not(client):
    one, other = make_guest(), make_guest()
    answer = {"comes": "yes"}
    codes = [client.post(at("guest-answer", key_of(one)), answer).status_code for _n in range(61)]
    assert codes == [302] * 60 + [429]
    assert client.post(at("guest-wishes", key_of(one)), {}).status_code == 429  # all pages of one together
    assert client.post(at("guest-answer", key_of(other)), answer).status_code == 302
    assert client.get(at("guest", key_of(one))).status_code == 200  # reading goes on


def test_a_pesantren_answers_chooses_and_marks_its_meetings():
    meeting = a_meeting()
    seller, buyer, product = meeting.sellers[0], meeting.buyers[0], meeting.goods[0]
    client = as_member(seller)
    text = client.get(reverse("workspace:events")).content.decode()
    assert meeting.event.name in text
    client.post(work("answer-event", seller.pk), {"comes": "yes"})
    goods = work("event-goods", seller.pk)
    client.post(goods, {f"show_{product.pk}": "on", f"samples_{product.pk}": "12"})
    assert list(seller.exhibits.values_list("product", "samples")) == [(product.pk, 12)]
    assert client.post(goods, {}).status_code == 302
    assert seller.exhibits.count() == 0
    client.post(goods, {f"show_{product.pk}": "on", f"samples_{product.pk}": "12"})
    bad = client.post(goods, {f"show_{product.pk}": "on", f"samples_{product.pk}": "banyak"})
    assert bad.status_code == 200
    assert "banyak" in bad.content.decode()
    client.post(work("event-wishes", seller.pk), {"shown": [buyer.pk], "wish": [buyer.pk]})
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    row = Appointment.objects.get()
    mark = work("mark-meeting", seller.pk, row.pk)
    client.post(mark, {"met": "yes"})
    assert Appointment.objects.get().state == Appointment.PLANNED  # it has not begun
    begun(meeting)
    assert "We met" in client.get(work("event", seller.pk)).content.decode()
    client.post(mark, {"met": "yes"})
    assert Appointment.objects.get().state == Appointment.MET
    Event.objects.update(state=states.CLOSED)
    text = client.post(
        goods, {f"show_{product.pk}": "on", f"samples_{product.pk}": "12", f"left_{product.pk}": "13"}
    ).content.decode()
    assert "More samples came back than were taken along." in text
    client.post(goods, {f"show_{product.pk}": "on", f"samples_{product.pk}": "12", f"left_{product.pk}": "3"})
    assert seller.exhibits.get().samples_left == 3


def test_contacts_of_buyers_are_not_shown_to_pesantren():
    meeting = a_meeting()
    Guest.objects.update(contact="Contoh Rahasia", email="rahasia@example.com", phone="+6281200000000")
    client = as_member(meeting.sellers[0])
    for name in ("event", "event-wishes"):
        text = client.get(work(name, meeting.sellers[0].pk)).content.decode()
        assert "ahasia" not in text
        assert "81200000000" not in text


def test_the_menu_names_events_only_where_there_is_an_invitation():
    partner = make_pesantren("contoh-tanpa")
    person = make_user("tanpa@example.com")
    make_member(person, partner)
    client = Client()
    client.force_login(person)
    assert reverse("workspace:events") not in client.get(reverse("workspace:money")).content.decode()
    make_exhibitor(make_event(), partner)
    assert reverse("workspace:events") in client.get(reverse("workspace:money")).content.decode()


def test_a_company_finds_its_page_in_its_account(client):
    company = make_company()
    guest = make_guest(company=company)
    make_guest()
    client.force_login(admin_of(company))
    text = client.get(reverse("account:events")).content.decode()
    assert key_of(guest) in text
    assert text.count("/events/") == text.count(key_of(guest)) + text.count(reverse("account:events"))


def counted(client, address):
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_of_both_sides_ask_the_same_for_many(client):
    meeting = a_meeting(minutes=10)
    seller, buyer = meeting.sellers[0], meeting.buyers[0]
    member, key = as_member(seller), key_of(buyer)
    pages = [(client, at("guest", key)), (client, at("guest-wishes", key))]
    pages += [(member, work(name, seller.pk)) for name in ("event", "event-wishes")]
    pages += [(member, work("event-goods", seller.pk))]
    appointments.add(event=meeting.event, exhibitor=seller, guest=buyer, slot=meeting.slots[0], actor=DESK)
    few = [(who.get(address), counted(who, address))[1] for who, address in pages]
    for n in range(1, 8):
        partner = make_pesantren(f"contoh-ramai-{n}")
        other = make_exhibitor(meeting.event, partner, booth=f"R{n}")
        goods = make_product(partner, f"Kue {n}")
        exhibitors.show(exhibitor=other, goods={goods.pk: Samples()}, actor=DESK)
        guest = make_guest(meeting.event)
        make_product(seller.partner, f"Roti tambah {n}")
        for one, two in ((other, buyer), (seller, guest)):
            appointments.add(event=meeting.event, exhibitor=one, guest=two, slot=meeting.slots[n], actor=DESK)
    assert [counted(who, address) for who, address in pages] == few


def test_times_are_those_of_the_event(client):
    meeting = a_meeting()
    Event.objects.filter(pk=meeting.event.pk).update(time_zone="Europe/Istanbul")
    appointments.add(
        event=meeting.event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[0],
        actor=DESK,
    )
    text = client.get(at("guest", key_of(meeting.buyers[0]))).content.decode()
    assert "05.00" in text  # nine in Jakarta
    assert "09.00" not in text


def test_the_message_for_whatsapp_is_in_the_guests_language():
    guest = make_guest(language="en", phone="+971501234567", contact="Contoh Tamu")
    found = event_mails.whatsapp(guest)
    assert found.startswith("https://wa.me/971501234567?text=Hello%20Contoh%20Tamu")
    assert "%2Fen%2Fevents%2F" in found or "/en/events/" in found


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (states.RUNNING, "The event is running: ask at the information desk for further meetings."),
        (states.CLOSED, "The event is over or was cancelled: nothing can be chosen any more."),
    ],
)
def test_closed_wishes_are_shown_without_a_form(client, state, reason):
    seller = make_exhibitor(make_event())
    guest = make_guest(seller.event, name="PT Contoh Ritel")
    for side, other in ((seller, guest), (guest, seller)):
        wishes.choose(side=side, shown=[other.pk], wanted=[other.pk])
    pages = [
        (client, f"/en{at('guest-wishes', key_of(guest))}"),
        (as_member(seller), work("event-wishes", seller.pk)),
    ]
    for reader, address in pages:
        text = reader.get(address).content.decode()
        assert "Save these wishes" in text
        assert reason not in text
    Event.objects.filter(pk=seller.event_id).update(state=state)
    for reader, address in pages:
        text = reader.get(address).content.decode()
        assert "Save these wishes" not in text
        assert reason in text
        assert " checked disabled>" in text
        reader.post(address, {"shown": [seller.pk, guest.pk]})
    assert (seller.wishes.count(), guest.wishes.count()) == (2, 2)


def test_lists_show_both_days_of_an_event(officer):
    days = {"starts_on": date(2026, 11, 30), "ends_on": date(2026, 12, 2)}
    seller = make_exhibitor(make_event(**days))
    make_exhibitor(make_event(starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 5)), seller.partner)
    member = as_member(seller)
    for reader, address in ((officer, reverse("office:events")), (member, reverse("workspace:events"))):
        text = reader.get(f"/en{address}").content.decode()
        assert "30 Nov 2026 to 2 Dec 2026" in text
        assert ">5 Dec 2026\n<" in text

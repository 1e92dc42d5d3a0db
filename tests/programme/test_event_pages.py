"""The office's pages of events, as an officer uses them; an officer of another province finds nothing."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.notices.models import Mail
from marketplace.programme import states
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import tasks as event_tasks
from marketplace.programme.models import (
    Appointment,
    Event,
    Exhibitor,
    Scheduling,
)
from marketplace.programme.services import appointments, exhibitors, schedules, wishes
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import make_company
from tests.factories.programme import (
    make_event,
    make_exhibitor,
    make_guest,
    make_participation,
    make_year,
)
from tests.programme.events import DESK, a_meeting, begun, in_days
from tests.programme.office_pages import page, posted, url

pytestmark = pytest.mark.django_db


def event_data(**kw):
    day = kw.get("starts_on") or in_days(20).isoformat()
    found = {
        "name": "Temu Bisnis Contoh",
        "kind": "temu_bisnis",
        "year": make_year(int(day[:4])).pk,
        "mode": "online",
        "starts_on": day,
        "country": "ID",
        "time_zone": "Asia/Jakarta",
        "minutes": "15",
        "most_meetings": "12",
    }
    return {**found, **kw}


def test_an_event_is_planned_and_what_was_typed_wrong_is_said_beside_it(officer):
    wrong = event_data(mode="place", ends_on=in_days(1).isoformat(), time_zone="Asia/Bandung")
    text = posted(officer, url("event-add"), wrong, 200)
    assert "The last day is before the first." in text
    assert "Say where it is held." in text
    assert "This time zone is not known." in text
    assert 'value="Temu Bisnis Contoh"' in text
    assert Event.objects.count() == 0
    posted(officer, url("event-add"), event_data())
    made = Event.objects.get()
    assert (made.ends_on, made.state, made.province.code) == (made.starts_on, states.PLANNED, "32")
    posted(officer, url("event-edit", made.number), event_data(name="Temu Bisnis Lain"))
    posted(officer, url("event-move", made.number), {"to": "open"})
    text = page(officer, "event", made.number)
    assert "Temu Bisnis Lain" in text
    assert "What is known of it was changed." in text
    text = posted(officer, url("event-move", made.number), {"to": "cancelled"}, 200)
    assert "Say why, please" in text
    posted(officer, url("event-move", made.number), {"to": "cancelled", "why": "Gedung terpakai"})
    assert "Gedung terpakai" in page(officer, "event", made.number)


def test_an_event_belongs_to_the_year_of_its_first_day(officer):
    """This year is chosen before, not the newest; another is refused unless its own days of registration hold it."""
    now = timezone.localdate().year
    this, ahead = make_year(now), make_year(now + 1, state=states.PLANNED)
    make_year(now - 1, is_historic=True)
    path = url("event-add")
    assert f'<option value="{this.pk}" selected>{now}</option>' in page(officer, "event-add")
    day = f"{now}-11-25"
    text = posted(officer, path, event_data(year=ahead.pk, starts_on=day), 200)
    assert f"The first day lies in {now}, the year of the programme is {now + 1}." in text
    assert Event.objects.count() == 0
    ahead.opens_on, ahead.closes_on = date(now, 11, 1), date(now + 1, 2, 1)
    ahead.save()
    posted(officer, path, event_data(year=ahead.pk, starts_on=day))
    posted(officer, path, event_data(year=this.pk, starts_on=day))
    assert list(Event.objects.order_by("pk").values_list("year__year", flat=True)) == [now + 1, now]


def test_a_year_of_another_province_cannot_be_chosen(officer, stranger):
    text = posted(stranger, url("event-add"), event_data(), 200)
    assert "Make the year first" in text
    assert Event.objects.count() == 0


def test_an_officer_of_another_province_sees_and_does_nothing(stranger):
    meeting = a_meeting()
    number, seller, buyer = meeting.event.number, meeting.sellers[0].pk, meeting.buyers[0].pk
    made = appointments.add(
        event=meeting.event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[0],
        actor=DESK,
    )
    assert meeting.event.name not in page(stranger, "events")
    pages = ["event", "event-edit", "event-move", "event-exhibitors", "event-invite", "event-guests"]
    pages += ["event-guest-add", "event-times", "event-schedule", "event-unmet", "event-meeting-add"]
    pages += ["event-check-in", "event-catalogue", "event-catalogue-pdf"]
    found = [url(name, number) for name in pages]
    found += [url(f"event-exhibitor{name}", number, seller) for name in ("", "-answer", "-goods")]
    found += [url(f"event-guest{name}", number, buyer) for name in ("", "-invite", "-answer")]
    found += [url("event-time", number, meeting.slots[0].pk), url("event-meeting", number, made.pk)]
    for address in found:
        assert {stranger.get(address).status_code, stranger.post(address).status_code} <= {404, 405}
        assert stranger.post(address, {"step": "cancel", "to": "cancelled", "why": "x"}).status_code in (
            404,
            405,
        )
    meeting.event.refresh_from_db()
    assert meeting.event.state == states.OPEN
    assert Appointment.objects.count() == 1


def test_the_list_is_searched_by_name_kind_and_state(officer):
    make_event(name="Temu Bisnis Bandung")
    make_event(name="Pameran Contoh", kind="exhibition", state="closed")
    assert "Pameran Contoh" not in page(officer, "events", q="bandung")
    assert "Temu Bisnis Bandung" not in page(officer, "events", kind="exhibition")
    text = page(officer, "events", state="closed", kind="nonsense")
    assert "Pameran Contoh" in text
    assert "Temu Bisnis Bandung" not in text


def test_participants_of_the_year_are_offered_and_invited(officer):
    event = make_event()
    taking_part, other = make_pesantren("contoh-ikut"), make_pesantren("contoh-lain")
    left = make_pesantren("contoh-keluar")
    make_participation(event.year, partner=taking_part)
    make_participation(event.year, partner=left, state="left")
    text = page(officer, "event-invite", event.number)
    assert taking_part.name in text
    assert other.name not in text
    assert left.name not in text
    assert other.name in page(officer, "event-invite", event.number, all="1")
    posted(officer, url("event-invite", event.number), {"partner": [taking_part.pk, other.pk]})
    assert set(Exhibitor.objects.values_list("partner", flat=True)) == {taking_part.pk, other.pk}
    assert taking_part.name not in page(officer, "event-invite", event.number)
    assert officer.post(url("event-invite", event.number), {"partner": ["x"]}).status_code == 404


def test_a_booth_that_is_taken_is_refused_beside_the_field(officer):
    meeting = a_meeting()
    address = url("event-exhibitor", meeting.event.number, meeting.sellers[1].pk)
    text = posted(officer, address, {"booth": "a1", "note": "Bawa spanduk"}, 200)
    assert "Booth A1 is taken by" in text
    assert "Bawa spanduk" in text
    posted(officer, address, {"booth": "c9", "note": ""})
    assert Exhibitor.objects.get(pk=meeting.sellers[1].pk).booth == "C9"


def times_data(event, **kw):
    day = event.starts_on.isoformat()
    found = {"first": day, "last": day, "begins": "09:00", "ends": "12:00", "minutes": "30"}
    return {**found, **kw}


def test_times_are_made_with_breaks_and_mended(officer):
    event = make_event(starts_on=in_days(7), ends_on=in_days(7))
    address = url("event-times", event.number)
    late = (event.starts_on + timedelta(days=1)).isoformat()
    text = posted(officer, address, times_data(event, last=late, other_begins="10:00"), 200)
    assert "This day is outside the event." in text
    text = posted(officer, address, times_data(event, other_begins="10:00"), 200)
    assert "Write both times of the break, or none." in text
    data = times_data(event, other_begins="10:00", other_ends="10:30", other_label="Kopi")
    posted(officer, address, data)
    found = [(row.label, f"{timezone.localtime(row.starts_at):%H:%M}") for row in event.slots.all()]
    assert found == [
        ("", "09:00"),
        ("", "09:30"),
        ("Kopi", "10:00"),
        ("", "10:30"),
        ("", "11:00"),
        ("", "11:30"),
    ]
    text = page(officer, "event-times", event.number)
    assert "Kopi" in text
    first = event.slots.first()
    posted(officer, url("event-time", event.number, first.pk), {"step": "break"})
    posted(officer, url("event-time", event.number, event.slots.last().pk), {"step": "remove"})
    assert officer.post(url("event-time", event.number, first.pk), {"step": "x"}).status_code == 404
    extra = {"add": "1", "one-starts_at": f"{event.starts_on}T13:00", "one-minutes": "45", "one-label": ""}
    posted(officer, address, extra)
    text = posted(officer, address, extra, 200)
    assert "There is a time already that runs into this one." in text
    last = event.slots.last()
    assert (event.slots.count(), timezone.localtime(last.starts_at).hour) == (6, 13)


def test_the_schedule_says_how_it_came_about_and_what_it_could_not_do(officer):
    meeting = a_meeting(minutes=180)  # one time only
    (one, two), (buyer, _other) = meeting.sellers, meeting.buyers
    for seller in (one, two):
        wishes.choose(side=seller, shown=[buyer.pk], wanted=[buyer.pk])
    number = meeting.event.number
    address = url("event-schedule", number)
    posted(officer, address, {"step": "make"})
    assert "The schedule is being made" in page(officer, "event-schedule", meeting.event.number)
    event_tasks.sweep_events()
    text = page(officer, "event-schedule", meeting.event.number)
    assert "1 wish could not be met: why" in text
    assert "the pesantren wished it" in text
    text = page(officer, "event-unmet", meeting.event.number)
    assert two.partner.name in text
    assert "The buyer has no free time left." in text
    assert "Meetings: 1, wishes not met: 1." in page(officer, "event", meeting.event.number)
    none = (
        "No agenda goes out: they were sent today already, or nobody who has a meeting has an e-mail address."
    )
    for said in ("Agendas go to 1 participants.", none):
        posted(officer, address, {"step": "send"})
        assert said in page(officer, "event-schedule", number)
        assert Mail.objects.filter(key__startswith="event_guest_agenda").count() == 1
    make_member(make_user("anggota@example.com"), Appointment.objects.get().exhibitor.partner)
    posted(officer, address, {"step": "send"})
    assert "Agendas go to 1 participants." in page(officer, "event-schedule", number)
    posted(officer, address, {"step": "clear"})
    assert Appointment.objects.count() == 0
    assert officer.post(address, {"step": "x"}).status_code == 404


def test_a_meeting_is_moved_by_hand_and_a_double_booking_refused_in_words(officer):
    meeting = a_meeting()
    (one, two), (buyer, _other), (first, second, _last) = meeting.sellers, meeting.buyers, meeting.slots
    add = url("event-meeting-add", meeting.event.number)
    posted(officer, add, {"exhibitor": one.pk, "guest": buyer.pk, "slot": first.pk})
    text = posted(officer, add, {"exhibitor": two.pk, "guest": buyer.pk, "slot": first.pk}, 200)
    assert f"{buyer.name} meets {one.partner.name} at" in text
    posted(officer, add, {"exhibitor": two.pk, "guest": buyer.pk, "slot": second.pk})
    row = Appointment.objects.get(exhibitor=two)
    address = url("event-meeting", meeting.event.number, row.pk)
    text = posted(officer, address, {"step": "move", "slot": first.pk}, 200)
    assert f"{buyer.name} meets {one.partner.name} at" in text
    posted(officer, address, {"step": "move", "slot": meeting.slots[2].pk})
    row.refresh_from_db()
    assert (row.slot, row.is_fixed) == (meeting.slots[2], True)
    posted(officer, address, {"step": "free"})
    row.refresh_from_db()
    assert row.is_fixed is False
    begun(meeting)
    posted(officer, address, {"step": "met"})
    row.refresh_from_db()
    assert row.state == Appointment.MET
    assert officer.post(address, {"step": "x"}).status_code == 404


def test_who_came_is_tapped_once(officer):
    meeting = a_meeting()
    address = url("event-check-in", meeting.event.number)
    data = {"side": "pesantren", "pk": meeting.sellers[0].pk}
    posted(officer, address, data)
    first = Exhibitor.objects.get(pk=meeting.sellers[0].pk).checked_in_at
    posted(officer, address, data)
    assert Exhibitor.objects.get(pk=meeting.sellers[0].pk).checked_in_at == first
    assert "1 of 2 are here" in page(officer, "event-check-in", meeting.event.number)
    assert "0 of 2 are here" in page(officer, "event-check-in", meeting.event.number, side="buyer")
    stranger = make_guest(make_event())
    assert officer.post(address, {"side": "buyer", "pk": stranger.pk}).status_code == 404


def test_nothing_is_offered_for_an_event_that_is_history(officer):
    event = make_event(is_historic=True, state="closed", source="Antara", source_url="https://example.com/")
    text = page(officer, "event", event.number)
    assert "Antara" in text
    assert "event-move" not in text
    assert "/move/" not in text


def fill(meeting, count):
    """More of everything that the pages list."""
    for n in range(count):
        seller = make_exhibitor(meeting.event, make_pesantren(f"contoh-isi-{n}"), booth=f"Z{n}")
        make_participation(meeting.event.year, partner=make_pesantren(f"contoh-belum-{n}"))
        guest = make_guest(meeting.event)
        wishes.choose(side=seller, shown=[guest.pk], wanted=[guest.pk])
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))


def counted(client, address):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


PAGES = ["event", "event-exhibitors", "event-guests", "event-times", "event-schedule"]
PAGES += ["event-unmet", "event-check-in", "event-invite"]


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow_with_the_rows(officer, name):
    meeting = a_meeting(minutes=20)
    fill(meeting, 2)
    address = url(name, meeting.event.number)
    officer.get(address)  # sessions and caches are filled
    few = counted(officer, address)
    for n in range(6):
        seller = make_exhibitor(meeting.event, make_pesantren(f"contoh-lebih-{n}"), booth=f"Y{n}")
        guest = make_guest(meeting.event)
        make_participation(meeting.event.year, partner=make_pesantren(f"contoh-calon-{n}"))
        wishes.choose(side=seller, shown=[guest.pk], wanted=[guest.pk])
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    assert Appointment.objects.count() == 8
    assert Scheduling.objects.count() == 2
    assert counted(officer, address) == few
    assert few < 20


def test_the_list_of_events_asks_the_same_for_many(officer):
    fill(a_meeting(), 1)
    officer.get(url("events"))
    few = counted(officer, url("events"))
    for _n in range(4):
        exhibitors.answer(side=make_exhibitor(make_event()), comes=False, actor=DESK)
    assert counted(officer, url("events")) == few


def test_what_comes_next_is_on_top_then_what_was_last(officer):
    days = {"Jauh": 90, "Besok": 1, "Berjalan": 0, "Kemarin": -1, "Dulu": -300}
    for name, day in days.items():
        make_event(name=f"Acara {name}", starts_on=in_days(day), ends_on=None)
    make_event(name="Acara Lama", starts_on=in_days(-2), ends_on=in_days(2))
    make_event(name="Acara Batal", starts_on=in_days(3), ends_on=in_days(3), state=states.CANCELLED)
    make_event(name="Acara Entah", starts_on=None, ends_on=None)
    order = ["Lama", "Berjalan", "Besok", "Jauh", "Batal", "Kemarin", "Dulu", "Entah"]
    text = page(officer, "events")
    assert sorted(order, key=lambda name: text.index(f"Acara {name}")) == order
    member, company = make_user("anggota@example.com"), make_company()
    partner = make_pesantren("contoh-urut")
    make_member(member, partner)
    for event in Event.objects.all():
        make_exhibitor(event, partner)
        make_guest(event, company=company)
    names = [f"Acara {name}" for name in order]
    assert [row.event.name for row in event_queries.invited(member)] == names
    assert [row.event.name for row in event_queries.invited_companies(company)] == names


def test_in_indonesian_a_buyer_of_an_event_and_a_lead_have_one_word_each(officer):
    event = make_event()
    guests = officer.get(reverse("office:event-guests", args=[event.number])).content.decode()
    leads = officer.get(reverse("office:leads")).content.decode()
    assert "<h1>Prospek</h1>" in leads
    assert "Calon pembeli" in guests
    assert "Tambah calon pembeli" in guests
    assert "alon pembeli" not in leads

"""Events, both sides, wishes, times, meetings: what is done, what is refused, what is written down."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove, history
from marketplace.notices.models import Mail
from marketplace.programme import states
from marketplace.programme.events import agenda_ics, badges, times
from marketplace.programme.models import Appointment, Event, Exhibit, Guest, Wish
from marketplace.programme.services import (
    appointments,
    events,
    exhibitors,
    guests,
    slots,
    wishes,
)
from marketplace.programme.services.exhibitors import Samples
from marketplace.reference.models import Regency
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_regency, make_user
from tests.factories.companies import make_company
from tests.factories.programme import (
    OTHER,
    make_event,
    make_exhibitor,
    make_guest,
    make_province,
    make_year,
)
from tests.programme.events import DESK, a_meeting, begun, in_days

pytestmark = pytest.mark.django_db


def facts(**kw):
    day = in_days(20)
    found = {
        "year": make_year(),
        "kind": Event.TEMU_BISNIS,
        "mode": Event.PLACE,
        "name": "Temu Bisnis Contoh",
        "country": "ID",
        "city": "",
        "regency": make_regency("32.73"),
        "address": "Gedung Contoh",
        "link": "",
        "starts_on": day,
        "ends_on": day,
        "time_zone": "Asia/Jakarta",
        "minutes": 15,
        "most_meetings": 12,
    }
    return {**found, **kw}


def test_an_event_is_planned_changed_and_moved_along_with_its_history():
    province = make_year().province
    made = events.keep(event=None, province=province, facts=facts(), actor=DESK)
    assert (made.state, made.number[0]) == (states.PLANNED, "E")
    events.keep(event=made, province=province, facts=facts(name="Temu Bisnis Contoh 2"), actor=DESK)
    events.keep(event=made, province=province, facts=facts(name="Temu Bisnis Contoh 2"), actor=DESK)
    events.move(event=made, to=states.OPEN, actor=DESK)
    made.refresh_from_db()
    assert (made.name, made.state) == ("Temu Bisnis Contoh 2", states.OPEN)
    assert [(row.after, row.why) for row in history(made)] == [
        (states.PLANNED, ""),
        (states.PLANNED, "changed"),
        (states.OPEN, ""),
    ]


def test_a_year_of_another_province_is_refused():
    other = make_year(province=make_province(OTHER))
    with pytest.raises(Refused) as refused:
        events.keep(event=None, province=make_year().province, facts=facts(year=other), actor=DESK)
    assert refused.value.field == "year"
    assert Event.objects.count() == 0


def test_moves_that_are_not_legal_are_refused():
    event = make_event(state=states.PLANNED)
    with pytest.raises(IllegalMove):
        events.move(event=event, to=states.CLOSED, actor=DESK)
    with pytest.raises(Refused):  # nobody meets yet
        events.move(event=make_event(state=states.OPEN), to=states.SCHEDULED, actor=DESK)
    with pytest.raises(Refused) as refused:
        events.move(event=event, to=states.CANCELLED, actor=DESK)
    assert refused.value.field == "why"
    events.move(event=event, to=states.CANCELLED, actor=DESK, why="Gedung tidak tersedia")
    with pytest.raises(Refused):
        events.keep(event=event, province=event.province, facts=facts(), actor=DESK)


def test_who_is_invited_to_what_is_cancelled_reads_why():
    event = make_event()
    seller, gone = make_exhibitor(event), make_exhibitor(event)
    for row in (seller, gone):
        make_member(make_user(f"{row.partner.code}@example.com"), row.partner)
    guest = make_guest(event)
    make_guest(event, accepted_at=None)  # never invited
    exhibitors.answer(side=gone, comes=False, actor=DESK)
    events.move(event=event, to=states.CANCELLED, actor=DESK, why="Gedung terpakai")
    assert set(Mail.objects.values_list("to", flat=True)) == {
        f"{seller.partner.code}@example.com",
        guest.email,
    }
    assert all("Gedung terpakai" in mail.text for mail in Mail.objects.all())


def test_times_and_meetings_move_with_the_first_day():
    meeting = a_meeting()
    event, day = meeting.event, meeting.event.starts_on
    before = [slot.starts_at for slot in meeting.slots]
    made = appointments.add(
        event=event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[0],
        actor=DESK,
    )
    extra = times.Plan(day, day + timedelta(days=1), time(9), time(12), 60)
    known = facts(year=event.year, starts_on=day, ends_on=day + timedelta(days=1))
    events.keep(event=event, province=event.province, facts=known, actor=DESK)
    slots.generate(event=event, plan=extra, actor=DESK)
    for step in (1, -3):  # onto its own second day, and back
        day += timedelta(days=step)
        known |= {"starts_on": day, "ends_on": day + timedelta(days=1)}
        events.keep(event=event, province=event.province, facts=known, actor=DESK)
    found = [slot.starts_at for slot in event.slots.all()]
    assert found[:3] == [at - timedelta(days=2) for at in before]
    assert len(found) == 6
    made.refresh_from_db()
    assert made.slot.starts_at == found[0]
    with pytest.raises(Refused) as refused:
        events.keep(event=event, province=event.province, facts={**known, "ends_on": day}, actor=DESK)
    assert refused.value.field == "ends_on"
    assert refused.value.message.startswith("3 ")
    event.refresh_from_db()
    assert event.ends_on == day + timedelta(days=1)


def test_history_is_neither_moved_nor_changed():
    old = make_event(is_historic=True, state=states.OPEN)
    with pytest.raises(Refused):
        events.move(event=old, to=states.RUNNING, actor=DESK)
    with pytest.raises(Refused):
        exhibitors.invite(event=old, partners=[make_pesantren()], actor=DESK)


def test_pesantren_are_invited_once_and_every_member_is_told():
    event, partner = make_event(), make_pesantren()
    make_member(make_user("satu@example.com"), partner)
    make_member(make_user("dua@example.com", language="ar"), partner)
    first = exhibitors.invite(event=event, partners=[partner, partner], actor=DESK)
    again = exhibitors.invite(event=event, partners=[partner], actor=DESK)
    assert (len(first), again) == (1, [])
    assert sorted(Mail.objects.values_list("to", "language")) == [
        ("dua@example.com", "ar"),
        ("satu@example.com", "id"),
    ]
    assert len(first[0].token) == 32


def test_a_pesantren_of_another_province_is_not_invited():
    make_province(OTHER)
    away = make_pesantren("contoh-jauh", regency=Regency.objects.get(code=f"{OTHER}.01"))
    with pytest.raises(Refused):
        exhibitors.invite(event=make_event(), partners=[away], actor=DESK)


def test_who_says_no_loses_its_meetings_and_may_say_yes_again():
    meeting = a_meeting()
    seller, buyer = meeting.sellers[0], meeting.buyers[0]
    made = appointments.add(
        event=meeting.event, exhibitor=seller, guest=buyer, slot=meeting.slots[0], actor=DESK
    )
    assert exhibitors.answer(side=seller, comes=False, actor=DESK) == 1
    assert not Appointment.objects.filter(pk=made.pk).exists()
    assert exhibitors.answer(side=seller, comes=False, actor=DESK) == 0
    exhibitors.answer(side=seller, comes=True, actor=DESK)
    seller.refresh_from_db()
    assert (seller.declined_at, bool(seller.accepted_at)) == (None, True)
    assert [row.after for row in history(seller)] == ["declined", "accepted"]


def test_one_booth_belongs_to_one_pesantren():
    meeting = a_meeting()
    one, other = meeting.sellers
    exhibitors.place(exhibitor=one, booth=" b7 ", note="Dekat pintu", actor=DESK)
    with pytest.raises(Refused) as refused:
        exhibitors.place(exhibitor=other, booth="B7", note="", actor=DESK)
    assert refused.value.field == "booth"
    assert one.partner.name in refused.value.message
    other.refresh_from_db()
    assert other.booth == "A2"
    exhibitors.place(exhibitor=one, booth="", note="", actor=DESK)
    exhibitors.place(exhibitor=other, booth="", note="", actor=DESK)  # none is no booth


def test_products_and_samples_are_chosen_anew_each_time():
    meeting = a_meeting()
    seller, mine, theirs = meeting.sellers[0], *meeting.goods
    exhibitors.show(exhibitor=seller, goods={mine.pk: Samples(10)}, actor=DESK)
    exhibitors.show(exhibitor=seller, goods={mine.pk: Samples(10, 4)}, actor=DESK)
    assert list(Exhibit.objects.values_list("product", "samples", "samples_left")) == [(mine.pk, 10, 4)]
    for goods in ({theirs.pk: Samples()}, {mine.pk: Samples(1, 2)}, {mine.pk: Samples(-1)}):
        with pytest.raises(Refused):
            exhibitors.show(exhibitor=seller, goods=goods, actor=DESK)
    hidden = make_product(seller.partner, "Roti draf", state="draft", is_public=False)
    with pytest.raises(Refused):
        exhibitors.show(exhibitor=seller, goods={hidden.pk: Samples()}, actor=DESK)
    assert list(Exhibit.objects.values_list("samples_left", flat=True)) == [4]
    exhibitors.show(exhibitor=seller, goods={}, actor=DESK)
    assert Exhibit.objects.count() == 0


def test_a_company_is_a_guest_once_and_is_mailed_its_link_once_a_day():
    event, company = make_event(), make_company()
    guest = guests.add_company(event=event, company=company, language="en", actor=DESK)
    with pytest.raises(Refused):
        guests.add_company(event=event, company=company, language="en", actor=DESK)
    guests.invite(guest=guest, actor=DESK)
    guests.invite(guest=guest, actor=DESK)
    mail = Mail.objects.get(key__startswith="event_guest_invited/")
    assert (mail.to, mail.language) == ("katering@example.com", "en")
    assert "/en/events/" in mail.text
    assert guest.invited_at is not None
    events.move(event=event, to=states.CANCELLED, actor=DESK, why="Gedung terpakai")
    assert Mail.objects.get(key__startswith="event_cancelled/").to == "katering@example.com"
    event = make_event()
    with pytest.raises(Refused) as refused:
        guests.invite(guest=make_guest(event, email=""), actor=DESK)
    assert refused.value.field == "email"


def test_wishes_are_chosen_page_by_page():
    meeting = a_meeting()
    seller, (one, two) = meeting.sellers[0], meeting.buyers
    assert wishes.choose(side=seller, shown=[one.pk, two.pk], wanted=[one.pk, two.pk]) == 2
    assert wishes.choose(side=seller, shown=[one.pk], wanted=[]) == 1  # the other page stays
    assert wishes.choose(side=seller, shown=[], wanted=[one.pk]) == 1  # what was not shown is not taken
    assert wishes.choose(side=one, shown=[seller.pk], wanted=[seller.pk]) == 1
    found = set(Wish.objects.values_list("exhibitor", "guest", "by"))
    assert found == {(seller.pk, two.pk, "exhibitor"), (seller.pk, one.pk, "guest")}


def test_wishes_are_refused_where_they_would_mean_nothing(monkeypatch):
    meeting = a_meeting()
    seller, (one, two) = meeting.sellers[0], meeting.buyers
    stranger = make_guest(make_event())
    assert wishes.choose(side=seller, shown=[stranger.pk], wanted=[stranger.pk]) == 0
    monkeypatch.setattr(wishes, "MOST", 1)
    with pytest.raises(Refused):
        wishes.choose(side=seller, shown=[one.pk, two.pk], wanted=[one.pk, two.pk])
    exhibitors.answer(side=two, comes=False, actor=DESK)
    assert wishes.choose(side=seller, shown=[two.pk], wanted=[two.pk]) == 0
    with pytest.raises(Refused):
        wishes.choose(side=two, shown=[seller.pk], wanted=[seller.pk])
    for state in (states.PLANNED, states.RUNNING, states.CLOSED, states.CANCELLED):
        Event.objects.filter(pk=meeting.event.pk).update(state=state)
        with pytest.raises(Refused):
            wishes.choose(side=seller, shown=[one.pk], wanted=[one.pk])
    assert Wish.objects.count() == 0


def test_times_are_made_anew_but_none_with_a_meeting_is_lost():
    meeting = a_meeting()
    event, day = meeting.event, meeting.event.starts_on
    appointments.add(
        event=event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[2],
        actor=DESK,
    )
    shorter = times.Plan(day, day, time(9), time(11), 60)
    with pytest.raises(Refused) as refused:
        slots.generate(event=event, plan=shorter, actor=DESK)
    assert refused.value.message.startswith("1 ")
    longer = times.Plan(day, day, time(9), time(14), 60, (times.Break(time(12), time(13), "Zuhur"),))
    assert slots.generate(event=event, plan=longer, actor=DESK) == 4
    assert [row.label for row in event.slots.all()] == ["", "", "", "Zuhur", ""]
    assert Appointment.objects.get().slot == meeting.slots[2]
    renamed = replace(longer, breaks=(replace(longer.breaks[0], label="Ishoma"),))
    assert slots.generate(event=event, plan=renamed, actor=DESK) == 4
    assert [row.label for row in event.slots.all()] == ["", "", "", "Ishoma", ""]
    for plan in (
        times.Plan(day, day, time(9), time(9, 30), 60),
        times.Plan(day, day + timedelta(days=9), time(6), time(20), 5),
    ):
        with pytest.raises(Refused):
            slots.generate(event=event, plan=plan, actor=DESK)


def test_single_times_are_added_turned_and_taken_away():
    meeting = a_meeting()
    event, first = meeting.event, meeting.slots[0]
    with pytest.raises(Refused) as refused:
        slots.add(
            event=event,
            starts_at=first.starts_at + timedelta(minutes=30),
            minutes=10,
            label="",
            actor=DESK,
        )
    assert refused.value.field == "starts_at"
    slots.add(event=event, starts_at=meeting.slots[-1].ends_at, minutes=15, label="Penutupan", actor=DESK)
    slots.turn(slot=first, label="Pembukaan", actor=DESK)
    assert [row.is_break for row in event.slots.all()] == [True, False, False, True]
    slots.turn(slot=first, label="", actor=DESK)
    appointments.add(
        event=event, exhibitor=meeting.sellers[0], guest=meeting.buyers[0], slot=first, actor=DESK
    )
    for work in (
        lambda: slots.turn(slot=first, label="x", actor=DESK),
        lambda: slots.remove(slot=first, actor=DESK),
    ):
        with pytest.raises(Refused):
            work()
    slots.remove(slot=meeting.slots[1], actor=DESK)
    assert event.slots.count() == 3


def test_a_meeting_by_hand_books_nobody_twice():
    meeting = a_meeting()
    (one, two), (buyer, other), (first, second, _last) = meeting.sellers, meeting.buyers, meeting.slots
    made = appointments.add(event=meeting.event, exhibitor=one, guest=buyer, slot=first, actor=DESK)
    assert (made.is_fixed, made.why) == (True, "hand")
    with pytest.raises(Refused) as refused:
        appointments.add(event=meeting.event, exhibitor=two, guest=buyer, slot=first, actor=DESK)
    assert refused.value.field == "slot"
    assert buyer.name in refused.value.message
    assert one.partner.name in refused.value.message
    with pytest.raises(Refused):
        appointments.add(event=meeting.event, exhibitor=one, guest=buyer, slot=second, actor=DESK)
    later = appointments.add(event=meeting.event, exhibitor=one, guest=other, slot=second, actor=DESK)
    with pytest.raises(Refused) as refused:
        appointments.move(appointment=later, slot=first, actor=DESK)
    assert refused.value.field == "slot"
    later.refresh_from_db()
    assert later.slot == second
    slots.turn(slot=_last, label="Jeda", actor=DESK)
    with pytest.raises(Refused):
        appointments.move(appointment=later, slot=_last, actor=DESK)
    appointments.cancel(appointment=made, actor=DESK)
    appointments.move(appointment=later, slot=first, actor=DESK)
    assert Appointment.objects.get().slot == first


def test_a_time_of_another_event_is_no_time():
    here, there = a_meeting(), make_event()
    away = make_exhibitor(there)
    with pytest.raises(Refused):
        appointments.add(event=there, exhibitor=away, guest=make_guest(there), slot=here.slots[0], actor=DESK)


def test_who_does_not_come_gets_no_meeting():
    meeting = a_meeting()
    exhibitors.answer(side=meeting.buyers[0], comes=False, actor=DESK)
    with pytest.raises(Refused):
        appointments.add(
            event=meeting.event,
            exhibitor=meeting.sellers[0],
            guest=meeting.buyers[0],
            slot=meeting.slots[0],
            actor=DESK,
        )


def test_a_meeting_is_marked_once_it_has_begun():
    meeting = a_meeting()
    made = appointments.add(
        event=meeting.event,
        exhibitor=meeting.sellers[0],
        guest=meeting.buyers[0],
        slot=meeting.slots[0],
        actor=DESK,
    )
    with pytest.raises(Refused):
        appointments.mark(appointment=made, met=True, actor=DESK)
    begun(meeting)
    appointments.mark(appointment=made, met=True, actor=DESK)
    appointments.mark(appointment=made, met=True, actor=DESK)
    appointments.mark(appointment=made, met=False, actor=DESK)
    made.refresh_from_db()
    assert made.state == Appointment.MISSED
    assert [row.after for row in history(made)] == ["planned", "met", "missed"]
    for work in (
        lambda: appointments.move(appointment=made, slot=meeting.slots[1], actor=DESK),
        lambda: appointments.cancel(appointment=made, actor=DESK),
    ):
        with pytest.raises(Refused):
            work()


def test_a_new_link_ends_the_old_one_and_the_badge():
    event = make_event()
    seller, guest = make_exhibitor(event), make_guest(event, email="lama@example.com")
    old = [(badges.key_of(row), row.token) for row in (seller, guest)]
    guests.invite(guest=guest, actor=DESK)
    for row in (seller, guest):
        exhibitors.new_link(side=row, actor=DESK)
        assert [one.after for one in history(row)][-1] == "new_link"
    assert badges.exhibitor_of(old[0][0]) is None
    assert badges.guest_of(old[1][0]) is None
    assert [badges.bearer_of(token) for _key, token in old] == [None, None]
    assert badges.guest_of(badges.key_of(guest)) == guest
    assert Guest.objects.get().invited_at is None
    guests.invite(guest=guest, actor=DESK)  # on the same day: the new link must reach it
    mails = Mail.objects.filter(key__startswith="event_guest_invited/")
    assert [badges.key_of(guest) in mail.text for mail in mails.order_by("pk")] == [False, True]


def test_another_address_gets_another_link():
    guest = make_guest(make_event(), email="lama@example.com")
    known = {name: getattr(guest, name) for name in guests.FIELDS}
    token = guest.token
    guests.keep(guest=guest, facts={**known, "name": "Contoh Lain"}, actor=DESK)
    assert Guest.objects.get().token == token
    guests.keep(guest=guest, facts={**known, "email": "baru@example.com"}, actor=DESK)
    assert Guest.objects.get().token not in ("", token)


def test_what_a_form_did_not_offer_stays_shown():
    seller = make_exhibitor(make_event())
    offered, beyond = make_product(seller.partner, "Roti"), make_product(seller.partner, "Zaitun")
    exhibitors.show(exhibitor=seller, goods={offered.pk: Samples(), beyond.pk: Samples(5)}, actor=DESK)
    exhibitors.show(exhibitor=seller, goods={}, among=[offered.pk], actor=DESK)
    assert list(seller.exhibits.values_list("product", "samples")) == [(beyond.pk, 5)]


def clocks(event, zone):
    return [f"{slot.starts_at.astimezone(ZoneInfo(zone)):%d %H:%M}" for slot in event.slots.all()]


def test_a_corrected_time_zone_keeps_what_the_clock_says():
    meeting = a_meeting()
    event, day = meeting.event, meeting.event.starts_on
    spans = [slot.ends_at - slot.starts_at for slot in meeting.slots]
    known = facts(year=event.year, starts_on=day, ends_on=day)
    shown = clocks(event, "Asia/Jakarta")
    assert [clock[3:] for clock in shown] == ["09:00", "10:00", "11:00"]
    for zone in ("Asia/Makassar", "Asia/Tokyo", "America/New_York", "Asia/Jakarta"):  # east, and west again
        known["time_zone"] = zone
        events.keep(event=event, province=event.province, facts=known, actor=DESK)
        assert clocks(event, zone) == shown
    assert [slot.starts_at for slot in event.slots.all()] == [slot.starts_at for slot in meeting.slots]
    known |= {
        "time_zone": "Asia/Dubai",
        "starts_on": day + timedelta(days=2),
        "ends_on": day + timedelta(days=2),
    }
    events.keep(event=event, province=event.province, facts=known, actor=DESK)  # both at once
    found = list(event.slots.all())
    assert [slot.starts_at.astimezone(ZoneInfo("Asia/Dubai")).date() for slot in found] == [
        day + timedelta(days=2)
    ] * 3
    assert [clock[3:] for clock in clocks(event, "Asia/Dubai")] == ["09:00", "10:00", "11:00"]
    assert [slot.ends_at - slot.starts_at for slot in found] == spans


def test_times_moved_past_the_beginning_of_summer_time_keep_their_hour():
    before, after = date(2027, 3, 27), date(2027, 3, 29)  # clocks of Berlin are set on 28 March
    event = make_event(starts_on=before, ends_on=before, time_zone="Europe/Berlin")
    with timezone.override(ZoneInfo("Europe/Berlin")):
        slots.generate(event=event, plan=times.Plan(before, before, time(9), time(11), 60), actor=DESK)
    known = facts(year=event.year, starts_on=after, ends_on=after, time_zone="Europe/Berlin")
    events.keep(event=event, province=event.province, facts=known, actor=DESK)
    assert clocks(event, "Europe/Berlin") == ["29 09:00", "29 10:00"]
    assert [slot.starts_at.hour for slot in event.slots.all()] == [7, 8]


def test_the_calendar_names_the_link_of_an_event_that_is_also_online():
    link = "https://example.com/rapat"
    event = make_event(mode=Event.BOTH, link=link)
    assert agenda_ics.told(event) == f"{event.name}: {link}"
    assert agenda_ics.told(make_event(mode=Event.PLACE, link=link, name="Contoh")) == "Contoh"

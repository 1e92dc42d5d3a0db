"""The schedule of an event as rows: made in the background, replaced at once, never twice, whatever changes then."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from django.db import connection

from marketplace.common.refused import Refused
from marketplace.common.states import history
from marketplace.programme import states
from marketplace.programme.events import scheduling
from marketplace.programme.events import tasks as event_tasks
from marketplace.programme.events import words as event_words
from marketplace.programme.events.facts import facts_of
from marketplace.programme.models import Appointment, Event, Scheduling
from marketplace.programme.services import appointments, check_in, exhibitors, schedules, wishes
from marketplace.programme.services.exhibitors import Samples
from tests.factories.catalogue import make_pesantren
from tests.factories.programme import make_exhibitor, make_guest, make_participation, make_year
from tests.programme.events import DESK, Meeting, a_meeting, begun, the_real_event

pytestmark = pytest.mark.django_db
racing = pytest.mark.django_db(transaction=True)


def wish(meeting: Meeting) -> None:
    """1 and 11 both; 12 wishes 1; 2 wishes 11."""
    (one, two), (buyer, other) = meeting.sellers, meeting.buyers
    wishes.choose(side=one, shown=[buyer.pk], wanted=[buyer.pk])
    wishes.choose(side=buyer, shown=[one.pk], wanted=[one.pk])
    wishes.choose(side=other, shown=[one.pk], wanted=[one.pk])
    wishes.choose(side=two, shown=[buyer.pk], wanted=[buyer.pk])


def pairs() -> list:
    rows = Appointment.objects.order_by("slot__starts_at", "exhibitor")
    return list(rows.values_list("exhibitor", "guest", "why"))


def test_it_is_made_in_the_background_and_says_so(queued, django_capture_on_commit_callbacks):
    meeting = a_meeting()
    wish(meeting)
    with django_capture_on_commit_callbacks(execute=True):
        row = schedules.ask(event=meeting.event, actor=DESK)
        assert schedules.ask(event=meeting.event, actor=DESK) == row
    assert queued.count(("programme.make_schedule", row.pk)) == 1
    event_tasks.make_schedule(row.pk)
    event_tasks.make_schedule(row.pk)  # twice changes nothing
    row.refresh_from_db()
    assert (row.state, row.made, row.unmet, row.tries) == (states.DONE, 3, [], 1)
    (one, two), (buyer, other) = meeting.sellers, meeting.buyers
    assert pairs() == [
        (one.pk, buyer.pk, "both"),
        (one.pk, other.pk, "guest"),
        (two.pk, buyer.pk, "exhibitor"),
    ]
    meeting.event.refresh_from_db()
    assert meeting.event.state == states.SCHEDULED
    assert history(meeting.event).last().why == "made 3 0"


def test_a_lost_task_and_a_dead_worker_are_found_by_the_sweep():
    meeting = a_meeting()
    wish(meeting)
    row = schedules.ask(event=meeting.event, actor=DESK)
    Scheduling.objects.update(state=states.WORKING, tries=1)  # as a killed worker leaves it
    event_tasks.sweep_events()
    row.refresh_from_db()
    assert (row.state, row.made, row.tries) == (states.DONE, 3, 2)


def test_after_three_failures_it_says_why(monkeypatch):
    meeting = a_meeting()
    row = schedules.ask(event=meeting.event, actor=DESK)

    def breaks(*args, **kwargs):
        raise ValueError("uji")

    monkeypatch.setattr(scheduling, "make", breaks)
    for _n in range(4):
        event_tasks.make_schedule(row.pk)
    row.refresh_from_db()
    assert (row.state, row.tries, row.problem) == (states.FAILED, 3, "ValueError: uji")
    assert schedules.ask(event=meeting.event, actor=DESK) != row  # and may be asked for again


def test_a_new_schedule_keeps_what_was_set_by_hand_and_what_was_held():
    meeting = a_meeting()
    wish(meeting)
    (one, two), (buyer, other), (first, _second, last) = meeting.sellers, meeting.buyers, meeting.slots
    appointments.add(event=meeting.event, exhibitor=two, guest=other, slot=first, actor=DESK)
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    before = pairs()
    assert (two.pk, other.pk, "hand") in before
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    assert pairs() == before
    moved = Appointment.objects.get(exhibitor=one, guest=buyer)
    appointments.move(appointment=moved, slot=last, actor=DESK)
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    moved.refresh_from_db()
    assert (moved.slot, moved.why) == (last, "both")
    assert schedules.clear(event=meeting.event, actor=DESK) == 2
    assert sorted(why for _e, _g, why in pairs()) == ["both", "hand"]


def test_what_has_begun_is_not_touched_and_nobody_new_meets_in_the_past():
    meeting = a_meeting()
    wish(meeting)
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    begun(meeting)
    before = pairs()
    late = make_guest(meeting.event)
    wishes.choose(side=late, shown=[meeting.sellers[0].pk], wanted=[meeting.sellers[0].pk])
    schedules.make(row=schedules.ask(event=meeting.event, actor=DESK))
    assert pairs() == before
    unmet = Scheduling.objects.first().unmet
    assert unmet == [{"exhibitor": meeting.sellers[0].pk, "guest": late.pk, "by": "guest", "why": "no_times"}]


def test_it_is_counted_again_when_somebody_declines_meanwhile(monkeypatch):
    meeting = a_meeting()
    wish(meeting)
    row = schedules.ask(event=meeting.event, actor=DESK)
    real, seen = scheduling.make, []

    def slow(facts, *args):
        if not seen:
            exhibitors.answer(side=meeting.buyers[0], comes=False, actor=DESK)
        seen.append(facts)
        return real(facts, *args)

    monkeypatch.setattr(scheduling, "make", slow)
    schedules.make(row=row)
    row.refresh_from_db()
    assert len(seen) == 2
    assert pairs() == [(meeting.sellers[0].pk, meeting.buyers[1].pk, "guest")]
    assert [one["why"] for one in row.unmet] == ["declined", "declined"]


def test_without_times_or_without_a_side_none_is_made():
    meeting = a_meeting()
    for guest in meeting.buyers:
        exhibitors.answer(side=guest, comes=False, actor=DESK)
    with pytest.raises(Refused):
        schedules.ask(event=meeting.event, actor=DESK)
    make_guest(meeting.event)
    meeting.event.slots.all().delete()
    with pytest.raises(Refused):
        schedules.ask(event=meeting.event, actor=DESK)
    Event.objects.update(state=states.CLOSED)
    with pytest.raises(Refused):
        schedules.ask(event=meeting.event, actor=DESK)
    assert Scheduling.objects.count() == 0


def test_sectors_come_from_what_is_shown_else_from_the_registration(django_assert_num_queries):
    meeting = a_meeting()
    exhibitors.show(exhibitor=meeting.sellers[0], goods={meeting.goods[0].pk: Samples()}, actor=DESK)
    registered = make_pesantren("contoh-daftar")
    make_participation(meeting.event.year, partner=registered, sector="fesyen")
    third = make_exhibitor(meeting.event, registered)
    with django_assert_num_queries(9):
        found = facts_of(meeting.event, meeting.slots[0].starts_at)
    assert found.exhibitors == {
        meeting.sellers[0].pk: {"makanan"},
        meeting.sellers[1].pk: set(),
        third.pk: {"fesyen"},
    }
    assert [one.is_over for one in found.times] == [True, False, False]
    for n in range(5):
        make_exhibitor(meeting.event, make_pesantren(f"contoh-banyak-{n}"))
        make_guest(meeting.event)
    make_participation(make_year(2025), partner=None)
    with django_assert_num_queries(9):
        facts_of(meeting.event, meeting.slots[0].starts_at)


def test_the_event_of_2022_is_scheduled_in_under_ten_seconds():
    """From the button to the last row: 200 pesantren, 77 buyers, 1,500 meetings."""
    row = schedules.ask(event=the_real_event(), actor=DESK)
    began = perf_counter()
    schedules.make(row=row)
    assert perf_counter() - began < 10
    row.refresh_from_db()
    assert row.state == states.DONE
    assert row.made == Appointment.objects.count() >= 1500
    assert all(one["why"] in event_words.UNMET for one in row.unmet)


def at_once(*works) -> list:
    def run(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@racing
def test_two_schedules_at_once_are_one():
    meeting = a_meeting()
    wish(meeting)
    rows = at_once(*[lambda: schedules.ask(event=meeting.event, actor=DESK)] * 2)
    assert rows[0] == rows[1]
    at_once(*[lambda: event_tasks.make_schedule(rows[0].pk)] * 2)
    assert len(pairs()) == 3
    assert Scheduling.objects.get().state == states.DONE


@racing
def test_two_check_ins_at_once_are_one():
    guest = make_guest()
    assert sorted(at_once(*[lambda: check_in.check_in(side=guest, actor=DESK)] * 2)) == [False, True]
    assert history(guest).count() == 1


@racing
def test_two_who_book_the_same_hour_at_once_get_one():
    meeting = a_meeting()
    buyer, slot = meeting.buyers[0], meeting.slots[0]

    def book(seller):
        try:
            return appointments.add(event=meeting.event, exhibitor=seller, guest=buyer, slot=slot, actor=DESK)
        except Refused:
            return None

    found = at_once(*(lambda seller=seller: book(seller) for seller in meeting.sellers))
    assert sum(one is not None for one in found) == 1
    assert Appointment.objects.count() == 1

"""What needs a person today in the programme: each kind, the oldest first, and of one province alone."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from marketplace.office import programme_today
from marketplace.programme import numbers, states
from marketplace.programme.models import (
    Appointment,
    Event,
    Lead,
    Participation,
    RegistrationFile,
    Report,
    Scheduling,
    Slot,
)
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_user
from tests.factories.programme import (
    HOME,
    OTHER,
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_officer,
    make_participation,
    make_province,
    make_year,
)

pytestmark = pytest.mark.django_db
LABELS = [
    "Registrations to check",
    "Files of registrations to confirm",
    "Files of registrations that were not taken",
    "Disputed commitments",
    "Commitments unconfirmed for more than 7 days",
    "Buyers noted at stands, to look at",
    "Leads to follow up today",
    "Invited buyers that have not answered",
    "Events within a week without meetings",
    "Schedules that could not be made",
    "Reports that could not be made",
]


def english(client: Client, who: Any) -> Any:
    client.force_login(who)
    return client.get("/en/office/")


def work(client: Client, who: Any) -> dict[str, int]:
    return {one.label: one.count for one in english(client, who).context["work"]}


def a_lead(event: Event, days: int, **facts: Any) -> Lead:
    due = today() + timedelta(days=days)
    more = {
        "number": numbers.lead_number(),
        "company": "Contoh Trading",
        "wants": "kopi",
        "follow_on": due,
    } | facts
    return Lead.objects.create(event=event, **more)


def a_file(year: Any, state: str, name: str = "x.xlsx") -> RegistrationFile:
    facts = {"token": numbers.token(), "file": "private/x.xlsx", "name": name, "state": state}
    return RegistrationFile.objects.create(year=year, **facts)


def everything(province: Any) -> dict[str, Any]:
    """One of each kind, and beside each what is not due."""
    now = timezone.now()
    year = make_year(province=province)
    make_participation(year)
    make_participation(year, state=states.CHECKED)
    make_participation(year, state=states.LEFT)
    a_file(year, states.PREVIEWED)
    a_file(year, states.FAILED, "lama.xlsx")  # it was sent again
    a_file(year, states.DONE, "lama.xlsx")
    a_file(year, states.FAILED, "baru.xlsx")
    event = make_event(year, starts_on=today() + timedelta(days=7), ends_on=today() + timedelta(days=7))
    exhibitor = make_exhibitor(event)
    make_commitment(exhibitor, state=states.DISPUTED)
    make_commitment(exhibitor, state=states.RECORDED, recorded_at=now - timedelta(days=8))
    make_commitment(exhibitor, state=states.RECORDED, recorded_at=now - timedelta(days=6))
    make_commitment(exhibitor)
    stand = make_guest(event, added_by_seller=True)
    make_commitment(exhibitor, stand)
    make_commitment(exhibitor, stand)
    make_commitment(exhibitor, make_guest(event, added_by_seller=True, looked_at=now))
    a_lead(event, 0)
    a_lead(event, 1)
    a_lead(event, -3, state=states.CLOSED)
    make_guest(event, accepted_at=None, invited_at=now - timedelta(days=6))
    make_guest(event, accepted_at=None, invited_at=now - timedelta(days=2))
    make_guest(event, accepted_at=now, invited_at=now - timedelta(days=6))
    make_event(year, starts_on=today() + timedelta(days=8), ends_on=today() + timedelta(days=8))
    fair = make_event(year, starts_on=today(), ends_on=today(), kind=Event.EXHIBITION)
    over = make_event(year, starts_on=today() - timedelta(days=2), ends_on=today() - timedelta(days=1))
    cancelled = make_event(year, starts_on=today(), state=states.CANCELLED)
    for one, state in (  # the second was made again
        (event, states.FAILED),
        (fair, states.FAILED),
        (fair, states.DONE),
        (over, states.FAILED),
        (cancelled, states.FAILED),
    ):
        Scheduling.objects.create(event=one, state=state)
    for first, state in ((1, states.FAILED), (2, states.FAILED), (2, states.DONE), (3, states.WORKING)):
        Report.objects.create(  # the second was asked again and made
            token=numbers.token(),
            province=year.province,
            period=Report.YEAR,
            first=date(2026, first, 1),
            last=date(2026, 12, 31),
            state=state,
        )
    return {"year": year, "event": event, "exhibitor": exhibitor}


def test_one_of_each_kind_and_nothing_that_is_not_due() -> None:
    province = make_province(HOME)
    everything(province)
    found = programme_today.counted(province)
    assert [one.count for one in found] == [1] * 11
    assert all(one.oldest for one in found)


def test_an_event_with_meetings_is_no_longer_bare() -> None:
    made = everything(make_province(HOME))
    event, now = made["event"], timezone.now()
    slot = Slot.objects.create(event=event, starts_at=now, ends_at=now + timedelta(minutes=15))
    guest = make_guest(event)
    Appointment.objects.create(event=event, slot=slot, exhibitor=made["exhibitor"], guest=guest, why="both")
    assert programme_today.counted(event.province)[8].count == 0


def failures(province: Any) -> dict[str, int]:
    wanted = ("Files of registrations that were not taken", "Schedules that could not be made")
    with translation.override("en"):
        return {one.label: one.count for one in programme_today.counted(province) if one.label in wanted}


def test_a_file_that_failed_waits_until_it_is_sent_again_or_taken_out(client: Client) -> None:
    year = make_year()
    first, second = (a_file(year, states.FAILED, f"{n}.xlsx") for n in "ab")
    assert failures(year.province)["Files of registrations that were not taken"] == 2
    a_file(year, states.FAILED, "a.xlsx")  # it failed once more: one waits, not two
    assert failures(year.province)["Files of registrations that were not taken"] == 2
    a_file(year, states.WAITING, "a.xlsx")
    a_file(make_year(2027), states.WAITING, "b.xlsx")  # of another year
    assert failures(year.province)["Files of registrations that were not taken"] == 1
    client.force_login(make_officer("sini@example.com", year.province, language="en"))
    page = f"/en/office/programme/files/{second.pk}/"
    assert "Take it out of the list" in client.get(page).content.decode()
    answer = client.post(f"{page}drop/", follow=True).content.decode()
    assert "Taken out of the list." in answer
    assert RegistrationFile.objects.filter(pk=first.pk).exists()
    assert failures(year.province)["Files of registrations that were not taken"] == 0


def test_a_schedule_that_failed_waits_until_it_is_asked_for_again() -> None:
    event = make_event(starts_on=today(), ends_on=today(), state=states.RUNNING)
    Scheduling.objects.create(event=event, state=states.FAILED)
    Scheduling.objects.create(event=event, state=states.FAILED)
    assert failures(event.province)["Schedules that could not be made"] == 1
    Scheduling.objects.create(event=event, state=states.WAITING)
    assert failures(event.province)["Schedules that could not be made"] == 0
    undated = make_event(starts_on=None, ends_on=None, state=states.PLANNED)
    Scheduling.objects.create(event=undated, state=states.FAILED)
    assert failures(event.province)["Schedules that could not be made"] == 1
    type(undated).objects.filter(pk=undated.pk).update(is_historic=True)
    assert failures(event.province)["Schedules that could not be made"] == 0


def test_a_closed_year_has_nobody_to_check() -> None:
    made = everything(make_province(HOME))
    type(made["year"]).objects.update(state=states.CLOSED)
    assert programme_today.counted(make_province(HOME))[0].count == 0


def test_an_officer_sees_the_programme_of_the_own_province_alone(client: Client) -> None:
    everything(make_province(HOME))
    here = make_officer("sini@example.com", make_province(HOME))
    there = make_officer("sana@example.com", make_province(OTHER))
    assert work(client, here) == dict.fromkeys(LABELS, 1)
    assert work(client, there) == dict.fromkeys(LABELS, 0)
    assert "Nothing waits" in english(client, there).content.decode()
    assert "Transfers to match" not in english(client, here).content.decode()


def test_an_officer_without_a_province_sees_nothing(client: Client) -> None:
    person = make_user("tanpa@example.com", staff_role="programme")
    assert work(client, person) == {}


def test_the_office_sees_all_rooms_the_oldest_first(client: Client) -> None:
    made = everything(make_province(HOME))
    long_ago = timezone.now() - timedelta(days=90)
    Participation.objects.filter(year=made["year"], state=states.REGISTERED).update(registered_at=long_ago)
    found = english(client, make_user("kantor@example.com", staff_role="office")).context["work"]
    labels = [one.label for one in found]
    assert labels[0] == "Registrations to check"
    assert set(LABELS) < set(labels)
    assert "Transfers to match" in labels
    waits = [one.count > 0 for one in found]
    assert waits == sorted(waits, reverse=True)
    assert waits.count(True) == 11
    since = [one.oldest for one in found if one.count]
    assert since == sorted(since)


def test_the_export_desk_sees_nothing_of_the_programme(client: Client) -> None:
    everything(make_province(HOME))
    assert set(work(client, make_user("ekspor@example.com", staff_role="export"))).isdisjoint(LABELS)


def test_one_question_for_all_kinds() -> None:
    province = make_province(HOME)
    everything(province)
    with CaptureQueriesContext(connection) as caught:
        programme_today.counted(province)
    assert len(caught) == 1

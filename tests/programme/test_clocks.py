"""Whose clock says when: a promise is shown by that of its event, a report counts the days of its province."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.notices.models import Mail
from marketplace.office.report_forms import ReportForm
from marketplace.programme import states
from marketplace.programme.commitments import mails
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.models import Event, Lead, LeadNote, Report
from marketplace.programme.reports import content as report_content
from marketplace.programme.services import commitments, reports
from marketplace.programme.sums import came_between, realised_after
from marketplace.reference.models import Province
from tests.factories.catalogue import make_member, make_user
from tests.factories.companies import make_company
from tests.factories.programme import (
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_participation,
    make_province,
    make_year,
)
from tests.programme.events import DESK
from tests.programme.test_sums import accepted

pytestmark = pytest.mark.django_db
EAST = "64"  # Kalimantan Timur, on central time
LATE = datetime(2026, 3, 31, 21, 30, tzinfo=UTC)  # 1 April, 01.30 in Dubai and 04.30 in Bandung
TURN = datetime(2026, 6, 30, 16, 30, tzinfo=UTC)  # 30 June in Bandung, 1 July in Samarinda


def abroad(**kw: Any) -> Event:
    return make_event(time_zone="Asia/Dubai", country="AE", city="Dubai", **kw)


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("32", "Asia/Jakarta"),
        ("61", "Asia/Jakarta"),
        ("98", "Asia/Jakarta"),
        ("51", "Asia/Makassar"),
        ("64", "Asia/Makassar"),
        ("76", "Asia/Makassar"),
        ("81", "Asia/Jayapura"),
        ("96", "Asia/Jayapura"),
    ],
)
def test_a_province_has_one_of_three_clocks(code: str, zone: str) -> None:
    assert Province(code=code).zone == ZoneInfo(zone)


def test_a_promise_is_shown_by_the_clock_of_its_event_in_every_room() -> None:
    owner = make_user("pemilik@example.com")
    company = make_company(owner)
    seller = make_exhibitor(abroad())
    made = make_commitment(seller, make_guest(seller.event, company=company), recorded_at=LATE)
    member = make_user("anggota@example.com")
    make_member(member, seller.partner)
    for person, name, args in (
        (make_user("kantor@example.com", staff_role="office"), "office:commitment", [made.number]),
        (member, "workspace:commitment", [made.number]),
        (owner, "account:commitment", [made.number]),
        (None, "deals:confirm", [made.buyer_token]),
    ):
        client = Client()
        if person:
            client.force_login(person)
        with translation.override("en"):
            text = client.get(reverse(name, args=args)).content.decode()
        assert "1 April 2026, 01:30 UTC+4" in text, name


def test_the_history_of_a_promise_and_the_notes_of_a_lead_are_by_the_same_clock(officer: Client) -> None:
    event = abroad()
    lead = Lead.objects.create(event=event, number="L26-TEST1", company="Contoh", wants="kopi", met_at=LATE)
    LeadNote.objects.create(lead=lead, text="ditelepon", at=LATE)
    made = make_commitment(make_exhibitor(event), state=states.CONFIRMED)
    with time_machine.travel(LATE, tick=False):
        commitments.close(commitment=made, why="uji", actor=DESK)
    with translation.override("en"):
        pages = [reverse("office:lead", args=[lead.number]), reverse("office:commitment", args=[made.number])]
    for page in pages:
        assert "1 April 2026, 01:30 UTC+4" in officer.get(page).content.decode()


def test_mails_of_a_promise_are_by_the_clock_of_its_event() -> None:
    seller = make_exhibitor(abroad())
    make_member(make_user("anggota@example.com", language="en"), seller.partner)
    made = make_commitment(seller, make_guest(seller.event, language="en"), recorded_at=LATE)
    mails.ask_to_confirm(made)
    mails.remind(made, 1, 30)
    assert Mail.objects.count() == 4
    for mail in Mail.objects.all():
        assert "Recorded: 1 April 2026, 01:30 UTC+4" in mail.text


def report(province: Province, first: date, last: date) -> dict[str, int]:
    asked = reports.ask(
        province=province, period=Report.QUARTER, first=first, last=last, language="en", person=None
    )
    with translation.override("en"):
        return dict(report_content.of(asked).figures)


def test_a_report_counts_the_days_of_its_province() -> None:
    for code, second, third in ((EAST, 0, 1), ("98", 1, 0)):
        province = make_province(code)
        make_participation(make_year(province=province), registered_at=TURN)
        found = report(province, date(2026, 4, 1), date(2026, 6, 30))
        assert found["Pesantren registered"] == second
        found = report(province, date(2026, 7, 1), date(2026, 9, 30))
        assert found["Pesantren registered"] == third


def test_a_report_counts_promises_on_the_day_of_their_event() -> None:
    event = abroad(year=make_year(province=make_province(EAST)))
    make_commitment(
        make_exhibitor(event), recorded_at=datetime(2026, 6, 30, 19, 30, tzinfo=UTC)
    )  # 23.30 there
    found = report(event.province, date(2026, 4, 1), date(2026, 6, 30))
    assert found["Commitments recorded"] == 1
    found = report(event.province, date(2026, 7, 1), date(2026, 9, 30))
    assert found["Commitments recorded"] == 0


@pytest.mark.parametrize(("code", "day"), [(EAST, date(2026, 7, 1)), ("32", date(2026, 6, 30))])
def test_what_was_realised_counts_on_the_day_of_the_province(code: str, day: date) -> None:
    event = make_event(make_year(province=make_province(code)), starts_on=date(2026, 5, 1))
    with time_machine.travel(TURN):
        accepted(make_commitment(make_exhibitor(event)))
    assert came_between(event.province, day, day).rupiah == 500_000


@pytest.mark.parametrize(("zone", "rupiah"), [("Asia/Makassar", 0), ("Asia/Jakarta", 500_000)])
def test_so_many_months_after_an_event_end_by_its_own_clock(zone: str, rupiah: int) -> None:
    day = date(2026, 3, 30)
    event = make_event(make_year(), starts_on=day, ends_on=day, time_zone=zone)
    with time_machine.travel(TURN):
        accepted(make_commitment(make_exhibitor(event)))
    assert realised_after(event, months=3) == rupiah


def test_today_is_the_day_of_the_province() -> None:
    province = make_province(EAST)
    event = make_event(make_year(province=province))
    Lead.objects.create(
        event=event, number="L26-TEST2", company="Contoh", wants="x", follow_on=date(2026, 7, 1)
    )
    with time_machine.travel(TURN, tick=False):
        assert commitment_queries.leads_due(province).count() == 1
        sent = {"year": "2026", "part": "3", "language": "en"}
        assert ReportForm(sent, province=province).is_valid()
        assert not ReportForm(sent, province=make_province("98")).is_valid()

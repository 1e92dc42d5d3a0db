"""All badges of an event on one PDF: of whoever comes, with public names alone, for the office alone."""

from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from marketplace.common.refused import Refused
from marketplace.programme import states
from marketplace.programme.events import badge_sheets as event_badges
from marketplace.programme.events import tasks as event_tasks
from marketplace.programme.events.badges import badge_link
from marketplace.programme.models import BadgeSheet, Guest
from marketplace.programme.services import badge_sheets, exhibitors
from tests.factories.catalogue import make_pesantren
from tests.factories.programme import make_event, make_exhibitor, make_guest
from tests.programme.codes import code_of, codes_in
from tests.programme.events import DESK, Meeting, a_meeting

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    with translation.override("en"):
        return reverse(f"office:{name}", args=args)


def pages_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def answered(meeting: Meeting) -> Meeting:
    """The first of both sides come; the other buyer has not answered."""
    Guest.objects.update(accepted_at=None, contact="Contoh Rahasia", email="r@example.com")
    Guest.objects.filter(pk=meeting.buyers[0].pk).update(accepted_at=timezone.now())
    return meeting


def test_it_holds_the_badges_of_those_who_come_and_no_contact():
    meeting = answered(a_meeting())
    gone = make_exhibitor(meeting.event, make_pesantren("contoh-batal"))
    exhibitors.answer(side=gone, comes=False, actor=DESK)
    refused = make_guest(meeting.event)
    exhibitors.answer(side=refused, comes=False, actor=DESK)
    assert event_badges.count(meeting.event) == 3
    content = event_badges.make(meeting.event, "en")
    sellers, buyers = pages_of(content)
    for seller in meeting.sellers:
        assert seller.partner.name in sellers
        assert f"Pesantren · Booth {seller.booth}" in sellers
    assert meeting.buyers[0].name in buyers
    assert "Buyer" in buyers
    for absent in (gone.partner.name, refused.name, meeting.buyers[1].name, "Rahasia", "r@example.com"):
        assert absent not in sellers + buyers
    assert codes_in(content) == [code_of(badge_link(row)) for row in (*meeting.sellers, meeting.buyers[0])]


@pytest.mark.parametrize(("sellers", "sheets"), [(8, 1), (9, 2), (16, 2), (17, 3)])
def test_eight_stand_on_a_sheet(sellers, sheets):
    event = make_event()
    for n in range(sellers):
        make_exhibitor(event, make_pesantren(f"contoh-lencana-{n:02}"))
    found = pages_of(event_badges.make(event, "id"))
    assert len(found) == sheets
    assert f"{sheets} / {sheets}" in found[-1]
    assert [text.count(event.name) for text in found] == [8] * (sheets - 1) + [(sellers - 1) % 8 + 1]


@pytest.mark.parametrize(("language", "word"), [("id", "Pembeli"), ("en", "Buyer"), ("ar", "2 / 2")])
def test_it_is_made_in_the_background_once_and_says_how_far_it_is(
    language, word, queued, officer, django_capture_on_commit_callbacks
):
    meeting, heard = answered(a_meeting()), list[int]()
    page = url("event-badges", meeting.event.number)
    assert page in officer.get(url("event", meeting.event.number)).content.decode()
    assert "3 badges now." in officer.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert officer.post(page, {"language": language}).url == page
        assert officer.post(page, {"language": language}).status_code == 302
    row = BadgeSheet.objects.get()
    assert (row.language, str(row.by)) == (language, "Contoh Petugas")
    assert queued.count(("programme.make_badges", row.pk)) == 1
    text = officer.get(page).content.decode()
    assert "0 of 3 badges" in text
    assert "Open (PDF)" not in text
    event_tasks.sweep_events()
    event_tasks.make_badges(row.pk)  # again: nothing
    row.refresh_from_db()
    assert (row.state, row.step, row.steps, row.tries) == (states.DONE, 3, 3, 1)
    assert row.file.name.startswith("private/programme/badges/")
    event_badges.make(meeting.event, language, heard.append)
    assert heard == [3]
    assert f"/badges.pdf?language={language}" in officer.get(page).content.decode()
    found = officer.get(url("event-badges-pdf", meeting.event.number), {"language": language})
    assert (found["Content-Type"], found["Cache-Control"]) == ("application/pdf", "private, no-store")
    pages = pages_of(b"".join(found.streaming_content))
    assert len(pages) == 2
    assert word in pages[1]
    event_tasks.make_badges(badge_sheets.ask(event=meeting.event, language=language).pk)
    assert BadgeSheet.objects.get().pk > row.pk  # the older file is gone


def test_progress_is_told_on_the_way(monkeypatch):
    monkeypatch.setattr(event_badges, "EVERY", 1)
    meeting, heard = answered(a_meeting()), list[int]()
    event_badges.make(meeting.event, "id", heard.append)
    assert heard == [1, 2, 3, 3]


def test_what_fails_three_times_says_why(monkeypatch, officer):
    row = badge_sheets.ask(event=a_meeting().event, language="id")
    monkeypatch.setattr(event_badges, "make", lambda *args: 1 / 0)
    for _n in range(4):
        event_tasks.make_badges(row.pk)
    row.refresh_from_db()
    assert (row.state, row.tries, row.problem) == (states.FAILED, 3, "ZeroDivisionError: division by zero")
    assert officer.get(url("event-badges-pdf", row.event.number)).status_code == 404
    assert "division by zero" in officer.get(url("event-badges", row.event.number)).content.decode()


def test_none_is_made_of_nobody_and_none_of_too_many(monkeypatch, officer):
    event = make_event()
    with pytest.raises(Refused, match="Belum ada yang datang"):
        badge_sheets.ask(event=event, language="id")
    for n in range(3):
        make_exhibitor(event, make_pesantren(f"contoh-penuh-{n}"))
    monkeypatch.setattr(event_badges, "MOST", 2)
    answer = officer.post(url("event-badges", event.number), {"language": "id"}, follow=True)
    assert "3 badges are too many for one file; it holds 2." in answer.content.decode()
    assert BadgeSheet.objects.count() == 0


def test_the_sheet_is_of_the_office_of_its_province_alone(officer, stranger, client):
    meeting = a_meeting()
    event_tasks.make_badges(badge_sheets.ask(event=meeting.event, language="id").pk)
    for name in ("event-badges", "event-badges-pdf"):
        address = url(name, meeting.event.number)
        assert officer.get(address).status_code == 200
        assert stranger.get(address).status_code == 404
        assert client.get(address).status_code == 302  # sign in first
    assert stranger.post(url("event-badges", meeting.event.number)).status_code == 404
    assert officer.get(url("event-catalogue-pdf", meeting.event.number)).status_code == 404  # no catalogue


def test_page_and_pdf_ask_the_same_for_many(officer):
    cache.clear()
    meeting = answered(a_meeting())
    page = url("event-badges", meeting.event.number)

    def counted() -> tuple[int, int]:
        officer.get(page)
        with CaptureQueriesContext(connection) as shown:
            assert officer.get(page).status_code == 200
        with CaptureQueriesContext(connection) as made:
            event_badges.make(meeting.event, "id")
        return len(shown), len(made)

    few = counted()
    for n in range(6):
        make_exhibitor(meeting.event, make_pesantren(f"contoh-banyak-{n}"))
        make_guest(meeting.event, accepted_at=timezone.now())
    assert counted() == few

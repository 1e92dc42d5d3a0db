"""Long work on an event: its pages follow the schedule and the catalogue until they are made."""

import pytest

from marketplace.programme import states
from marketplace.programme.events import tasks as event_tasks
from marketplace.programme.models import EventCatalogue, Scheduling
from tests.programme.events import a_meeting
from tests.programme.office_pages import page, posted, url

pytestmark = pytest.mark.django_db


def test_pages_of_long_work_follow_it_until_it_is_done(officer):
    number = a_meeting().event.number
    for name, work, data, under_way in (
        ("event-schedule", event_tasks.make_schedule, {"step": "make"}, "0 meetings so far"),
        ("event-catalogue", event_tasks.make_catalogue, {"language": "en"}, "A moment, please."),
        ("event-catalogue", event_tasks.make_catalogue, {"language": "ar"}, "A moment, please."),
    ):
        posted(officer, url(name, number), data)
        text = page(officer, name, number)
        assert text.count("data-progress") == 1
        assert ("js/progress" in text, under_way in text, 'href="">Look again' in text) == (True,) * 3
        rows = Scheduling if name == "event-schedule" else EventCatalogue
        work(rows.objects.latest("pk").pk)
        text = page(officer, name, number)
        assert ("data-progress" in text, "js/progress" in text) == (False, False)


def test_catalogues_in_two_languages_are_followed_beside_each_other(officer):
    number = a_meeting().event.number
    for language in ("en", "ar"):
        posted(officer, url("event-catalogue", number), {"language": language})
    EventCatalogue.objects.filter(language="en").update(state=states.WORKING, step=3, steps=20)
    text = page(officer, "event-catalogue", number)
    assert text.count("data-progress") == 2
    assert 'id="progress-en"' in text
    assert 'id="progress-ar"' in text
    assert "3 of 20 products" in text

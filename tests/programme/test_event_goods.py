"""The office chooses for a pesantren what it takes to an event, by the pesantren's own form; its history says who."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.common.states import history
from marketplace.programme import states
from marketplace.programme.events import goods_form
from marketplace.programme.models import Event
from marketplace.programme.services import exhibitors
from marketplace.programme.services.exhibitors import Samples
from tests.factories.catalogue import make_product
from tests.programme.events import DESK, Meeting, a_meeting

pytestmark = pytest.mark.django_db


def at(name: str, meeting: Meeting) -> str:
    with translation.override("en"):
        return reverse(f"office:{name}", args=[meeting.event.number, meeting.sellers[0].pk])


def test_the_office_chooses_goods_and_samples_and_the_history_names_the_officer(officer):
    meeting = a_meeting()
    seller, mine, theirs = meeting.sellers[0], *meeting.goods
    goods, own = at("event-exhibitor-goods", meeting), at("event-exhibitor", meeting)
    assert goods in officer.get(own).content.decode()
    text = officer.get(goods).content.decode()
    assert "Roti 1" in text
    assert "Roti 2" not in text  # of another pesantren
    answer = officer.post(
        goods,
        {f"show_{mine.pk}": "on", f"samples_{mine.pk}": "12", f"show_{theirs.pk}": "on"},
    )
    assert (answer.status_code, answer.url) == (302, own)
    assert list(seller.exhibits.values_list("product", "samples", "samples_left")) == [(mine.pk, 12, 0)]
    assert [(row.after, row.why, row.actor_name) for row in history(seller)] == [
        ("shows", "1", "Contoh Petugas")
    ]
    assert "12 samples" in officer.get(own).content.decode()
    assert officer.post(goods, {}).status_code == 302  # nothing ticked is an answer, too
    assert seller.exhibits.count() == 0


def test_samples_that_came_back_are_counted_also_when_it_is_over(officer):
    meeting = a_meeting()
    seller, mine = meeting.sellers[0], meeting.goods[0]
    goods = at("event-exhibitor-goods", meeting)
    exhibitors.show(exhibitor=seller, goods={mine.pk: Samples(12)}, actor=DESK)
    Event.objects.update(state=states.CLOSED)
    assert goods in officer.get(at("event-exhibitor", meeting)).content.decode()
    typed = {f"show_{mine.pk}": "on", f"samples_{mine.pk}": "12", f"left_{mine.pk}": "13"}
    wrong = officer.post(goods, typed)
    assert wrong.status_code == 200
    assert "More samples came back than were taken along." in wrong.content.decode()
    assert officer.post(goods, {**typed, f"left_{mine.pk}": "3"}).status_code == 302
    assert seller.exhibits.get().samples_left == 3


def test_nothing_is_chosen_for_an_event_that_was_cancelled(officer):
    meeting = a_meeting()
    mine, goods = meeting.goods[0], at("event-exhibitor-goods", meeting)
    Event.objects.update(state=states.CANCELLED)
    assert goods not in officer.get(at("event-exhibitor", meeting)).content.decode()
    answer = officer.post(goods, {f"show_{mine.pk}": "on"})
    assert answer.status_code == 200
    assert "cannot be changed any more: cancelled" in answer.content.decode()
    assert meeting.sellers[0].exhibits.count() == 0


def test_a_pesantren_without_a_public_product_is_told_so(officer):
    meeting = a_meeting()
    type(meeting.goods[0]).objects.update(is_public=False)
    text = officer.get(at("event-exhibitor-goods", meeting)).content.decode()
    assert "This pesantren has no product that everybody may see." in text
    assert "<button" not in text.split('<div class="stack wide">')[1].split("</main>")[0]


def test_what_the_page_did_not_offer_stays_as_it_is(officer, monkeypatch):
    meeting = a_meeting()
    seller, first = meeting.sellers[0], meeting.goods[0]
    later = make_product(seller.partner, "Zaitun")
    exhibitors.show(exhibitor=seller, goods={first.pk: Samples(), later.pk: Samples(3)}, actor=DESK)
    monkeypatch.setattr(goods_form, "MOST_GOODS", 1)
    officer.post(at("event-exhibitor-goods", meeting), {})
    assert list(seller.exhibits.values_list("product", "samples")) == [(later.pk, 3)]


def test_it_asks_the_same_for_many_products(officer):
    meeting = a_meeting()
    goods = at("event-exhibitor-goods", meeting)

    def counted() -> int:
        with CaptureQueriesContext(connection) as found:
            assert officer.get(goods).status_code == 200
        return len(found)

    officer.get(goods)
    few = counted()
    for n in range(5):
        make_product(meeting.sellers[0].partner, f"Kue {n}")
    assert counted() == few

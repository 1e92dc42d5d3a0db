"""A few figures, exact: orders and questions by week, answers, what sold, what others looked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.search.models import Missed
from marketplace.conversations.models import Side
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.reference.working_days import today
from marketplace.workspace import insights
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.conversations import write
from tests.factories.paid import OFFICE, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    return world()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_weeks_begin_on_monday_in_jakarta(shop: World) -> None:
    with time_machine.travel("2026-11-26 03:00+00:00", tick=False):
        weeks = insights.mondays()
        assert (len(weeks), weeks[0].isoformat(), weeks[-1].isoformat()) == (12, "2026-09-07", "2026-11-23")
        rows = Fulfilment.objects.filter(partner=shop.part.partner)
        for moment, place in (
            ("2026-11-22 16:59:59", -2),  # Sunday 23:59:59 in Jakarta
            ("2026-11-22 17:00:00", -1),
            ("2026-09-06 17:00:00", 0),
        ):
            rows.update(offered_at=at(moment))
            found = insights.orders(shop.part.partner)
            counts = [0] * 12
            counts[place] = rows.count()
            assert [bar.count for bar in found] == counts
            assert [bar.height for bar in found if bar.count] == [insights.HIGH]
        rows.update(offered_at=at("2026-09-06 16:59:59"))
        assert not any(bar.count for bar in insights.orders(shop.part.partner))


def test_answers_and_what_was_sold(shop: World) -> None:
    part = shop.part
    Fulfilment.objects.filter(pk=part.pk).update(offered_at=part.offered_at - timedelta(hours=6))
    services.accept(fulfilment=part, actor=OFFICE)
    found = insights.answered(part.partner)
    assert (found.came, found.declined, found.hours) == (1, 0, 6.0)
    [(name, count)] = insights.most_sold(part.partner)
    assert (name, count) == (part.lines.get().line.title, part.lines.get().quantity)
    assert insights.answered(make_pesantren("contoh-lain")) == insights.Answered(0, 0, None)


def test_what_was_declined_is_not_sold(shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="Panen habis")
    assert insights.answered(shop.part.partner) == insights.Answered(1, 1, None)
    assert insights.most_sold(shop.part.partner) == []
    assert states.DECLINED in insights.NOT_SOLD


def test_questions_of_buyers_only(shop: World) -> None:
    thread = write(product=shop.sarong, user=shop.buyer).thread
    write("Ada.", thread=thread, side=Side.SELLER, actor=OFFICE)
    assert sum(bar.count for bar in insights.questions(shop.sarong.seller)) == 1


def test_a_search_of_few_is_nobodys_business() -> None:
    for text, count in (("madu hutan", 3), ("nama orang", 2)):
        Missed.objects.create(text=text, language="id", day=today(), count=count)
    Missed.objects.create(text="wild honey", language="en", day=today(), count=9)
    Missed.objects.create(text="lama", language="id", day=today() - timedelta(days=91), count=9)
    with translation.override("id"):
        assert [(row["text"], row["times"]) for row in insights.wanted()] == [("madu hutan", 3)]


def test_the_page_and_another_pesantren(shop: World, django_assert_max_num_queries: Any) -> None:
    client = Client()
    client.force_login(shop.member)
    code = shop.part.partner.code
    with django_assert_max_num_queries(20):
        page = client.get(reverse("workspace:insights", args=[code]))
    assert page.status_code == 200
    assert page.content.decode().count("<rect") == 13, "orders; there is no question yet"
    other = make_pesantren("contoh-lain")
    make_member(make_user("jauh@example.com"), other)
    assert client.get(reverse("workspace:insights", args=["contoh-lain"])).status_code == 404

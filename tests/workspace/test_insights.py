"""A few figures, exact: orders and questions by week, answers, what sold, what others looked for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import ListingViews, Product
from catalogue.search.models import Missed
from catalogue.services.views import purge_views
from catalogue.views import SEEN_MOST
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
    with django_assert_max_num_queries(24):
        page = client.get(reverse("workspace:insights", args=[code]))
    assert page.status_code == 200
    assert page.content.decode().count("<rect") == 13, "orders; there is no question and no look yet"
    other = make_pesantren("contoh-lain")
    make_member(make_user("jauh@example.com"), other)
    assert client.get(reverse("workspace:insights", args=["contoh-lain"])).status_code == 404


def look(listing: Any, client: Client | None = None, times: int = 1) -> None:
    for _ in range(times):
        answer = (client or Client()).post(reverse("catalogue:seen", args=[listing.pk]))
        assert (answer.status_code, answer.content) == (204, b"")


def test_looks_are_numbers_of_a_day_and_not_ones_own(shop: World) -> None:
    with time_machine.travel("2026-11-22 16:59:59+00:00", tick=False):  # Sunday in Jakarta
        look(shop.sarong, times=2)
    with time_machine.travel("2026-11-23 03:00+00:00", tick=False):
        look(shop.sarong)
        own = Client()
        own.force_login(shop.member)
        look(shop.sarong, own)
        rows = ListingViews.objects.order_by("day").values_list("product_id", "day", "count")
        assert list(rows) == [
            (shop.sarong.pk, date(2026, 11, 22), 2),
            (shop.sarong.pk, date(2026, 11, 23), 1),
        ]
        assert [bar.count for bar in insights.views(shop.mine)][-3:] == [0, 2, 1]
        assert insights.most_viewed(shop.mine) == [("Sarung uji", 3)]
        assert insights.most_viewed(shop.theirs) == []


def test_what_is_not_public_and_one_who_looks_without_end_are_not_counted(shop: World) -> None:
    Product.objects.filter(pk=shop.coffee.pk).update(is_public=False)
    look(shop.coffee)
    assert Client().post(reverse("catalogue:seen", args=[10**9])).status_code == 204
    assert not ListingViews.objects.exists()
    look(shop.sarong, times=SEEN_MOST + 5)
    # The two looks at the start came from the same address.
    assert ListingViews.objects.get().count == SEEN_MOST - 2


def test_counts_of_looks_end_after_400_days(shop: World) -> None:
    for days in (400, 401):
        ListingViews.objects.create(product=shop.sarong, day=today() - timedelta(days=days), count=1)
    purge_views()
    assert [row.day for row in ListingViews.objects.all()] == [today() - timedelta(days=400)]


def test_what_was_missed_within_a_sector(shop: World) -> None:
    for text, sector, count in (("keripik", "makanan", 3), ("keripik", "", 2), ("batik", "fesyen", 4)):
        Missed.objects.create(text=text, language="id", day=today(), count=count, sector=sector)
    with translation.override("id"):
        assert [(row["text"], row["times"]) for row in insights.wanted(["makanan"])] == [("keripik", 3)]
        assert [(row["text"], row["times"]) for row in insights.wanted()] == [("keripik", 5), ("batik", 4)]

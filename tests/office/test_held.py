"""Money held for 60 days is shown, for 80 a decision is asked; nothing moves by itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from celery.schedules import crontab
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace import celery_settings
from marketplace.common.states import history
from marketplace.fulfilment import held_too_long, services, states, tasks
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Journal
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.payments.models import Due, HeldReview
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import OFFICE, bring, one_seller, pay

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-11-23 05:00+00:00")


@pytest.fixture(autouse=True)
def noon() -> Any:
    with translation.override("en"), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def person() -> Any:
    return make_user("office@example.com", language="en", staff_role="office")


@pytest.fixture
def office(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


def part_paid(days: int, **more: int) -> Fulfilment:
    """Rp 515.000, paid so many days ago; `seconds` later than that."""
    placed = one_seller()
    pay(placed.due)
    moment = timezone.now() - timedelta(days=days) + timedelta(**more)
    Due.objects.filter(pk=placed.due.pk).update(settled_at=moment)
    return placed.order.fulfilments.get()


@pytest.mark.parametrize(
    ("days", "later", "shown"), [(60, 0, True), (60, 1, False), (59, 0, False), (200, 0, True)]
)
def test_the_sixtieth_day(person: Any, days: int, later: int, shown: bool) -> None:
    part_paid(days, seconds=later)
    assert held_too_long.long_held(person).count() == shown


@pytest.mark.parametrize(("days", "asked"), [(79, False), (80, True)])
def test_the_eightieth_day(person: Any, days: int, asked: bool) -> None:
    part_paid(days)
    assert held_too_long.to_decide(person).count() == asked
    assert held_too_long.row(held_too_long.long_held(person).get()).must_decide is asked


def test_what_is_not_held(person: Any) -> None:
    """Not paid; on its way to nobody; accepted and released; and for whom it is none of their business."""
    one_seller()
    released = part_paid(90)
    released = bring(released, states.DELIVERED)
    whole = {line.pk: line.quantity for line in released.lines.all()}
    services.sign(fulfilment=released, actor=OFFICE, signed_name="Contoh", accepted=whole, reasons={})
    declined = part_paid(90)
    services.decline(fulfilment=declined, actor=OFFICE, why="uji")
    assert not held_too_long.long_held(person).exists()
    part_paid(90)
    assert not held_too_long.long_held(make_user("buyer@example.com")).exists()
    assert not held_too_long.to_decide(make_user("e@example.com", staff_role="export")).exists()


def test_the_list_and_the_decision(office: Client, person: Any) -> None:
    part = part_paid(85)
    before = Journal.objects.count()
    (row,) = office.get(reverse("office:held")).context["rows"]
    assert (row.part.pk, row.days, row.amount, row.must_decide) == (part.pk, 85, Money(515_000), True)
    url = reverse("office:keep-held", args=[part.number])
    assert "held for 85 days" in office.get(url).content.decode()
    office.post(url, {"until": "2026-12-23", "why": "Waits for the ship"})
    review = HeldReview.objects.get()
    assert (review.keep_until.isoformat(), review.why, review.decided_by) == (
        "2026-12-23",
        "Waits for the ship",
        person,
    )
    assert history(review).get().why == "2026-12-23: Waits for the ship"
    (row,) = office.get(reverse("office:held")).context["rows"]
    assert (row.must_decide, row.kept_until.isoformat()) == (False, "2026-12-23")
    assert not held_too_long.to_decide(person).exists()
    assert Journal.objects.count() == before
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert not held_too_long.to_decide(person).exists()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert held_too_long.to_decide(person).exists()


@pytest.mark.parametrize("until", ["2026-11-23", "2026-11-22", "2027-01-23", "", "soon"])
def test_a_day_that_will_not_do(office: Client, until: str) -> None:
    url = reverse("office:keep-held", args=[part_paid(85).number])
    response = office.post(url, {"until": until, "why": "Waits for the ship"})
    assert response.status_code == 200
    assert response.context["form"].errors["until"]
    assert "Waits for the ship" in response.content.decode()
    assert not HeldReview.objects.exists()


def test_the_last_day_that_will_do(office: Client) -> None:
    url = reverse("office:keep-held", args=[part_paid(85).number])
    assert office.post(url, {"until": "2027-01-22", "why": "x"}).status_code == 302
    assert HeldReview.objects.get().keep_until.isoformat() == "2027-01-22"


def test_released_meanwhile(office: Client, person: Any) -> None:
    part = part_paid(85)
    services.decline(fulfilment=part, actor=OFFICE, why="uji")
    with pytest.raises(services.NotHeld):
        services.keep_held(
            fulfilment=part, until=NOW.date() + timedelta(days=9), why="x", actor=type(OFFICE).of(person)
        )
    assert office.get(reverse("office:keep-held", args=[part.number])).status_code == 404


def test_one_mail_at_each_limit(person: Any) -> None:
    part = part_paid(59)
    counts = []
    for day in range(25):
        with time_machine.travel(NOW + timedelta(days=day), tick=False):
            tasks.warn_of_long_held()
            tasks.warn_of_long_held()
            counts.append(Mail.objects.filter(key__startswith=f"held-for-long/{part.number}").count())
    assert counts == [0] + [1] * 20 + [2] * 4
    first, second = Mail.objects.filter(key__startswith="held-for-long/").order_by("pk")
    assert "Please ask what it waits for." in first.text
    assert "Please decide" in second.text


def test_it_is_on_the_timetable() -> None:
    entry = celery_settings.beat_schedule["warn of money held for long"]
    assert entry["task"] == tasks.warn_of_long_held.name
    assert entry["schedule"] == crontab(hour=8, minute=5)
    assert (settings.HELD_WARN_DAYS, settings.HELD_DECIDE_DAYS) == (60, 80)


def test_queries_do_not_grow(office: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("office:held")
    part_paid(70)
    office.get(url)
    with CaptureQueriesContext(connection) as few:
        office.get(url)
    for days in range(71, 80):
        part_paid(days)
    with django_assert_num_queries(len(few)):
        office.get(url)

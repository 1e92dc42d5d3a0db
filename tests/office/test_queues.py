"""What pesantren wait for: six queues, the oldest first, with the way to reach each."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.permits.services import confirm
from marketplace.common.actor import SYSTEM
from marketplace.conversations.models import Side
from marketplace.fulfilment.models import Fulfilment
from marketplace.office.queues import QUEUES
from marketplace.reference import working_days
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim
from tests.factories.conversations import write
from tests.factories.joining import an_application
from tests.factories.orders import placed_order
from tests.factories.paid import pay
from tests.factories.permits import a_permit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=working_days.JAKARTA)  # a Thursday


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    return client


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu", phone="+6281234567890")


def shown(office: Client, code: str) -> list[Any]:
    return list(office.get(reverse("office:queues"), {"queue": code}).context["rows"])


def one_of_each(partner: Any, n: int) -> None:
    """One thing in every queue."""
    person = make_user(f"person{n}@example.com")
    product = make_product(partner, title=f"Sarung {n}", stock=1000)
    an_application(person, nspp=f"51003204{n:04d}")
    a_claim(product, person)
    a_permit(product, person, number=f"ID0011000{n:07d}")
    ends = a_permit(product, person, number=f"ID0022000{n:07d}", expires_on=working_days.today())
    confirm(permit=ends, actor=SYSTEM)
    placed = placed_order([(product, 1)])
    pay(placed.due, placed.due.reference)
    Fulfilment.objects.filter(order=placed.order).update(escalated_at=timezone.now())
    with time_machine.travel(timezone.now() - timedelta(days=6)):
        write(product=product, user=make_user(f"asks{n}@example.com"))


def test_every_queue_is_counted_listed_and_asks_no_more_for_more_rows(
    office: Client, mine: Any, django_assert_max_num_queries: Any
) -> None:
    one_of_each(mine, 0)
    url, before = reverse("office:queues"), {}
    assert {code: queue.count(office.get(url).wsgi_request.user)[0] for code, queue in QUEUES.items()} == (
        dict.fromkeys(QUEUES, 1)
    )
    for code in QUEUES:
        [row] = shown(office, code)
        assert row.name
        assert row.place == "Kabupaten Bandung"
        assert row.phone == ("0812-3456-7892" if code == "applications" else "0812-3456-7890")
        assert row.whatsapp.startswith("https://wa.me/6281234567")
        assert "Assalamu'alaikum. Kami dari kantor" in unquote(row.whatsapp)
        assert office.get(row.url).status_code == 200
        with django_assert_max_num_queries(40) as asked:
            office.get(url, {"queue": code})
        before[code] = len(asked)
    for n in range(1, 4):
        one_of_each(make_pesantren(f"contoh-{n}"), n)
    for code in QUEUES:
        assert len(shown(office, code)) == 4
        with django_assert_max_num_queries(before[code]):
            office.get(url, {"queue": code})
    home = {one.label: (one.count, one.url) for one in office.get(reverse("office:home")).context["work"]}
    assert home["Claims to look at"] == (4, f"{url}?queue=claims")
    assert home["Questions without an answer"] == (4, f"{url}?queue=questions")
    assert home["Orders that no pesantren answered"][0] == 4


def test_the_oldest_stands_first_and_a_wrong_name_shows_the_first_queue(office: Client, mine: Any) -> None:
    late = make_user("late@example.com")
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        old = a_claim(make_product(mine, title="Lama"), late)
    a_claim(make_product(mine, title="Baru"), late)
    assert [row.what for row in shown(office, "claims")] == ["Lama", "Baru"]
    answer = office.get(reverse("office:queues"), {"queue": "x"})
    assert answer.context["queue"].code == "claims"  # the first that holds something
    assert shown(office, "claims")[0].url == reverse("office:claim", args=[old.pk])


@time_machine.travel(NOW, tick=False)
def test_permits_that_end_say_how_many_days_are_left(office: Client, mine: Any) -> None:
    product, person = make_product(mine), make_user("x@example.com")
    for days in (60, 61, 7):
        ends = working_days.today() + timedelta(days=days)
        permit = a_permit(product, person, number=f"ID001100000{days:05d}", expires_on=ends)
        confirm(permit=permit, actor=SYSTEM)
    rows = shown(office, "ending")
    assert [row.note for row in rows] == ["7 days left", "60 days left"]
    assert "berakhir 3 Desember 2026" in unquote(rows[0].whatsapp)
    with time_machine.travel(NOW + timedelta(days=9), tick=False):  # the night's work has not ended it yet
        assert shown(office, "ending")[0].note == "ended 2 days ago"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("asked", "answered", "waits"),
    [
        ("2026-11-25 09:00", "", False),  # yesterday
        ("2026-11-24 09:00", "", False),  # two working days have not passed yet
        ("2026-11-23 23:30", "", True),
        ("2026-11-21 09:00", "2026-11-23 08:00", False),
        ("2026-11-21 09:00", "2026-11-20 08:00", True),
        ("2026-10-20 09:00", "", True),
    ],
)
def test_questions_wait_after_two_working_days(
    office: Client, mine: Any, asked: str, answered: str, waits: bool
) -> None:
    def at(moment: str) -> datetime:
        return datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=working_days.JAKARTA)

    moments = sorted([(asked, Side.BUYER), (answered, Side.SELLER)])
    buyer, thread = make_user("b@example.com"), None
    with time_machine.travel(at("2026-10-01 09:00"), tick=False):
        thread = write("Salam", product=make_product(mine), user=buyer).thread
        write("Ya", thread=thread, side=Side.SELLER)
    for moment, side in moments:
        if moment:
            with time_machine.travel(at(moment), tick=False):
                thread.refresh_from_db()
                write(thread=thread, side=side)
    rows = shown(office, "questions")
    assert bool(rows) is waits
    if waits:
        assert rows[0].at == at(asked)


@time_machine.travel(NOW, tick=False)
def test_who_writes_again_waits_since_the_first_time(office: Client, mine: Any) -> None:
    product, buyer = make_product(mine), make_user("b@example.com")
    with time_machine.travel(NOW - timedelta(days=6), tick=False):
        thread = write(product=product, user=buyer).thread
    thread.refresh_from_db()
    write("Halo?", thread=thread)
    [row] = shown(office, "questions")
    assert row.at == NOW - timedelta(days=6)


def test_without_a_telephone_of_its_own_somebody_who_is_responsible(office: Client) -> None:
    silent = make_pesantren("contoh-dua")
    make_member(make_user("h@example.com", phone="+6281200000002"), silent, "helper")
    a_claim(make_product(silent), make_user("x@example.com"))
    [row] = shown(office, "claims")
    assert row.phone == "0812-0000-0002"
    make_member(make_user("o@example.com", phone="+6281200000001"), silent)
    [row] = shown(office, "claims")
    assert row.phone == "0812-0000-0001"

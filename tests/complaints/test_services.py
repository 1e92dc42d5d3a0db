"""A complaint's way: days that are promised, moves that are legal, mails at each step, nothing twice."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from marketplace.common.actor import GUEST, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.complaints import queries, services, states
from marketplace.complaints.history import entries
from marketplace.complaints.models import Complaint, Entry
from marketplace.complaints.tasks import close_answered
from marketplace.conversations.queries import about_order
from marketplace.notices.models import Mail
from tests.common.race import race
from tests.factories.conversations import a_complaint, write
from tests.factories.paid import OFFICE, World, world

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 12, 24, 5, 0, tzinfo=UTC)  # Christmas and a Sunday follow


@pytest.fixture
def shop() -> World:
    shop = world()
    Mail.objects.all().delete()
    return shop


def mails() -> list[tuple[str, str]]:
    return [(mail.key.split("/")[0], mail.to) for mail in Mail.objects.order_by("pk")]


def moves(complaint: Complaint) -> list[str]:
    return [change.after for change in history(complaint)]


def test_who_complained_has_words_once_the_account_is_gone(shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part)
    services.answer(complaint=complaint, text="Dijawab", actor=OFFICE)
    services.reopen(complaint=complaint, text="Belum puas", actor=GUEST)
    Complaint.objects.update(name="", email="", user=None)  # as complaints/personal.py does
    complaint.refresh_from_db()
    assert all(shown.who for shown in entries(complaint))


def test_the_days_are_working_days(shop: World) -> None:
    with time_machine.travel(THURSDAY, tick=False):
        complaint = a_complaint(fulfilment=shop.part)
    assert complaint.answer_by == date(2026, 12, 29)  # Saturday, Monday, Tuesday
    assert complaint.solve_by == date(2027, 1, 7)


def test_a_complaint_names_the_seller_of_the_part_and_tells_both(shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part, text="<b>Tiga</b> sobek")
    assert (complaint.partner, complaint.text, complaint.state) == (shop.mine, "Tiga sobek", states.RECEIVED)
    assert mails() == [
        ("complaint_received", "pembeli@example.com"),
        ("complaint_to_pesantren", "anggota@example.com"),
    ]
    assert moves(complaint) == [states.RECEIVED]
    mail = Mail.objects.get(to="pembeli@example.com")
    assert "/complaints/" in mail.text
    assert "Contoh Pembeli" not in mail.text  # anybody can type a stranger's address and any name
    assert "sobek" not in mail.text


def test_about_the_marketplace_no_pesantren_is_told(shop: World) -> None:
    assert a_complaint().partner is None
    assert mails() == [("complaint_received", "pembeli@example.com")]


def test_a_second_press_is_the_same_complaint(shop: World) -> None:
    key = uuid4()
    assert a_complaint(key=key) == a_complaint(key=key)
    assert len(mails()) == 1


def test_answered_asked_again_answered_closed(shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part)
    services.answer(complaint=complaint, text="Maaf.", actor=OFFICE)
    services.reopen(complaint=complaint, text="Belum cukup.", actor=GUEST)
    assert queries.waiting(shop.office).get() == complaint
    services.answer(complaint=complaint, text="Uang kembali.", actor=OFFICE)
    services.close(complaint=complaint, actor=OFFICE, why="selesai")
    assert moves(complaint) == ["received", "answered", "reopened", "answered", "closed"]
    assert [entry.side for entry in complaint.entries.all()] == [
        Entry.OFFICE,
        Entry.COMPLAINANT,
        Entry.OFFICE,
    ]
    both = ["complaint_answered", "complaint_answered_pesantren"]
    again = ["complaint_received", "complaint_to_pesantren"]
    ended = ["complaint_ended", "complaint_ended_pesantren"]
    assert [key for key, _to in mails()] == again + both + again + both + ended


def test_it_can_be_asked_again_for_14_days_even_after_closing(shop: World) -> None:
    with time_machine.travel(THURSDAY, tick=False) as clock:
        complaint = a_complaint()
        services.answer(complaint=complaint, text="Maaf.", actor=OFFICE)
        services.close(complaint=complaint, actor=OFFICE)
        clock.shift(timedelta(days=14) - timedelta(seconds=1))
        assert complaint.may_reopen
        clock.shift(timedelta(seconds=1))
        with pytest.raises(IllegalMove):
            services.reopen(complaint=complaint, text="Belum.", actor=GUEST)
        clock.shift(-timedelta(seconds=1))
        services.reopen(complaint=complaint, text="Belum.", actor=GUEST)
    assert complaint.state == states.REOPENED


@pytest.mark.parametrize("state", [states.RECEIVED, states.REOPENED, states.CLOSED, states.WITHDRAWN])
def test_only_an_answered_complaint_is_closed(shop: World, state: str) -> None:
    complaint = a_complaint()
    Complaint.objects.update(state=state)
    with pytest.raises(IllegalMove):
        services.close(complaint=complaint, actor=OFFICE)


def test_withdrawn_is_the_end(shop: World) -> None:
    complaint = a_complaint(fulfilment=shop.part)
    services.withdraw(complaint=complaint, actor=GUEST)
    for work in (
        lambda: services.withdraw(complaint=complaint, actor=GUEST),
        lambda: services.answer(complaint=complaint, text="Maaf", actor=OFFICE),
        lambda: services.reopen(complaint=complaint, text="Lagi", actor=GUEST),
        lambda: services.add_view(complaint=complaint, text="Kami", key=uuid4(), actor=OFFICE),
    ):
        with pytest.raises(IllegalMove):
            work()
    assert [key for key, _to in mails()][2:] == ["complaint_ended", "complaint_ended_pesantren"]


def test_the_pesantrens_view_is_added_once_and_told(shop: World) -> None:
    complaint, key = a_complaint(fulfilment=shop.part), uuid4()
    actor = Actor.of(shop.member)
    views = [services.add_view(complaint=complaint, text="Kami ganti.", key=key, actor=actor) for _ in "ab"]
    assert views[0] == views[1]
    assert views[0].side == Entry.PESANTREN
    assert mails()[-1] == ("complaint_view", "pembeli@example.com")
    assert len(mails()) == 3


def test_late_is_what_waits_for_the_office(shop: World) -> None:
    with time_machine.travel(THURSDAY, tick=False) as clock:
        complaint = a_complaint()
        clock.shift(timedelta(days=5))
        assert not complaint.is_late
        clock.shift(timedelta(days=1))
        assert complaint.is_late
        services.answer(complaint=complaint, text="Maaf.", actor=OFFICE)
        assert not complaint.is_late


def test_the_queue_stands_longest_due_first(shop: World) -> None:
    with time_machine.travel(THURSDAY, tick=False) as clock:
        first = a_complaint()
        clock.shift(timedelta(days=3))
        second, answered = a_complaint(), a_complaint()
    services.answer(complaint=answered, text="Maaf.", actor=OFFICE)
    assert list(queries.for_office(shop.office)) == [first, second, answered]
    assert list(queries.for_office(shop.export)) == []
    assert list(queries.for_office(shop.member)) == []


def test_the_clock_closes_what_nobody_asked_about_again(shop: World) -> None:
    with time_machine.travel(THURSDAY, tick=False) as clock:
        quiet, waits = a_complaint(), a_complaint()
        services.answer(complaint=quiet, text="Maaf.", actor=OFFICE)
        clock.shift(timedelta(days=13))
        close_answered()
        assert Complaint.objects.get(pk=quiet.pk).state == states.ANSWERED
        clock.shift(timedelta(days=1))
        close_answered()
        close_answered()
    assert [Complaint.objects.get(pk=one.pk).state for one in (quiet, waits)] == ["closed", "received"]
    assert [change.why for change in history(quiet)][-1] == states.NO_WORD
    assert [key for key, _to in mails()].count("complaint_ended") == 1


def test_the_office_reads_a_conversation_only_while_a_complaint_is_open(shop: World) -> None:
    thread = write(thread=about_order(shop.order, shop.mine), order=shop.order).thread
    complaint = a_complaint(fulfilment=shop.part)
    assert queries.thread_of(shop.office, complaint) == thread
    assert queries.thread_of(shop.export, complaint) is None
    assert queries.thread_of(shop.member, complaint) is None
    services.withdraw(complaint=complaint, actor=GUEST)
    assert queries.thread_of(shop.office, complaint) is None


def test_about_a_pesantren_it_is_the_complainants_own_conversation(shop: World) -> None:
    thread = write(product=shop.sarong, user=shop.buyer).thread
    assert queries.thread_of(shop.office, a_complaint(partner=shop.mine, user=shop.buyer)) == thread
    assert queries.thread_of(shop.office, a_complaint(partner=shop.mine)) is None
    assert queries.thread_of(shop.office, a_complaint(partner=shop.mine, user=shop.stranger)) is None
    assert queries.thread_of(shop.office, a_complaint()) is None


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one(shop: World) -> None:
    complaint = a_complaint()
    found = race(*[lambda: services.answer(complaint=Complaint.objects.get(), text="Maaf", actor=OFFICE)] * 4)
    assert sorted(type(one).__name__ for one in found) == ["IllegalMove"] * 3 + ["NoneType"]
    assert complaint.entries.count() == 1


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_make_one_complaint(shop: World) -> None:
    key = uuid4()
    found = race(*[lambda: a_complaint(key=key).pk] * 4)
    assert len(set(found)) == 1
    assert (Complaint.objects.count(), len(mails())) == (1, 1)

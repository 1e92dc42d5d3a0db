"""One thread of two, one message a press, mails that do not pester and do not wake anybody."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from marketplace.common.states import history
from marketplace.conversations import queries, services
from marketplace.conversations.models import Message, Side, Thread
from marketplace.notices.models import Mail
from marketplace.notices.services import sweep
from marketplace.people.models import User
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.conversations import write
from tests.factories.orders import placed_order
from tests.factories.paid import OFFICE

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 WIB
EVENING = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)  # 21:30 WIB


@pytest.fixture
def buyer(db: None) -> User:
    return make_user("pembeli@example.com", name="Toko Contoh")


@pytest.fixture
def sarong(db: None) -> Any:
    seller = make_pesantren("contoh-sarung", name="Pesantren Contoh Sarung")
    make_member(make_user("anggota@example.com"), seller)
    return make_product(seller, "Sarung uji", stock=50)


def mails() -> list[str]:
    return list(Mail.objects.order_by("pk").values_list("to", flat=True))


def test_product_and_order_stand_in_one_thread(buyer: User, sarong: Any) -> None:
    order = placed_order([(sarong, 2)], buyer).order
    first = write(product=sarong, user=buyer)
    talk = queries.about_order(order, sarong.partner)
    second = write("Sudah dikirim?", thread=talk, actor=None, order=order)
    assert first.thread == second.thread
    assert [(one.product, one.order) for one in queries.messages_of(talk)] == [(None, order), (sarong, None)]


def test_a_guest_has_a_thread_for_each_order(sarong: Any) -> None:
    orders = [placed_order([(sarong, 1)]).order for _ in range(2)]
    talks = [write(thread=queries.about_order(order, sarong.partner)).thread for order in orders]
    assert [talk.order for talk in talks] == orders
    assert Thread.objects.count() == 2


def test_a_thread_is_of_an_account_or_of_a_guest(buyer: User, sarong: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(partner=sarong.partner)
    order = placed_order([(sarong, 1)]).order
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(partner=sarong.partner, user=buyer, order=order)


def test_a_second_press_writes_nothing(buyer: User, sarong: Any) -> None:
    key = uuid4()
    first, second = (write(product=sarong, user=buyer, key=key) for _ in range(2))
    assert first == second
    assert Message.objects.count() == 1
    assert mails() == ["anggota@example.com"]


@pytest.mark.django_db(transaction=True)
def test_presses_at_the_same_moment_make_one_thread_and_one_message(buyer: User, sarong: Any) -> None:
    key = uuid4()
    results = race(*[lambda: write(product=sarong, user=buyer, key=key).pk] * 6)
    assert len(set(results)) == 1
    assert isinstance(results[0], int)
    assert (Thread.objects.count(), Message.objects.count(), len(mails())) == (1, 1, 1)


def test_markup_is_taken_out(buyer: User, sarong: Any) -> None:
    message = write("<script>x()</script><b>Halo</b>\nada?", product=sarong, user=buyer)
    assert message.text == "Halo\nada?"


def test_a_pesantren_that_has_not_joined_is_not_written_to(buyer: User) -> None:
    listed = make_product(make_pesantren("nyata", sells=False), "Manggis")
    with pytest.raises(services.NotHere):
        write(product=listed, user=buyer)
    assert Thread.objects.count() == 0


def test_twenty_messages_are_one_mail(buyer: User, sarong: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(20):
            write(product=sarong, user=buyer)
            clock.shift(timedelta(seconds=30))
    assert mails() == ["anggota@example.com"]


def test_another_mail_after_a_quarter_of_an_hour_or_once_read(buyer: User, sarong: Any) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        write(product=sarong, user=buyer)
        clock.shift(timedelta(minutes=14))
        write(product=sarong, user=buyer)
        assert len(mails()) == 1
        clock.shift(timedelta(minutes=1))
        message = write(product=sarong, user=buyer)
        assert len(mails()) == 2
        services.mark_read(thread=message.thread, side=Side.SELLER, upto=message.created)
        clock.shift(timedelta(minutes=1))
        write(product=sarong, user=buyer)
        assert len(mails()) == 3


@pytest.mark.night
def test_nobody_is_told_at_night(buyer: User, sarong: Any) -> None:
    with time_machine.travel(EVENING, tick=False) as clock:
        write(product=sarong, user=buyer)
        clock.shift(timedelta(hours=1))
        write(product=sarong, user=buyer)
        mail = Mail.objects.get()
        assert mail.next_try == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 05:00 WIB
        assert sweep() == 0
        clock.move_to(mail.next_try)
        assert sweep() == 1


def test_the_answer_is_told_to_the_buyer(buyer: User, sarong: Any) -> None:
    thread = write(product=sarong, user=buyer).thread
    write("Ada.", thread=thread, side=Side.SELLER, actor=OFFICE)
    mail = Mail.objects.get(to="pembeli@example.com")
    assert "http://testserver/account/messages/contoh-sarung/" in mail.text
    assert "Ada." not in mail.text


def test_the_answer_to_a_guest_carries_the_order_link(sarong: Any) -> None:
    order = placed_order([(sarong, 1)]).order
    thread = write(thread=queries.about_order(order, sarong.partner)).thread
    write("Ada.", thread=thread, side=Side.SELLER, actor=OFFICE)
    mail = Mail.objects.get(key__startswith="message/", to=order.email)
    assert "/messages/contoh-sarung/" in mail.text
    assert "/orders/" in mail.text


def test_unread_counts_both_sides_in_one_query(
    buyer: User, sarong: Any, django_assert_num_queries: Any
) -> None:
    member = User.objects.get(email="anggota@example.com")
    thread = write(product=sarong, user=buyer).thread
    with django_assert_num_queries(1):
        assert queries.unread(member) == queries.Unread(buyer=0, seller=1)
        assert queries.unread(member) == queries.Unread(buyer=0, seller=1)
    assert queries.unread(buyer) == queries.Unread(0, 0)
    write("Ada.", thread=thread, side=Side.SELLER, actor=OFFICE)
    assert queries.unread(User.objects.get(pk=buyer.pk)) == queries.Unread(1, 0)
    assert queries.unread(User.objects.get(pk=member.pk)) == queries.Unread(0, 0)  # who writes has read


def test_the_read_mark_never_goes_back(buyer: User, sarong: Any) -> None:
    first = write(product=sarong, user=buyer)
    second = write(product=sarong, user=buyer)
    services.mark_read(thread=first.thread, side=Side.SELLER, upto=second.created)
    services.mark_read(thread=first.thread, side=Side.SELLER, upto=first.created)
    assert Thread.objects.get().seller_read_to == second.created


def test_a_look_of_the_office_is_written_down(buyer: User, sarong: Any) -> None:
    thread = write(product=sarong, user=buyer).thread
    services.note_office_reading(thread=thread, actor=OFFICE, why="complaint K-1")
    assert [(one.after, one.why) for one in history(thread)] == [("read_by_office", "complaint K-1")]

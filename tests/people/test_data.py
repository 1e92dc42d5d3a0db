"""A person's own data: the copy, the deletion that keeps the books, the end of keeping."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone, translation

from checkout.basket.models import Basket
from marketplace.common import personal
from marketplace.common.actor import SYSTEM
from marketplace.fulfilment import audit
from marketplace.fulfilment import services as fulfilment
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments.models import BankLine, Statement
from marketplace.people import data_services, states, tasks
from marketplace.people.models import DataRequest, User
from marketplace.pesantren.models import Member
from marketplace.reference.models import UserAddress
from offtakers.models import CompanyMember
from tests.factories import catalogue as cat
from tests.factories.companies import make_company
from tests.factories.orders import account, basket_of, placed_order
from tests.factories.paid import pay

pytestmark = pytest.mark.django_db
PASSWORD = "satu-dua-tiga-empat"


@pytest.fixture
def buyer():
    user = cat.make_user("pembeli@example.com", phone="+6281200000001", name="Contoh Pembeli")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def goods():
    return cat.make_product(cat.make_pesantren("contoh-kopi"), stock=100)


def finished(buyer, goods):
    """An order paid, delivered and signed for."""
    placed = placed_order([(goods, 10)], account(buyer))
    pay(placed.due)
    part = placed.order.fulfilments.get()
    fulfilment.accept(fulfilment=part, actor=SYSTEM)
    fulfilment.pack(fulfilment=part, actor=SYSTEM)
    fulfilment.hand_over(fulfilment=part, actor=SYSTEM, carrier="Contoh", tracking_number="1")
    fulfilment.deliver(fulfilment=part, actor=SYSTEM)
    lines = {line.pk: line.quantity for line in part.lines.all()}
    fulfilment.sign(fulfilment=part, actor=SYSTEM, signed_name="Contoh Pembeli", accepted=lines, reasons={})
    placed.order.refresh_from_db()
    return placed.order


def ask(client, buyer):
    client.force_login(buyer)
    return client.post("/account/data/delete/", {"current": PASSWORD})


def test_every_room_with_people_in_it_says_so():
    """A model with a key to a person, or a column with a name, belongs to some holding."""
    codes = {holding.code for holding in personal.holdings()}
    assert {
        "account",
        "addresses",
        "mails",
        "memberships",
        "orders",
        "payments",
        "receipts",
        "baskets",
    } <= codes


def test_privacy_page_lists_every_holding(client):
    text = client.get("/en/privacy/").content.decode()
    for holding in personal.holdings():
        assert str(holding.code)
        assert holding.export is not None
    assert text.count("<tr>") == len(personal.holdings()) + 1


def test_copy_holds_what_is_mine_and_nothing_of_others(client, buyer, goods, queued):
    finished(buyer, goods)
    other = cat.make_user("lain@example.com", name="Orang Lain")
    placed_order([(goods, 10)], account(other))
    client.force_login(buyer)
    client.post("/account/data/copy/")
    client.post("/account/data/copy/")
    request = DataRequest.objects.get()
    tasks.prepare_copy(request.pk)
    tasks.prepare_copy(request.pk)
    request.refresh_from_db()
    response = client.get(f"/account/data/copy/{request.token}.json")
    text = b"".join(response.streaming_content).decode()
    found = json.loads(text)
    assert found["account"][0]["email"] == "pembeli@example.com"
    assert [row["status"] for row in found["orders"]] == ["completed"]
    assert found["receipts"][0]["signed_name"] == "Contoh Pembeli"
    assert found["payments"][0]["kind"] == "receipt"
    assert "lain@example.com" not in text
    assert "Orang Lain" not in text
    assert Mail.objects.filter(key=f"data-copy/{request.pk}").count() == 1
    client.force_login(other)
    assert client.get(f"/account/data/copy/{request.token}.json").status_code == 404


def test_the_sweep_finds_a_copy_the_broker_forgot_and_the_night_ends_it(buyer):
    request = data_services.ask_copy(person=buyer)
    tasks.sweep_data()
    request.refresh_from_db()
    assert request.state == states.READY
    path = request.file.path
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tasks.retain()
    request.refresh_from_db()
    assert (request.state, request.file.name) == (states.GONE, "")
    assert not Path(path).exists()


def test_the_page_follows_a_copy_until_it_is_there(client, buyer):
    client.force_login(buyer)
    page = "/en/account/data/"
    assert "data-progress" not in client.get(page).content.decode()
    data_services.ask_copy(person=buyer)
    assert "data-progress" in client.get(page).content.decode()
    tasks.sweep_data()
    done = client.get(page).content.decode()
    assert ("data-progress" in done, ">Download</a>" in done) == (False, True)


def test_deletion_needs_the_password(client, buyer):
    client.force_login(buyer)
    page = client.post("/en/account/data/delete/", {"current": "falsch"})
    assert page.status_code == 200
    assert not DataRequest.objects.exists()


def test_deletion_waits_three_days_and_can_be_withdrawn(client, buyer):
    assert ask(client, buyer).status_code == 302
    ask(client, buyer)
    request = DataRequest.objects.get()
    assert request.due_at - request.asked_at >= timedelta(hours=71, minutes=59)
    tasks.sweep_data()
    assert User.objects.get(pk=buyer.pk).is_active
    client.post("/account/data/keep/")
    request.refresh_from_db()
    assert request.state == states.WITHDRAWN
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        tasks.sweep_data()
    assert User.objects.get(pk=buyer.pk).email == "pembeli@example.com"


def test_open_orders_debts_and_roles_hinder(client, buyer, goods):
    placed = placed_order([(goods, 10)], account(buyer))
    client.force_login(buyer)
    text = client.get("/en/account/data/delete/").content.decode()
    assert f"Your order {placed.order.number} is not finished yet." in text
    assert "An amount you owe is still open." in text
    ask(client, buyer)
    assert not DataRequest.objects.exists()
    office = cat.make_user("kantor@example.com", staff_role="office")
    with pytest.raises(data_services.NotYet):
        data_services.ask_erasure(person=office)


def test_the_last_member_of_a_selling_pesantren_stays_until_another_comes(goods):
    member = cat.make_user("anggota@example.com")
    cat.make_member(member, goods.partner)
    with pytest.raises(data_services.NotYet) as refused:
        data_services.ask_erasure(person=member)
    assert goods.partner.name in refused.value.reasons[0]
    cat.make_member(cat.make_user("dua@example.com"), goods.partner)
    data_services.ask_erasure(person=member)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        tasks.sweep_data()
    assert Member.objects.filter(partner=goods.partner).count() == 1


def test_deletion_keeps_the_books(client, buyer, goods):
    order = finished(buyer, goods)
    basket_of([(goods, 10)], owner=buyer)
    UserAddress.objects.create(
        user=buyer, first_name="Contoh", line1="Jl. Contoh 2", country=cat.make_country()
    )
    before = order.total
    ask(client, buyer)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        tasks.sweep_data()
        tasks.sweep_data()
    person = User.objects.get(pk=buyer.pk)
    assert (person.name, person.phone, person.is_active) == ("", None, False)
    assert person.email == f"erased-{buyer.pk}@invalid.example"
    assert person.erased_at is not None
    order = Order.objects.get(pk=order.pk)
    assert (order.user, order.buyer_phone, order.buyer_name, order.total) == (
        None,
        "",
        "Contoh Pembeli",
        before,
    )
    assert order.shipping_address.phone_number == ""
    assert not UserAddress.objects.filter(user=buyer).exists()
    assert not Basket.objects.filter(owner=buyer).exists()
    assert [mail.key for mail in Mail.objects.filter(to="pembeli@example.com")] == [f"erased/{buyer.pk}"]
    assert audit.audit() == []
    assert client.get("/account/orders/").status_code == 302  # the session ended
    assert not client.login(username="pembeli@example.com", password=PASSWORD)


def test_a_hindrance_that_came_later_postpones_by_a_day(buyer, goods):
    request = data_services.ask_erasure(person=buyer)
    placed_order([(goods, 10)], account(buyer))
    with time_machine.travel(request.due_at + timedelta(minutes=1)):
        tasks.sweep_data()
        request.refresh_from_db()
        assert request.state == states.ASKED
        assert timedelta(hours=23) < request.due_at - timezone.now() <= timedelta(days=1)


def test_retention_ends_contact_after_a_year_and_names_after_ten(buyer, goods):
    order = finished(buyer, goods)
    Order.objects.filter(pk=order.pk).update(date_placed=timezone.now() - timedelta(days=366))
    tasks.retain()
    order = Order.objects.get(pk=order.pk)
    assert (order.buyer_phone, order.buyer_name, order.user_id) == ("", "Contoh Pembeli", buyer.pk)
    assert order.shipping_address.line1 != ""
    Order.objects.filter(pk=order.pk).update(date_placed=timezone.now() - timedelta(days=3700))
    tasks.retain()
    order = Order.objects.get(pk=order.pk)
    assert (order.buyer_name, order.user_id, order.shipping_address.line1) == ("", None, "")
    assert audit.audit() == []


def test_open_orders_are_not_touched_by_retention(buyer, goods):
    placed = placed_order([(goods, 10)], account(buyer))
    Order.objects.filter(pk=placed.order.pk).update(date_placed=timezone.now() - timedelta(days=400))
    tasks.retain()
    assert Order.objects.get(pk=placed.order.pk).buyer_phone != ""


def test_mails_end_after_a_year(buyer):
    data_services.ask_erasure(person=buyer)
    Mail.objects.update(created=timezone.now() - timedelta(days=366))
    tasks.retain()
    assert not Mail.objects.exists()


def test_unused_accounts_are_warned_then_end_and_a_sign_in_keeps_them(buyer):
    kept = cat.make_user("tetap@example.com")
    long_ago = timezone.now() - timedelta(days=3 * 365 - 29)
    User.objects.update(date_joined=long_ago, last_login=None)
    tasks.retain()
    tasks.retain()
    assert Mail.objects.filter(key__startswith="idle/").count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        User.objects.filter(pk=kept.pk).update(last_login=timezone.now())
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        tasks.retain()
    assert User.objects.get(pk=buyer.pk).erased_at is not None
    assert User.objects.get(pk=kept.pk).erased_at is None


def test_a_room_that_fails_does_not_hold_up_the_others(buyer, monkeypatch, caplog):
    broken = personal.Holding("broken", "", "", "", "", purge=lambda now: 1 / 0)
    monkeypatch.setitem(personal._holdings, "broken", broken)
    Mail.objects.create(
        key="x", to="a@example.com", language="id", subject="", text="", html="", message_id="x"
    )
    Mail.objects.update(created=timezone.now() - timedelta(days=366))
    tasks.retain()
    assert not Mail.objects.exists()
    assert "Retention of broken failed" in caplog.text


def test_one_request_that_fails_does_not_hold_up_the_others(buyer, monkeypatch, caplog):
    other = cat.make_user("lain@example.com")
    first, second = data_services.ask_copy(person=buyer), data_services.ask_copy(person=other)

    def export(person):
        if person.pk == buyer.pk:
            raise ValueError
        return []

    monkeypatch.setitem(
        personal._holdings, "broken", personal.Holding("broken", "", "", "", "", export=export)
    )
    tasks.sweep_data()
    for request in (first, second):
        request.refresh_from_db()
    assert (first.state, second.state) == (states.ASKED, states.READY)
    assert f"Data request {first.pk} failed" in caplog.text


def test_the_last_person_of_a_company_that_owes_stays(buyer, goods):
    company = make_company(buyer)
    colleague = cat.make_user("rekan@example.com")
    CompanyMember.objects.create(company=company, user=colleague, roles=["buyer"])
    due = placed_order([(goods, 10)], account(colleague), company=company).due
    assert personal.hindrances(buyer) != []  # the only one who decides there
    CompanyMember.objects.filter(user=colleague).delete()
    with translation.override("en"):
        assert personal.hindrances(buyer) == ["Contoh Katering (fiktif) still has a bill to pay."]
    pay(due)
    assert personal.hindrances(buyer) == []


def test_names_on_bank_statements_end_after_ten_years(buyer):
    statement = Statement.objects.create(
        layout="mandiri", name="a.csv", sha256="0", content=b"CONTOH", rows=1
    )
    line = BankLine.objects.create(
        statement=statement,
        key="k",
        number=1,
        booked_on=timezone.localdate(),
        text="DARI CONTOH",
        payer="CONTOH",
        sen=100,
        state="taken",
    )
    tasks.retain()
    line.refresh_from_db()
    assert line.payer == "CONTOH"
    with time_machine.travel(timezone.now() + timedelta(days=3655)):
        tasks.retain()
    line.refresh_from_db()
    statement.refresh_from_db()
    assert (line.payer, line.text, bytes(statement.content)) == ("", "", b"")


def test_migrations_are_complete():
    call_command("makemigrations", "customer", "--check", "--dry-run")

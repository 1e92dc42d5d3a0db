"""A promise: recorded once, confirmed by both, corrected, linked to its own, settled elsewhere, asked about."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection, connections, transaction
from django.utils import timezone, translation

from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.programme import states
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments.amounts import SaidRupiahField, read_rupiah
from marketplace.programme.commitments.stages import stage_of, stages_of
from marketplace.programme.models import Commitment, CommitmentLink, Guest, Lead, Reminder
from marketplace.programme.services import commitments, floor, leads, links, reminders, settlements
from marketplace.programme.services.commitments import CommitmentError, Promise, version
from marketplace.programme.services.links import LinkError
from marketplace.programme.services.settlements import SettlementError
from marketplace.programme.states import BUYER, SELLER
from marketplace.programme.sums import total
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import admin_of, make_company, picture
from tests.factories.orders import placed_order
from tests.factories.overseas import a_rate
from tests.factories.programme import (
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_participation,
)
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote
from tests.fulfilment.steps import bring, paid, sign

ONE = Promise(kind="commitment", what="Roti", value=Money(12_000_000), quantity=100, unit="kg")


def a_file() -> Any:
    file = ContentFile(picture(), name="bukti.png")
    file.kind = "png"  # type: ignore[attr-defined]
    return file


def recorded(**kw: Any) -> Commitment:
    event = kw.pop("event", None) or make_event()
    facts = {"exhibitor": make_exhibitor(event), "guest": make_guest(event), "promise": ONE, "key": uuid4()}
    return commitments.record(event=event, actor=SYSTEM, **(facts | kw))


def said(error: type[Any], call: Any, **kw: Any) -> str:
    with pytest.raises(error) as caught, transaction.atomic():
        call(**kw)
    return str(caught.value.code)


@pytest.mark.parametrize(
    ("text", "rupiah"),
    [
        ("12 juta", 12_000_000),
        ("12,5 jt", 12_500_000),
        ("Rp 1.5 miliar", 1_500_000_000),
        ("rp21,02 milyar", 21_020_000_000),
        ("500rb", 500_000),
        ("750 Ribu", 750_000),
        ("12.000.000", 12_000_000),
        ("Rp. 1.500.000,-", 1_500_000),
        ("١٢ juta", 12_000_000),
        ("3 مليون", 3_000_000),
        ("1,2345678 juta", None),  # more than six digits: nobody says so
        ("0,0001 ribu", None),  # a part of a rupiah
        ("1,5 juta", 1_500_000),
        ("1.5 juta", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1500 juta", 1_500_000_000),
        ("0,125 miliar", 125_000_000),  # no thousands begin with a nought
        ("1.500 juta", None),  # one and a half, or fifteen hundred
        ("1,500 jt", None),
        ("Rp 10.000 ribu", None),
        ("١.٥٠٠ juta", None),
        ("12 apel", None),
        ("12 M", None),
        ("juta", None),
        ("", None),
    ],
)
def test_rupiah_as_people_say_them(text, rupiah):
    assert read_rupiah(text) == rupiah


TWICE = "A number like 1.500 before juta can be read in two ways. Write 1500 juta or 1,5 juta."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("21 M", "M can be read in two ways. Write juta or miliar."),
        ("1.500 juta", TWICE),
        ("Rp 10.000 ribu", TWICE),
        ("Rp 2,050 M", "M can be read in two ways. Write juta or miliar."),
        ("12 apel", "Write the amount as 12.000.000, or in words as 12 juta or 1,5 miliar."),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_back(text: str, why: str):
    with translation.override("en"):
        with pytest.raises(ValidationError) as caught:
            SaidRupiahField(label="x").clean(text)
        assert caught.value.messages == [why]


@pytest.mark.django_db
def test_sent_twice_is_kept_once_and_both_sides_are_asked_once():
    event = make_event()
    seller, buyer = make_exhibitor(event), make_guest(event)
    make_member(make_user("anggota@example.com"), seller.partner)
    key, at = uuid4(), timezone.now() - timedelta(hours=2)
    call = {"event": event, "exhibitor": seller, "guest": buyer, "promise": ONE, "key": key, "actor": SYSTEM}
    first = commitments.record(**call, recorded_at=at)
    assert commitments.record(**call) == first
    assert (first.rupiah, first.state, first.recorded_at) == (12_000_000, states.RECORDED, at)
    mails = Mail.objects.filter(key__startswith="commitment_confirm/")
    assert sorted(mails.values_list("to", flat=True)) == ["anggota@example.com", buyer.email]
    assert first.seller_token in mails.get(to="anggota@example.com").text
    assert first.buyer_token in mails.get(to=buyer.email).text
    other = make_event()
    facts = {**call, "event": other, "exhibitor": make_exhibitor(other), "guest": make_guest(other)}
    assert said(CommitmentError, commitments.record, **facts) == "key"
    assert said(CommitmentError, commitments.record, **{**call, "event": other, "key": uuid4()}) == "event"
    future = commitments.record(**{**call, "key": uuid4()}, recorded_at=timezone.now() + timedelta(days=1))
    assert future.recorded_at <= timezone.now()


@pytest.mark.django_db
def test_another_currency_is_turned_by_a_named_rate():
    promise = Promise(kind="po", what="Kopi", value=Money(1_000_050, "USD"))
    assert said(CommitmentError, recorded, promise=promise) == "rate"
    a_rate("16250")
    made = recorded(promise=promise)
    assert made.rupiah == 162_508_125
    assert made.rate_note == f"1 USD = 16250 IDR, Contoh (uji), {timezone.now():%Y-%m-%d}"


@pytest.mark.django_db
def test_both_confirm_what_they_saw():
    made = recorded()
    yes = {"commitment": made, "seen": version(made), "actor": SYSTEM}
    assert said(CommitmentError, commitments.confirm, **{**yes, "seen": "x"}, side=SELLER) == "changed"
    assert commitments.confirm(**yes, side=SELLER).state == states.RECORDED
    assert commitments.confirm(**yes, side=SELLER).state == states.RECORDED  # pressed twice
    assert total(made.event.province).committed == 0
    assert commitments.confirm(**yes, side=BUYER).state == states.CONFIRMED
    assert total(made.event.province).committed == 12_000_000
    why = {"commitment": made, "why": "x", "actor": SYSTEM}
    assert said(CommitmentError, commitments.dispute, **why, side=SELLER) == "closed"
    assert said(CommitmentError, commitments.correct, **why, promise=ONE) == "closed"


@pytest.mark.django_db
def test_a_correction_is_history_and_both_confirm_anew():
    officer = make_user("officer@example.com", staff_role="office")
    made = recorded()
    Commitment.objects.filter(pk=made.pk).update(recorded_by=officer)
    old = version(made)
    commitments.confirm(commitment=made, side=SELLER, seen=old, actor=SYSTEM)
    commitments.dispute(commitment=made, side=BUYER, why="hanya 50 kg", actor=SYSTEM)
    made.refresh_from_db()
    assert (made.state, made.seller_said_at, made.disputed_why) == (states.DISPUTED, None, "hanya 50 kg")
    assert Mail.objects.filter(to="officer@example.com", key__startswith="commitment_different/").count() == 1
    half = Promise(kind="commitment", what="Roti", value=Money(6_000_000), quantity=50, unit="kg")
    commitments.correct(commitment=made, promise=half, why="telepon", actor=SYSTEM)
    made.refresh_from_db()
    assert (made.state, made.rupiah, made.quantity, made.disputed_why) == (states.RECORDED, 6_000_000, 50, "")
    last = history(made).last()
    assert last.why == f"{old} → {version(made)}: telepon"
    late = {"commitment": made, "side": SELLER, "actor": SYSTEM}
    assert said(CommitmentError, commitments.confirm, **late, seen=old) == "changed"
    for side in (SELLER, BUYER):
        commitments.confirm(commitment=made, side=side, seen=version(made), actor=SYSTEM)
    assert total(made.event.province).committed == 6_000_000


@pytest.mark.django_db
def test_it_is_closed_with_a_reason_once():
    made = make_commitment()
    commitments.close(commitment=made, why="pembeli bangkrut", actor=SYSTEM)
    with pytest.raises(IllegalMove), transaction.atomic():
        commitments.close(commitment=made, why="lagi", actor=SYSTEM)
    made.refresh_from_db()
    assert (made.state, made.closed_why) == (states.CLOSED, "pembeli bangkrut")
    assert total(made.event.province).committed == made.rupiah  # it was promised


@pytest.mark.django_db
def test_a_stand_finds_who_was_typed_or_scanned():
    event = make_event()
    one = make_exhibitor(event, make_pesantren("contoh-a", name="Pesantren Contoh Al-Hikmah"), booth="B7")
    two = make_exhibitor(event, make_pesantren("contoh-b", name="Pesantren Contoh Nurul"))
    both = floor.exhibitors_of(event)
    for text in (
        f"https://x.test/events/{one.token}/",
        "B7",
        "al-hikmah",
        floor.label(one),
        one.partner.name,
    ):
        assert floor.find_exhibitor(text, both) == one
    assert floor.find_exhibitor("contoh", both) is None  # two fit
    assert floor.find_exhibitor("siapa", both) is None
    guest = make_guest(event, name="PT Contoh Besar")
    assert floor.find_guest(f"/events/{guest.token}/", event) == guest
    assert floor.find_guest(" pt contoh besar ", event) == guest
    call = {"event": event, "exhibitor": two, "contact": floor.Contact("b@example.com"), "promise": ONE}
    key = uuid4()
    made = floor.record(**call, guest="CV Contoh Baru", key=key, actor=SYSTEM)
    again = floor.record(**call, guest="CV Contoh Baru", key=key, actor=SYSTEM)
    assert again == made
    assert (Guest.objects.filter(event=event).count(), made.guest.email) == (2, "b@example.com")
    theirs = {**call, "exhibitor": one}
    assert said(CommitmentError, floor.record, **theirs, guest="x", key=key, actor=SYSTEM) == "key"


@pytest.mark.django_db
def test_only_demands_contracts_and_orders_of_the_same_two_are_linked_and_each_once():
    company = make_company(make_user("pembeli@example.com"), name="Contoh Pembeli Satu")
    other = make_company(make_user("lain@example.com"), name="Contoh Pembeli Dua", email="dua@example.com")
    rice = make_commodity()
    mine, theirs = make_pesantren("contoh-a"), make_pesantren("contoh-b")
    event = make_event()
    made = make_commitment(make_exhibitor(event, mine), make_guest(event))
    again = make_commitment(made.exhibitor, make_guest(event, company=company))
    product, others = goods_of(mine, rice), goods_of(theirs, rice)
    demand = make_demand([a_good(rice)], company)
    contract = make_contract(make_quote(demand, product))
    strange = make_contract(make_quote(make_demand([a_good(rice)], company), others))
    foreign = make_demand([a_good(rice)], other)
    order = placed_order([(product, 5)], admin_of(company)).order
    call = {"actor": SYSTEM}
    assert said(LinkError, links.link, commitment=made, demand=demand, **call) == "name"
    commitments.name_company(commitment=made, company=company, actor=SYSTEM)
    made.refresh_from_db()
    assert made.guest == again.guest  # that company is at the event already
    assert said(LinkError, links.link, commitment=made, demand=foreign, **call) == "buyer"
    assert said(LinkError, links.link, commitment=made, contract=strange, **call) == "seller"
    guest_order = placed_order([(product, 5)]).order
    assert said(LinkError, links.link, commitment=made, order=guest_order, **call) == "buyer"
    elsewhere = placed_order([(others, 5)], admin_of(company)).order
    assert said(LinkError, links.link, commitment=made, order=elsewhere, **call) == "seller"
    offered = links.suggestions(made)
    assert (offered["demands"][-1], offered["contracts"], offered["orders"]) == (demand, [contract], [order])
    assert stage_of(made).stage == "inquiry"
    first = links.link(commitment=made, demand=demand, **call)
    assert links.link(commitment=made, demand=demand, **call) == first
    assert stage_of(made).stage == "inquiry"  # to ask for goods is no letter of intent
    links.link(commitment=made, contract=contract, **call)
    assert stage_of(made).stage == "contract"
    assert said(LinkError, links.link, commitment=again, contract=contract, **call) == "taken"
    links.link(commitment=made, order=order, **call)
    assert links.suggestions(made)["orders"] == links.suggestions(made)["contracts"] == []
    (part,) = paid(order_placed(order))
    part = bring(part, "handed_over")
    assert stage_of(made).stage == "shipped"
    sign(bring(part, "delivered"))
    assert (stage_of(made).stage, stage_of(made).realised) == ("partly", 5 * 20_000)
    Commitment.objects.filter(pk=made.pk).update(rupiah=5 * 20_000)
    made.refresh_from_db()
    assert stage_of(made).stage == "paid"
    links.unlink(link=CommitmentLink.objects.get(order=order), actor=SYSTEM, why="salah")
    assert stage_of(made).stage == "contract"
    commitments.close(commitment=made, why="selesai", actor=SYSTEM)
    assert said(LinkError, links.link, commitment=made, order=order, **call) == "closed"


def order_placed(order: Any) -> Any:
    class Placed:
        due = order.dues.get()

    Placed.order = order  # type: ignore[attr-defined]
    return Placed


@pytest.mark.django_db
def test_settled_elsewhere_counts_once_both_say_so():
    made = make_commitment()
    told = {"commitment": made, "rupiah": 7_000, "settled_on": today(), "actor": SYSTEM}
    row = settlements.report(**told, by="seller", file=a_file())
    assert settlements.report(**told, by="seller", file=a_file()) == row  # pressed twice
    assert Mail.objects.filter(key__startswith=f"commitment_settled/{made.number}/").count() == 1
    assert total(made.event.province).reported == 0
    assert settlements.answer(settlement=row, side=BUYER, is_so=True, actor=SYSTEM).counts
    assert settlements.answer(settlement=row, side=BUYER, is_so=True, actor=SYSTEM).counts
    assert total(made.event.province).reported == 7_000
    no = {"settlement": row, "side": BUYER, "is_so": False, "why": "tidak", "actor": SYSTEM}
    assert said(SettlementError, settlements.answer, **no) == "answered"
    office = settlements.report(**{**told, "rupiah": 9_000}, by="office", file=a_file())
    settlements.answer(settlement=office, side=SELLER, is_so=True, actor=SYSTEM)
    settlements.answer(**{**no, "settlement": office})
    assert total(made.event.province).reported == 7_000
    assert (row.file_kind, row.file_name) == ("image/png", "bukti.png")
    early = make_commitment(state=states.RECORDED)
    assert (
        said(SettlementError, settlements.report, **{**told, "commitment": early}, by="buyer", file=a_file())
        == "state"
    )


@pytest.mark.django_db
def test_both_sides_and_the_mentor_are_asked_on_time_and_once():
    mentor = make_user("pendamping@example.com", staff_role="mentor")
    event = make_event(starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 2))
    made = make_commitment(make_exhibitor(event))
    make_member(make_user("anggota@example.com"), made.exhibitor.partner)
    make_participation(event.year, partner=made.exhibitor.partner, mentor=mentor)
    make_commitment(made.exhibitor, state=states.CLOSED)
    make_commitment(made.exhibitor, state=states.DISPUTED)
    assert reminders.remind_all(date(2026, 10, 1)) == 0  # 29 days
    assert reminders.remind_all(date(2026, 10, 4)) == 0  # a Sunday
    assert reminders.remind_all(date(2026, 10, 5)) == 1
    assert reminders.remind_all(date(2026, 10, 6)) == 0
    asked = Mail.objects.filter(key__contains=made.number).values_list("to", flat=True)
    assert sorted(asked) == ["anggota@example.com", "pendamping@example.com", made.guest.email]
    assert reminders.remind_all(date(2026, 12, 1)) == 1  # 90 days
    assert reminders.remind_all(date(2027, 3, 1)) == 1  # 180
    assert reminders.remind_all(date(2027, 12, 1)) == 0
    assert list(Reminder.objects.values_list("round", flat=True).order_by("round")) == [1, 2, 3]


@pytest.mark.django_db
def test_only_promises_that_are_due_are_read(django_assert_num_queries: Any):
    """Not of events to come, of the last weeks, or of other years; nor who was asked in this round or the last."""
    day = date(2026, 10, 5)
    made = {}
    for days in (-10, 29, 30, 100, 200, 365, 366):
        event = make_event(starts_on=day - timedelta(days=days), ends_on=None)
        made[days] = make_commitment(make_exhibitor(event))
    for days, number in ((100, 1), (200, 3)):
        Reminder.objects.create(commitment=made[days], round=number)
    with django_assert_num_queries(1):
        due = {one.pk: one.due for one in reminders.waiting(day)}
    assert due == {made[30].pk: 1, made[100].pk: 2, made[365].pk: 3}


@pytest.mark.django_db
def test_what_is_paid_is_not_asked_about():
    company = make_company(make_user("pembeli@example.com"))
    event = make_event(starts_on=today() - timedelta(days=60), ends_on=today() - timedelta(days=60))
    made = make_commitment(make_exhibitor(event), make_guest(event, company=company))
    placed = placed_order([(make_product(made.exhibitor.partner), 2)], admin_of(company))
    links.link(commitment=made, order=placed.order, actor=SYSTEM)
    (part,) = paid(placed)
    sign(bring(part, "delivered"))
    day = next(today() + timedelta(days=n) for n in range(7) if (today() + timedelta(days=n)).weekday() == 2)
    came = stage_of(made).realised
    Commitment.objects.filter(pk=made.pk).update(rupiah=came)
    assert reminders.remind_all(day) == 0
    Commitment.objects.filter(pk=made.pk).update(rupiah=came + 1)  # a rupiah of it is still to come
    assert reminders.remind_all(day) == 1


@pytest.mark.django_db
def test_a_lead_is_followed_up_and_becomes_a_promise():
    event = make_event(country="AE")
    seller = make_exhibitor(event)
    facts = {"company": "Contoh LLC", "country": "AE", "email": "llc@example.com", "wants": "10 t manggis"}
    key = uuid4()
    lead = leads.note(event=event, facts=facts | {"follow_on": today()}, key=key, actor=SYSTEM)
    assert leads.note(event=event, facts=facts, key=key, actor=SYSTEM) == lead
    assert list(commitment_queries.leads_due(event.province)) == [lead]
    leads.follow(lead=lead, text="Ditelepon", next_on=today() + timedelta(days=7), actor=SYSTEM)
    assert not commitment_queries.leads_due(event.province).exists()
    leads.close(lead=lead, why="tak menjawab", actor=SYSTEM)
    with pytest.raises(IllegalMove), transaction.atomic():
        leads.turn(lead=lead, exhibitor=seller, promise=ONE, key=uuid4(), actor=SYSTEM)
    leads.follow(lead=lead, text="Menjawab", next_on=None, actor=SYSTEM)
    turned = uuid4()
    made = leads.turn(lead=lead, exhibitor=seller, promise=ONE, key=turned, actor=SYSTEM)
    assert leads.turn(lead=lead, exhibitor=seller, promise=ONE, key=turned, actor=SYSTEM) == made
    lead.refresh_from_db()
    assert (lead.state, made.lead, made.guest.name, made.guest.email) == (
        states.TURNED,
        lead,
        "Contoh LLC",
        "llc@example.com",
    )
    assert history(made.guest).get().why == lead.number
    leads.invite(lead=lead, language="en", actor=SYSTEM)
    leads.invite(lead=lead, language="en", actor=SYSTEM)
    assert Mail.objects.filter(key__startswith="lead_invited/").count() == 1
    assert not lead.notes.filter(text__contains="example.com").exists()
    (row,) = commitment_queries.from_leads(event.province)
    assert (row.event, row.leads, row.turned, row.commitments, row.realised) == (event, 1, 1, 1, 0)
    assert Lead.objects.count() == 1


@pytest.mark.django_db
def test_from_a_lead_to_what_was_paid():
    company = make_company(make_user("pembeli@example.com"))
    event = make_event()
    seller, guest = make_exhibitor(event), make_guest(event, company=company)
    lead = leads.note(
        event=event, facts={"company": "x", "wants": "roti"}, key=uuid4(), actor=SYSTEM, guest=guest
    )
    made = leads.turn(lead=lead, exhibitor=seller, promise=ONE, key=uuid4(), actor=SYSTEM)
    placed = placed_order([(make_product(seller.partner, price=20_000), 3)], admin_of(company))
    links.link(commitment=made, order=placed.order, actor=SYSTEM)
    (part,) = paid(placed)
    sign(bring(part, "delivered"))
    (row,) = commitment_queries.from_leads(event.province)
    assert (row.leads, row.turned, row.commitments, row.realised) == (1, 1, 1, 60_000)


def at_once(*calls: Any) -> list[Any]:
    """Run these at the same moment, each in its own transaction; what they gave, or the error."""
    barrier = Barrier(len(calls))

    def run(call: Any) -> Any:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_races_confirm_send_and_link_once():
    assert connection.vendor == "postgresql"
    company = make_company(make_user("pembeli@example.com"))
    event = make_event()
    seller, buyer = make_exhibitor(event), make_guest(event, company=company)
    key = uuid4()
    send = {"event": event, "exhibitor": seller, "contact": floor.Contact(), "promise": ONE, "key": key}
    gave = at_once(*[lambda: floor.record(**send, guest="CV Contoh Balap", actor=SYSTEM)] * 4)
    assert {one.pk for one in gave} == set(Commitment.objects.values_list("pk", flat=True))
    assert Guest.objects.filter(name="CV Contoh Balap").count() == 1
    made = gave[0]
    seen = version(made)
    at_once(
        *[
            lambda side=side: commitments.confirm(commitment=made, side=side, seen=seen, actor=SYSTEM)
            for side in (SELLER, BUYER, SELLER, BUYER)
        ]
    )
    made.refresh_from_db()
    assert made.state == states.CONFIRMED
    assert history(made).filter(after=states.CONFIRMED).count() == 1
    one, two = (make_commitment(seller, buyer) for _ in range(2))
    order = placed_order([(make_product(seller.partner), 2)], admin_of(company)).order
    gave = at_once(
        *[lambda mine=mine: links.link(commitment=mine, order=order, actor=SYSTEM) for mine in (one, two)]
    )
    assert [type(row) for row in gave if isinstance(row, LinkError)] == [LinkError]
    assert CommitmentLink.objects.filter(order=order).count() == 1


@pytest.mark.django_db
def test_stages_of_many_cost_as_many_queries_as_of_one(django_assert_num_queries):
    made = [make_commitment() for _ in range(3)]
    rows = Commitment.objects.select_related("exhibitor")
    with django_assert_num_queries(4):
        assert set(stages_of(rows.filter(pk__in=[one.pk for one in made]))) == {one.pk for one in made}

"""One inbox: every kind that waits, truly oldest first, on a constant number of queries."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue import states as listing_states
from catalogue.models import Product
from catalogue.permits import states as permit_states
from catalogue.permits.models import Permit
from marketplace.common.models import StateChange
from marketplace.complaints import services as complaints
from marketplace.complaints.models import Complaint
from marketplace.conversations.models import Message, Side, Thread
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.payments.models import PayoutAccount
from marketplace.payments.services import payout_accounts
from marketplace.reference.working_days import today
from marketplace.workspace import inbox
from tests.factories import catalogue as cat
from tests.factories import orders as buy
from tests.factories.conversations import a_complaint, write
from tests.factories.paid import OFFICE, World, pay, world
from tests.factories.permits import a_permit, a_rule

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def shop() -> World:
    return world()


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


def waits(shop: World) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in inbox.waiting(shop.member)]


def kinds(shop: World) -> list[str]:
    return [kind for kind, _pk in waits(shop)]


def to_door(shop: World, taken: int = 18) -> Return:
    """The buyer keeps `taken` of 20 sarongs; the rest should come back."""
    part = shop.part
    services.accept(fulfilment=part, actor=OFFICE)
    services.pack(fulfilment=part, actor=OFFICE)
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    line = part.lines.get()
    facts = {"accepted": {line.pk: taken}, "reasons": {line.pk: "Dua robek"}}
    services.sign(fulfilment=part, actor=OFFICE, signed_name="Toko Contoh", **facts)
    return Return.objects.get()


def paper(shop: World, product: Any, kind: str, **changes: Any) -> Permit:
    made = a_permit(product, shop.member, kind)
    Permit.objects.filter(pk=made.pk).update(**{"state": permit_states.PROPOSED, **changes})
    return made


def everything(shop: World) -> list[str]:
    """One of each kind; returns the order in which they should stand."""
    colleague = cat.make_user("rekan@example.com")
    cat.make_member(colleague, shop.mine)
    account = payout_accounts.propose(
        partner=shop.mine, bank="Bank Contoh", number="1234567890", holder="Contoh", person=colleague
    )
    PayoutAccount.objects.filter(pk=account.pk).update(proposed_at=ago(1))
    back = to_door(shop)
    Return.objects.filter(pk=back.pk).update(created=ago(2))
    thread = write(user=shop.buyer, product=shop.sarong).thread
    Message.objects.filter(thread=thread).update(created=ago(3))
    Thread.objects.filter(pk=thread.pk).update(buyer_wrote_at=ago(3))
    complaint = a_complaint(partner=shop.mine)
    Complaint.objects.filter(pk=complaint.pk).update(created=ago(4))
    stopped = cat.make_product(shop.mine, "Keripik")
    Product.objects.filter(pk=stopped.pk).update(state=listing_states.STOPPED, is_public=False)
    move = StateChange(subject_type="catalogue.product", subject_id=stopped.pk, before="on_sale")
    move.after, move.at, move.actor_name = listing_states.STOPPED, ago(5), "x"
    move.save()
    paper(shop, shop.sarong, "halal", state=permit_states.REFUSED, why="Foto kabur", proposed_at=ago(6))
    ends = today() + timedelta(days=60 - 8)
    paper(shop, shop.sarong, "md", state=permit_states.CONFIRMED, expires_on=ends, proposed_at=ago(90))
    placed = buy.placed_order([(shop.sarong, 1)])
    pay(placed.due, "BCA-2")
    return ["permit", "refused", "listing", "complaint", "question", "return", "account", "part"]


def test_every_kind_oldest_first(client: Any, shop: World) -> None:
    wanted = everything(shop)
    assert kinds(shop) == wanted
    assert inbox.count(shop.member) == len(wanted)
    client.force_login(shop.member)
    page = client.get(reverse("workspace:home"))
    rows = page.context["rows"]
    assert len(rows) == len(wanted)
    assert all(row.button and row.url and row.title and row.since for row in rows)
    assert [count for _label, _url, here, count in page.context["nav"] if here] == [len(wanted)]
    other = client.get(reverse("workspace:products"))
    assert other.context["nav"][0][3] == len(wanted)
    assert "Foto kabur" in page.content.decode()
    for row in rows:
        assert client.get(row.url).status_code == 200
        assert row.second is None or client.get(row.second[0]).status_code == 200


def test_a_stopped_listing_waits_until_all_that_lacks_was_sent(shop: World) -> None:
    a_rule(shop.sarong, "halal")
    a_rule(shop.sarong, "pirt", "md", topic="distribution")
    Product.objects.filter(pk=shop.sarong.pk).update(state=listing_states.STOPPED, is_public=False)

    assert "listing" in kinds(shop)
    paper(shop, shop.sarong, "organic", state=permit_states.PROPOSED)
    assert "listing" in kinds(shop)  # not what is asked
    paper(shop, shop.sarong, "md", state=permit_states.CONFIRMED, expires_on=today() + timedelta(days=300))
    assert "listing" in kinds(shop)
    paper(shop, shop.sarong, "halal", state=permit_states.PROPOSED)
    assert "listing" not in kinds(shop)


def test_nothing_of_another_pesantren(shop: World) -> None:
    everything(shop)
    assert [(kind, of) for kind, _pk, _since, of in inbox.waiting(shop.stranger)] == [
        ("part", shop.theirs.pk)
    ]
    assert not list(inbox.waiting(shop.buyer))


def test_the_same_questions_however_much_waits(client: Any, shop: World) -> None:
    everything(shop)
    client.force_login(shop.member)
    client.get(reverse("workspace:home"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("workspace:home"))
    for number in range(12):
        placed = buy.placed_order([(shop.sarong, 1)])
        pay(placed.due, f"B-{number}")
        person = cat.make_user(f"p{number}@example.com")
        write(user=person, product=shop.sarong)
        a_complaint(partner=shop.mine)
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("workspace:home"))
    assert len(many) == len(few)
    assert (len(page.context["rows"]), page.context["total"]) == (20, 44)
    second = client.get(reverse("workspace:home"), {"page": "2"}).context["rows"]
    assert second[0].since >= page.context["rows"][-1].since


def test_a_part_waits_since_its_last_step_and_a_couriers_parcel_does_not(shop: World) -> None:
    part = shop.part
    Fulfilment.objects.filter(pk=part.pk).update(offered_at=ago(9))
    services.accept(fulfilment=part, actor=OFFICE)
    [(_kind, _pk, since, _of)] = inbox.waiting(shop.member)
    assert since >= NOW
    line = part.lines.get()
    services.bring_less(fulfilment=part, brings={line.pk: 19}, why="Satu sobek", actor=OFFICE)
    assert [row[2] for row in inbox.waiting(shop.member)] == [
        since
    ]  # less comes: it waits no shorter for that
    services.pack(fulfilment=part, actor=OFFICE)
    assert kinds(shop) == ["part"]
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    assert kinds(shop) == []


def test_a_question_waits_until_it_is_answered_or_nothing_is_left_to_answer(client: Any, shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="x")
    first = write("Ada warna biru?", user=shop.buyer, product=shop.sarong)
    write("Dan hijau?", user=shop.buyer, product=shop.sarong)
    [(kind, _pk, since, _of)] = inbox.waiting(shop.member)
    assert (kind, since) == ("question", first.created)
    client.force_login(shop.member)
    page = client.get(reverse("workspace:conversation", args=[first.thread_id]))  # read, not answered
    assert kinds(shop) == ["question"]
    assert "Tidak perlu dijawab" in page.content.decode()
    first.thread.refresh_from_db()
    write("Ada.", thread=first.thread, side=Side.SELLER)
    assert kinds(shop) == []
    thanks = write("Terima kasih", user=shop.buyer, product=shop.sarong)
    [(_kind, _pk, since, _of)] = inbox.waiting(shop.member)
    assert since == thanks.created
    done = reverse("workspace:conversation-done", args=[first.thread_id])
    upto = Thread.objects.get().buyer_wrote_at.isoformat()  # type: ignore[union-attr]
    assert client.post(done, {"upto": "gestern"}).status_code == 302
    assert kinds(shop) == ["question"]
    client.post(done, {"upto": upto})
    assert kinds(shop) == []
    write("Satu lagi: berapa ongkirnya?", user=shop.buyer, product=shop.sarong)
    client.post(done, {"upto": upto})  # an old page says nothing about the new question
    assert kinds(shop) == ["question"]


def test_a_complaint_waits_for_the_pesantrens_view_and_again_when_it_is_opened_again(shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="x")
    complaint = a_complaint(partner=shop.mine)
    facts = {"text": "Kami ganti.", "key": complaint.key}
    complaints.add_view(complaint=complaint, actor=OFFICE, **facts)
    assert kinds(shop) == []
    complaints.answer(complaint=complaint, text="Diganti.", actor=OFFICE)
    complaints.reopen(complaint=complaint, text="Belum.", actor=OFFICE)
    assert kinds(shop) == ["complaint"]


def test_a_permit_waits_until_a_newer_one_is_sent(shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="x")
    over = {"expires_on": today() - timedelta(days=3), "proposed_at": ago(400)}
    ended = paper(shop, shop.sarong, "md", state=permit_states.EXPIRED, **over)
    assert waits(shop) == [("permit", ended.pk)]
    paper(shop, cat.make_product(shop.mine, "Peci"), "md")  # of other goods
    assert waits(shop) == [("permit", ended.pk)]
    newer = paper(shop, shop.sarong, "md")
    assert waits(shop) == []
    newer.delete()
    Product.objects.filter(pk=shop.sarong.pk).update(state=listing_states.PAUSED, is_public=False)
    assert waits(shop) == []  # nobody asks for papers of what is not offered


def test_ones_own_bank_account_does_not_wait_for_oneself(shop: World) -> None:
    services.decline(fulfilment=shop.part, actor=OFFICE, why="x")
    payout_accounts.propose(
        partner=shop.mine, bank="Bank Contoh", number="1234567890", holder="Contoh", person=shop.member
    )
    assert kinds(shop) == []


def test_who_works_for_two_reads_which(client: Any, shop: World) -> None:
    cat.make_member(shop.member, shop.theirs)
    client.force_login(shop.member)
    rows = client.get(reverse("workspace:home")).context["rows"]
    assert {row.seller for row in rows} == {"Pesantren Contoh Sarung", "Pesantren Contoh Kopi"}

"""Who may be a buyer, what may be linked, and whose link opens: rules of promises that nobody gets around."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.programme import states
from marketplace.programme.commitments import personal as commitment_personal
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments.stages import STAGES, of_stage, stages_of
from marketplace.programme.events import personal
from marketplace.programme.models import Commitment, Guest, LeadNote
from marketplace.programme.services import commitments, floor, guests, leads, links, settlements
from marketplace.programme.services.commitments import CommitmentError, version
from marketplace.programme.services.links import LinkError
from marketplace.programme.states import BUYER, SELLER
from marketplace.programme.sums import total
from marketplace.reference.working_days import today
from offtakers.models import Company
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import admin_of, make_company, picture
from tests.factories.orders import placed_order
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_demand, make_quote
from tests.programme.test_commitments import ONE, a_file, said

pytestmark = pytest.mark.django_db


def test_a_buyer_noted_at_a_stand_counts_once_the_office_has_looked():
    event = make_event()
    seller = make_exhibitor(event, make_pesantren("contoh-a", phone="+6281234500001"))
    member = make_user("anggota@example.com", phone="+6281234500002")
    make_member(member, seller.partner)
    call = {"event": event, "exhibitor": seller, "promise": ONE, "actor": SYSTEM, "by_seller": True}
    own = [
        floor.Contact("Anggota@example.com"),
        floor.Contact(phone="+6281234500001"),
        floor.Contact(phone="+6281234500002"),
    ]
    for contact in own:
        facts = {**call, "guest": "CV Contoh Sendiri", "contact": contact, "key": uuid4()}
        assert said(CommitmentError, floor.record, **facts) == "own"
    made = floor.record(**call, guest="CV Contoh Baru", contact=floor.Contact("b@example.com"), key=uuid4())
    for side in (SELLER, BUYER):
        commitments.confirm(commitment=made, side=side, seen=version(made), actor=SYSTEM)
    made.refresh_from_db()
    assert made.state == states.CONFIRMED
    row = settlements.report(
        commitment=made, by="seller", rupiah=7_000, settled_on=today(), file=a_file(), actor=SYSTEM
    )
    settlements.answer(settlement=row, side=BUYER, is_so=True, actor=SYSTEM)
    found = total(event.province)
    assert (found.committed, found.reported, found.buyers) == (0, 0, 0)
    assert list(commitment_queries.unseen(event.province)) == [made.guest]
    for _ in range(2):
        commitments.looked(guest=made.guest, actor=SYSTEM)
    found = total(event.province)
    assert (found.committed, found.reported, found.buyers) == (12_000_000, 7_000, 1)
    assert not commitment_queries.unseen(event.province).exists()
    assert [(one.after, one.why) for one in history(made.guest)] == [("added", made.number), ("looked", "")]


def test_of_a_buyer_seen_at_the_event_or_noted_by_an_officer_promises_count_at_once():
    event = make_event()
    make_commitment(make_exhibitor(event), make_guest(event, added_by_seller=True), rupiah=1)
    make_commitment(
        make_exhibitor(event),
        make_guest(event, added_by_seller=True, checked_in_at=timezone.now()),
        rupiah=20,
    )
    make_commitment(make_exhibitor(event), make_guest(event), rupiah=300)
    assert total(event.province).committed == 320


def test_a_strange_badge_is_no_buyer():
    event = make_event()
    seller, elsewhere = make_exhibitor(event), make_guest()
    call = {"event": event, "exhibitor": seller, "contact": floor.Contact(), "promise": ONE, "actor": SYSTEM}
    before = Guest.objects.count()
    for text in (
        f"https://x.test/id/events/badge/{elsewhere.token}/",
        elsewhere.token,
        "https://x.test/events/badge/",
    ):
        assert said(CommitmentError, floor.record, **call, guest=text, key=uuid4()) == "guest"
    assert Guest.objects.count() == before
    far = floor.Contact(country="AE")
    made = floor.record(**{**call, "contact": far}, guest="Contoh LLC", key=uuid4())
    assert (made.guest.country, made.guest.language, made.guest.added_by_seller) == ("AE", "en", False)


def test_a_buyer_becomes_a_verified_company_once_and_confirms_anew():
    company = make_company(make_user("pembeli@example.com"), name="Contoh Pembeli Satu")
    other = make_company(make_user("lain@example.com"), name="Contoh Pembeli Dua", email="dua@example.com")
    event = make_event()
    guest = make_guest(event)
    made, second = (make_commitment(make_exhibitor(event), guest) for _ in range(2))
    closed = make_commitment(make_exhibitor(event), guest, state=states.CLOSED)
    told = {"commitment": second, "rupiah": 7_000, "settled_on": today(), "actor": SYSTEM}
    for side in (SELLER, BUYER):
        paid_elsewhere = settlements.report(**told, by=side, file=a_file())
    assert paid_elsewhere.counts
    call = {"commitment": made, "actor": SYSTEM}
    Company.objects.filter(pk=other.pk).update(state="suspended")
    other.refresh_from_db()
    assert said(CommitmentError, commitments.name_company, **call, company=other) == "verified"
    late = {"commitment": closed, "company": company, "actor": SYSTEM}
    assert said(CommitmentError, commitments.name_company, **late) == "closed"
    commitments.name_company(**call, company=company)
    for one in (made, second):
        old = one.buyer_token
        one.refresh_from_db()
        assert (one.state, one.buyer_said_at, one.guest) == (states.RECORDED, None, guest)
        assert one.seller_said_at
        assert commitment_queries.by_token(old) is None
        assert Mail.objects.get(key__startswith=f"commitment_confirm/{one.number}/").to == company.email
    paid_elsewhere.refresh_from_db()
    assert not paid_elsewhere.counts
    guest.refresh_from_db()
    assert guest.company == company
    assert history(guest).get().why == company.name
    commitments.name_company(**call, company=company)  # pressed twice
    assert history(guest).count() == 1
    Company.objects.filter(pk=other.pk).update(state="verified")
    other.refresh_from_db()
    assert said(CommitmentError, commitments.name_company, **call, company=other) == "company"
    order = placed_order([(make_product(made.exhibitor.partner), 2)], admin_of(company)).order
    links.link(commitment=made, order=order, actor=SYSTEM)
    assert said(CommitmentError, commitments.name_company, **call, company=other) == "linked"
    guest.refresh_from_db()
    assert guest.company == company


def test_a_demand_is_linked_where_this_pesantren_quoted_or_by_the_buyer():
    company = make_company(make_user("pembeli@example.com"))
    rice, event = make_commodity(), make_event()
    mine, theirs = make_pesantren("contoh-a"), make_pesantren("contoh-b")
    made = make_commitment(make_exhibitor(event, mine), make_guest(event, company=company))
    my_rice, their_rice = goods_of(mine, rice), goods_of(theirs, rice)
    quoted, bare, strange = (make_demand([a_good(rice)], company) for _ in range(3))
    make_quote(quoted, my_rice)
    make_quote(strange, their_rice)
    call = {"commitment": made, "actor": SYSTEM}
    for demand in (bare, strange):
        assert said(LinkError, links.link, **call, demand=demand) == "seller"
    assert links.suggestions(made)["demands"] == [quoted]
    assert links.suggestions(made, by_buyer=True)["demands"] == [strange, bare, quoted]
    assert links.link(**call, demand=quoted).demand == quoted
    assert links.link(**call, demand=bare, by_buyer=True).demand == bare


def test_the_same_payment_said_by_both_counts_once():
    made = make_commitment()
    told = {"commitment": made, "rupiah": 7_000, "settled_on": today(), "actor": SYSTEM}
    first = settlements.report(**told, by="seller", file=a_file())
    second = settlements.report(**told, by="buyer", file=a_file())
    assert (second.pk, second.counts, second.said_by) == (first.pk, True, "seller")
    assert settlements.report(**told, by="office", file=a_file()) == first
    assert total(made.event.province).reported == 7_000
    other = settlements.report(**{**told, "rupiah": 8_000}, by="buyer", file=a_file())
    assert not other.counts


def test_a_new_link_ends_the_old_one():
    made = make_commitment(state=states.RECORDED)
    old, kept = made.buyer_token, made.seller_token
    commitments.new_link(commitment=made, side=BUYER, actor=SYSTEM)
    assert commitment_queries.by_token(old) is None
    made.refresh_from_db()
    assert (commitment_queries.by_token(made.buyer_token), made.seller_token) == ((made, BUYER), kept)
    mail = Mail.objects.get(key__startswith=f"commitment_confirm/{made.number}/")
    assert (mail.to, made.buyer_token in mail.text) == (made.guest.email, True)
    assert history(made).get().why == "new link: buyer"
    commitments.correct(commitment=made, promise=ONE, why="uji", actor=SYSTEM)
    assert commitment_queries.by_token(kept) is None


def test_what_is_confirmed_holds_the_day_and_the_remark():
    made = make_commitment(state=states.RECORDED)
    before = version(made)
    made.note = "tanpa MSG"
    assert version(made) != before
    middle = version(made)
    made.due_on = today() + timedelta(days=400)
    assert version(made) != middle


def test_links_end_with_the_address_and_with_the_member():
    made = make_commitment(state=states.RECORDED)
    done = make_commitment(made.exhibitor, made.guest)
    guest = made.guest
    facts = {name: getattr(guest, name) for name in guests.FIELDS}
    guests.keep(guest=guest, facts={**facts, "looks_for": "kopi"}, actor=SYSTEM)
    assert commitment_queries.by_token(made.buyer_token) == (made, BUYER)
    guests.keep(guest=guest, facts={**facts, "email": "baru@example.com"}, actor=SYSTEM)
    assert [commitment_queries.by_token(one.buyer_token) for one in (made, done)] == [None, None]
    mails = Mail.objects.filter(key__startswith="commitment_confirm/")
    assert [mail.to for mail in mails] == ["baru@example.com"]  # the confirmed one asks nothing
    owner, other = make_user("pemilik@example.com"), make_user("anggota@example.com")
    make_member(owner, made.exhibitor.partner, role="owner")
    leaver = make_member(other, made.exhibitor.partner, role="helper")
    client = Client()
    client.force_login(owner)
    url = reverse("workspace:remove-member", args=[made.exhibitor.partner.code, leaver.pk])
    assert client.post(url).status_code == 302
    assert commitment_queries.by_token(made.seller_token) is None


def test_a_hall_is_not_locked_out_by_wrong_links():
    made, client = make_commitment(state=states.RECORDED), Client()
    codes = [client.get(reverse("deals:confirm", args=[f"{n:032d}"])).status_code for n in range(45)]
    assert (codes[0], codes[-1]) == (404, 429)
    assert client.get(reverse("deals:confirm", args=[made.buyer_token])).status_code == 200


def test_old_contacts_notes_and_papers_end():
    event = make_event()
    facts = {"company": "Contoh LLC", "email": "llc@example.com", "wants": "kopi"}
    lead = leads.note(event=event, facts=facts, key=uuid4(), actor=SYSTEM)
    leads.follow(lead=lead, text="Bu Contoh, 0812", next_on=None, actor=SYSTEM)
    now = timezone.now()
    assert commitment_personal.PROMISES.purge(now) == 0
    assert commitment_personal.PROMISES.purge(now + timedelta(days=3 * 365 + 1)) == 2
    lead.refresh_from_db()
    assert (lead.company, lead.email, LeadNote.objects.count()) == ("Contoh LLC", "", 0)
    made = make_commitment()
    told = {"commitment": made, "rupiah": 7_000, "settled_on": today(), "actor": SYSTEM}
    row = settlements.report(**told, by="seller", file=a_file())
    storage, name = row.file.storage, row.file.name
    late = now + timedelta(days=10 * 365 + 1)
    assert commitment_personal.EVIDENCE.purge(now) == 0
    assert commitment_personal.EVIDENCE.purge(late) == 1
    assert commitment_personal.EVIDENCE.purge(late) == 0
    row.refresh_from_db()
    assert (str(row.file), row.rupiah, storage.open(name).read()) == (
        "",
        7_000,
        picture(),
    )  # until the commit
    assert Client().get(reverse("deals:evidence", args=[made.buyer_token, row.token])).status_code == 404
    guest = make_guest(
        make_event(starts_on=today() - timedelta(days=900), ends_on=today() - timedelta(days=900))
    )
    recent = make_commitment(make_exhibitor(guest.event), guest)
    assert personal.EVENT_GUESTS.purge(now) == 0
    Commitment.objects.filter(pk=recent.pk).update(recorded_at=now - timedelta(days=800))
    assert personal.EVENT_GUESTS.purge(now) == 1


def office() -> Client:
    client = Client()
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    return client


def test_the_office_looks_at_a_buyer_and_sends_links():
    client, event = office(), make_event()
    guest = make_guest(event, email="", phone="+971501234567", added_by_seller=True, language="en")
    made = make_commitment(make_exhibitor(event), guest, state=states.RECORDED)
    other = make_commitment(made.exhibitor)
    listed = client.get(reverse("office:commitments"), {"state": "unseen"}).content.decode()
    assert made.number in listed
    assert other.number not in listed
    url = reverse("office:commitment", args=[made.number])
    page = client.get(url).content.decode()
    assert "https://wa.me/971501234567?text=" in page
    assert made.buyer_token in page
    assert page.count("tidak punya alamat email") == 2  # neither the buyer nor the pesantren without members
    client.post(url, {"do": "looked"})
    assert not commitment_queries.unseen(event.province).exists()
    client.post(url, {"do": "renew", "side": "buyer"})
    assert commitment_queries.by_token(made.buyer_token) is None
    assert commitment_queries.by_token(made.seller_token)


def test_sums_are_parted_and_days_and_stages_filter():
    client = office()
    event = make_event(time_zone="Asia/Dubai")
    seller = make_exhibitor(event)
    late = timezone.now().replace(hour=21, minute=30)  # the next day in Dubai, and in Jakarta
    old = make_commitment(seller, rupiah=40_000_000, recorded_at=late - timedelta(days=3))
    new = make_commitment(seller, rupiah=2_000_000, kind="loi", recorded_at=late - timedelta(days=10))
    day = (late - timedelta(days=2)).date()
    url = reverse("office:commitments")
    page = client.get(
        url, {"first": day.isoformat(), "last": day.isoformat(), "by": "event"}
    ).content.decode()
    assert old.number in page
    assert new.number not in page
    assert (
        page.count("Rp\N{NO-BREAK SPACE}40.000.000") >= 4
    )  # the sum, a pesantren, the same of its one event
    assert "Rp\N{NO-BREAK SPACE}42.000.000" not in page
    for by in ("year", "sector", "regency", "market"):
        assert "Rp\N{NO-BREAK SPACE}42.000.000" in client.get(url, {"by": by}).content.decode(), by
    for bad in ({"first": "2026-02-31"}, {"event": "x"}, {"by": "x"}, {"state": "x", "stage": "x"}):
        assert client.get(url, bad).status_code == 200, bad
    assert client.get(url, {"event": "\0"}).status_code == 404  # no address of ours: NullByteMiddleware
    assert client.get(reverse("office:leads"), {"event": "a"}).status_code == 200
    link = reverse("deals:confirm", args=[old.buyer_token])
    assert client.post(link, {"do": "yes", "settlement": "\0"}).status_code == 302


def test_filtering_by_stage_finds_what_folding_all_finds():
    company = make_company(make_user("pembeli@example.com"))
    event = make_event()
    seller, buyer = make_exhibitor(event), make_guest(event, company=company)
    rows = [make_commitment(seller, buyer, kind=kind) for kind in ("commitment", "loi", "commitment", "po")]
    for one in rows[2:]:
        order = placed_order([(make_product(seller.partner), 1)], admin_of(company)).order
        links.link(commitment=one, order=order, actor=SYSTEM)
    all_ = Commitment.objects.select_related("exhibitor")
    folded: dict[str, set[int]] = {}
    for pk, progress in stages_of(all_).items():
        folded.setdefault(progress.stage, set()).add(pk)
    assert len(folded) >= 2
    for stage, _label in STAGES:
        found: Any = of_stage(all_, stage)
        assert set(found.values_list("pk", flat=True)) == folded.get(stage, set()), stage

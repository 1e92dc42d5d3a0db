"""Pages of promises: the link of a side, the office, the stand with and without a phone's key."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.common import dates
from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.programme import states
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest, Lead, Settlement
from marketplace.programme.services import settlements
from marketplace.programme.services.commitments import version
from marketplace.programme.sums import total
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_member, make_product, make_user
from tests.factories.companies import make_company, picture
from tests.factories.orders import placed_order
from tests.factories.programme import (
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
    make_officer,
    make_year,
)

pytestmark = pytest.mark.django_db


def office() -> Client:
    client = Client()
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    return client


def floor_data(exhibitor: Exhibitor, **changes: Any) -> dict[str, Any]:
    facts = {
        "exhibitor": exhibitor.partner.name,
        "guest": "CV Contoh Baru",
        "what": "Sarung uji",
        "quantity": "1.000",
        "unit": "pcs",
        "value": "12,5 juta",
        "kind": "loi",
        "key": str(uuid4()),
    }
    return facts | changes


def test_opening_the_link_changes_nothing_and_both_sides_confirm():
    made = make_commitment(state=states.RECORDED)
    client = Client()
    for token in (made.seller_token, made.buyer_token):
        url = reverse("deals:confirm", args=[token])
        page = client.get(url)
        assert (page.status_code, page["Referrer-Policy"], page["X-Robots-Tag"]) == (
            200,
            "same-origin",
            "noindex",
        )
        made.refresh_from_db()
        client.post(url, {"do": "confirm", "seen": "old"})
        before = (made.state, made.seller_said_at, made.buyer_said_at)
        made.refresh_from_db()
        assert before == (made.state, made.seller_said_at, made.buyer_said_at)
        assert client.post(url, {"do": "confirm", "seen": version(made)}).status_code == 302
    made.refresh_from_db()
    assert made.state == states.CONFIRMED
    assert client.get(reverse("deals:confirm", args=["x" * 32])).status_code == 404


def test_it_is_different_needs_a_reason_and_the_link_is_limited():
    made = make_commitment(state=states.RECORDED)
    url, client = reverse("deals:confirm", args=[made.buyer_token]), Client()
    page = client.post(url, {"do": "different", "different-why": ""})
    assert page.status_code == 200
    assert "Tulis alasannya" in page.content.decode()
    made.refresh_from_db()
    assert made.state == states.RECORDED
    client.post(url, {"do": "different", "different-why": "hanya separuh"})
    made.refresh_from_db()
    assert (made.state, made.disputed_why) == (states.DISPUTED, "hanya separuh")
    codes = [client.post(url, {"do": "confirm", "seen": "x"}).status_code for _ in range(60)]
    assert codes[-1] == 429


def test_a_settlement_is_judged_by_its_bytes_and_answered_by_link():
    made = make_commitment()
    client, url = Client(), reverse("deals:confirm", args=[made.buyer_token])
    data = {"do": "settle", "settle-rupiah": "2 juta", "settle-settled_on": today().isoformat()}
    fake = SimpleUploadedFile("slip.pdf", b"<script>", content_type="application/pdf")
    assert client.post(url, {**data, "settle-file": fake}).status_code == 200
    assert not Settlement.objects.exists()
    tomorrow = {**data, "settle-settled_on": (today() + timedelta(days=1)).isoformat()}
    real = SimpleUploadedFile("slip.png", picture())
    assert client.post(url, {**tomorrow, "settle-file": real}).status_code == 200
    real.seek(0)
    assert client.post(url, {**data, "settle-file": real}).status_code == 302
    row = Settlement.objects.get()
    assert (row.rupiah, row.said_by, row.counts) == (2_000_000, "buyer", False)
    seller = reverse("deals:confirm", args=[made.seller_token])
    paper = client.get(reverse("deals:evidence", args=[made.seller_token, row.token]))
    assert (paper["Content-Type"], b"".join(paper.streaming_content)) == ("image/png", picture())
    other = make_commitment()
    assert client.get(reverse("deals:evidence", args=[other.seller_token, row.token])).status_code == 404
    assert client.post(seller, {"do": "no", "settlement": row.token, "no-why": ""}).status_code == 200
    client.post(seller, {"do": "yes", "settlement": row.token})
    row.refresh_from_db()
    assert row.counts


def test_a_settlement_older_than_its_promise_or_many_times_over_is_refused_beside_its_field():
    """Not before the event or the promise, whichever came first, nor after today; at most ten times the promise."""
    event = make_event(starts_on=today() - timedelta(days=3), ends_on=today())
    made = make_commitment(make_exhibitor(event), rupiah=1_500_000_000)
    client, url = Client(), "/en" + reverse("deals:confirm", args=[made.seller_token])

    def errors(rupiah: str, day: Any) -> dict[str, list[str]]:
        slip = SimpleUploadedFile("slip.png", picture())
        sent = {"settle-rupiah": rupiah, "settle-settled_on": day.isoformat(), "settle-file": slip}
        answer = client.post(url, {"do": "settle", **sent})
        found = answer.context["forms"]["settle"].errors if answer.status_code == 200 else {}
        return {field: [str(text) for text in texts] for field, texts in found.items()}

    refused = errors("99 miliar", date(1900, 1, 1))
    nbsp = "\N{NO-BREAK SPACE}"
    assert {field: [text.replace(nbsp, " ") for text in texts] for field, texts in refused.items()} == {
        "rupiah": ["This is more than 10 times what was promised, Rp 1.500.000.000. Count the zeros again."],
        "settled_on": [
            f"This day lies before the event and before the promise, {dates.day(event.starts_on)}."
        ],
    }
    assert list(errors("15000000001", today())) == ["rupiah"]
    assert list(errors("1 juta", event.starts_on - timedelta(days=1))) == ["settled_on"]
    assert not Settlement.objects.exists()
    assert errors("15 miliar", event.starts_on) == {}
    assert Settlement.objects.get().rupiah == 15_000_000_000
    early = make_event(starts_on=today() + timedelta(days=9), ends_on=today() + timedelta(days=9))
    assert make_commitment(make_exhibitor(early)).begun_on == today()


def test_the_office_takes_a_settlement_back_with_a_reason_and_it_counts_in_no_sum():
    made = make_commitment()
    make_member(make_user("penjual@example.com"), made.exhibitor.partner)
    now = timezone.now()
    facts = {"rupiah": 9_000_000, "settled_on": today(), "said_by": "seller", "file_kind": "image/png"}
    said = {"seller_said_at": now, "buyer_said_at": now}
    row = made.settlements.create(token="a" * 32, **facts, **said)
    kept = made.settlements.create(token="b" * 32, **{**facts, "rupiah": 1_000_000}, **said)
    province, client = made.event.province, office()
    url = "/en" + reverse("office:commitment", args=[made.number])
    link = "/en" + reverse("deals:confirm", args=[made.buyer_token])
    assert total(province).reported == 10_000_000
    data = {"do": "back", "settlement": row.token}
    page = client.post(url, {**data, f"back-{row.token}-why": ""})
    assert list(page.context["form"].errors) == ["why"]
    assert page.content.decode().count(f'id="id_back-{kept.token}-why"') == 1
    stranger = Client()
    stranger.force_login(make_officer("lain@example.com"))
    assert stranger.post(url, {**data, f"back-{row.token}-why": "x"}).status_code == 404
    assert total(province).reported == 10_000_000
    for _twice in range(2):
        assert client.post(url, {**data, f"back-{row.token}-why": "salah ketik"}).status_code == 302
    row.refresh_from_db()
    assert (row.counts, row.taken_back_why, total(province).reported) == (False, "salah ketik", 1_000_000)
    notes = [step.why for step in history(made)]
    assert notes == ["settlement of 9000000, taken back: salah ketik"]
    told = Mail.objects.filter(key__startswith="settlement_taken_back/").order_by("key")
    assert [mail.to for mail in told] == [made.guest.email, "penjual@example.com"]
    for mail, token in zip(told, (made.buyer_token, made.seller_token), strict=True):
        assert mail.text.strip().endswith(f"/commitments/{token}/")
        assert "salah ketik" not in mail.text
    half = made.settlements.create(token="c" * 32, **facts, seller_said_at=now)
    settlements.take_back(settlement=half, why="x", actor=SYSTEM)
    assert [mail.to for mail in told.filter(key__contains="c" * 32)] == ["penjual@example.com"]
    for seen in (url, link):
        assert "Taken back by the office: <bdi>salah ketik</bdi>" in client.get(seen).content.decode()
    text = client.get(url).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "The office took back that Rp 9.000.000 was settled elsewhere: salah ketik" in text
    assert notes[0] not in text


def test_days_that_cannot_be_are_refused_beside_their_field():
    """A promise wanted before its event, a lead to be called in 1990, a filter whose days are the wrong way round."""
    event = make_event(starts_on=today() - timedelta(days=3), ends_on=today())
    seller, client = make_exhibitor(event), office()
    names = ("floor", "lead-new", "commitments")
    floor, lead, listed = (
        "/en" + reverse(f"office:{name}", args=[event.number] * (name != "commitments")) for name in names
    )
    made = make_commitment(seller, state=states.RECORDED)
    one = "/en" + reverse("office:commitment", args=[made.number])
    began = f"This day lies before the event and before the promise, {dates.day(event.starts_on)}."
    page = client.post(floor, floor_data(seller, due_on="1990-01-01"))
    assert page.context["form"].errors == {"due_on": [began]}
    fine = floor_data(seller, due_on=event.starts_on.isoformat())
    assert client.post(floor, fine).status_code == 302
    facts = {"what": "Roti", "value": "1 juta", "kind": "loi", "due_on": "1990-01-01", "why": "uji"}
    page = client.post(one, {"do": "correct", **{f"correct-{name}": value for name, value in facts.items()}})
    assert page.context["forms"]["correct"].errors == {"due_on": [began]}
    over = "This day is over. Write today or a later day."
    noted = {"company": "Contoh LLC", "wants": "kopi", "follow_on": "1990-01-01"}
    assert client.post(lead, noted).context["form"].errors == {"follow_on": [over]}
    assert client.post(lead, {**noted, "follow_on": today().isoformat()}).status_code == 302
    found = reverse("office:lead", args=[Lead.objects.get().number])
    page = client.post(found, {"do": "follow", "follow-text": "Ditelepon", "follow-next_on": "1990-01-01"})
    assert page.context["forms"]["follow"].errors == {"next_on": [over]}
    wrong = "The days are the wrong way round: this one lies before the first."
    assert wrong in client.get(listed, {"first": "2026-02-01", "last": "2026-01-01"}).content.decode()
    assert wrong not in client.get(listed, {"first": "2026-01-01", "last": "2026-01-01"}).content.decode()


def test_nothing_is_promised_at_an_event_before_its_first_day_there():
    """By the clock of the event; once it was begun it runs."""
    early = "This event has not begun. Promises are recorded from its first day there, or once it is running."
    now = datetime(2026, 11, 28, 18, tzinfo=UTC)  # 01.00 of the 29th in Jakarta, 03.00 in Jayapura
    event = make_event(make_year(), starts_on=date(2026, 11, 29), time_zone="Asia/Dubai")  # 22.00 of the 28th
    seller, client = make_exhibitor(event), office()
    member = Client()
    person = make_user("anggota@example.com", language="en")
    make_member(person, seller.partner)
    member.force_login(person)
    lead = Lead.objects.create(number="L-1", event=event, company="CV Contoh", wants="kopi")
    turn = {"turn-exhibitor": seller.pk, "turn-what": "Kopi", "turn-value": "90 juta", "turn-kind": "loi"}
    turn |= {"do": "turn", "turn-key": str(uuid4())}
    names = ("office:floor", "workspace:floor", "office:floor-send", "workspace:floor-send")
    floor, theirs, *sends = ("/en" + reverse(name, args=[event.number]) for name in names)
    of_lead = "/en" + reverse("office:lead", args=[lead.number])
    with time_machine.travel(now):
        for who, url, send in ((client, floor, sends[0]), (member, theirs, sends[1])):
            assert early in who.get(url).content.decode()
            assert who.post(url, floor_data(seller)).context["form"].non_field_errors() == [early]
            answer = who.post(send, floor_data(seller))
            assert (answer.status_code, answer.json()) == (422, {"errors": [early]})
        assert client.post(of_lead, turn).context["form"].non_field_errors() == [early]
        assert not Commitment.objects.exists()
        Event.objects.update(state=states.RUNNING)
        assert client.post(floor, floor_data(seller)).status_code == 302
        Event.objects.update(state=states.OPEN)
    with time_machine.travel(now + timedelta(hours=2)):
        assert early not in client.get(floor).content.decode()
        assert client.post(of_lead, turn).status_code == 302
    assert Commitment.objects.count() == 2


def test_an_event_known_from_sources_alone_is_no_place_to_record_at():
    """Its stand can take nothing: nobody exhibits there."""
    event = make_event()
    make_event(make_year(2019), is_historic=True, starts_on=date(2019, 11, 6), ends_on=date(2019, 11, 9))
    assert list(office().get(reverse("office:commitments")).context["all_events"]) == [event]


def test_the_plain_form_of_the_stand_keeps_what_was_typed():
    event = make_event()
    seller, client = make_exhibitor(event), office()
    product = make_product(seller.partner, "Sarung uji")
    url = reverse("office:floor", args=[event.number])
    page = client.post(url, floor_data(seller, value="12 apel"))
    assert page.status_code == 200
    assert "12 apel" in page.content.decode()
    assert "12 juta" in page.content.decode()
    data = floor_data(seller)
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302  # the button was pressed twice
    made = Commitment.objects.get()
    assert (made.rupiah, made.quantity, made.kind, made.product) == (12_500_000, 1_000, "loi", product)
    assert made.recorded_by == get_user_model().objects.get(email="kantor@example.com")


def test_a_promise_names_the_product_of_its_own_pesantren():
    """Two at the event have goods of one title; the other's is another product."""
    event = make_event()
    sellers = [make_exhibitor(event) for _ in range(2)]
    goods = [make_product(seller.partner, "Sarung uji") for seller in sellers]
    url, client = reverse("office:floor", args=[event.number]), office()
    for seller, product in zip(sellers, goods, strict=True):
        client.post(url, floor_data(seller))
        assert Commitment.objects.get(exhibitor=seller).product == product
    other = make_exhibitor(event)
    client.post(url, floor_data(other))
    assert Commitment.objects.get(exhibitor=other).product is None


def test_a_phone_sends_once_and_hears_why_it_is_refused():
    event = make_event()
    seller, client = make_exhibitor(event), office()
    url = reverse("office:floor-send", args=[event.number])
    hello = client.get(url)
    assert set(hello.json()) == {"csrf", "person"}
    assert "no-store" in hello["Cache-Control"]
    at = timezone.now() - timedelta(minutes=50)
    data = floor_data(seller, at=at.isoformat(), value="21 M") | {"exhibitor": "siapa"}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 1  # of the value; who is meant is asked next
    data |= {"value": "21 miliar"}
    assert client.post(url, data).status_code == 422
    data |= {"exhibitor": f"https://contoh.test/events/{seller.token}/"}
    first = client.post(url, data)
    assert (first.status_code, client.post(url, data).json()) == (200, first.json())
    made = Commitment.objects.get()
    assert (made.number, made.recorded_at) == (json.loads(first.content)["number"], at)
    assert Guest.objects.filter(event=event).count() == 1
    client.logout()
    assert client.get(url).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("lain@example.com", staff_role="office"))
    assert strict.post(url, data).status_code == 403
    token = strict.get(url).json()["csrf"]
    again = strict.post(url, data, headers={"X-CSRFToken": token})
    assert again.json() == first.json()


def test_a_member_records_for_its_own_pesantren_alone():
    event = make_event()
    mine, theirs = make_exhibitor(event), make_exhibitor(event)
    client = Client()
    person = make_user("anggota@example.com")
    make_member(person, mine.partner)
    client.force_login(person)
    url = reverse("workspace:floor-send", args=[event.number])
    assert client.post(url, floor_data(theirs)).status_code == 422
    assert client.post(url, floor_data(mine)).status_code == 200
    other = make_event()
    make_exhibitor(other)
    assert client.get(reverse("workspace:floor", args=[other.number])).status_code == 404
    page = client.get(reverse("workspace:floor", args=[event.number])).content.decode()
    assert mine.partner.name in page
    assert theirs.partner.name not in page


def test_the_worker_keeps_the_folder_of_the_floor_alone():
    client, event = office(), make_event()
    answer = client.get(reverse("office:floor-worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in answer
    page = client.get(reverse("office:floor", args=[event.number])).content.decode()
    folder = reverse("office:floor-worker").removesuffix("worker.js")
    assert f'data-scope="{folder}"' in page
    assert folder == "/office/floor/"


def test_an_officer_of_another_province_sees_nothing_of_this_one():
    made = make_commitment()
    client = Client()
    client.force_login(make_officer())
    for name, args in (
        ("commitment", [made.number]),
        ("commitments-event", [made.event.number]),
        ("floor", [made.event.number]),
        ("floor-send", [made.event.number]),
        ("lead-new", [made.event.number]),
    ):
        assert client.get(reverse(f"office:{name}", args=args)).status_code == 404, name
    page = client.get(reverse("office:commitments"))
    assert page.status_code == 200
    assert made.number not in page.content.decode()


def test_the_office_filters_corrects_links_and_closes():
    client, company = office(), make_company(make_user("pembeli@example.com"))
    event = make_event(make_year())
    made = make_commitment(make_exhibitor(event), make_guest(event), state=states.DISPUTED)
    bread, cake = (make_product(made.exhibitor.partner, title) for title in ("Roti uji", "Kue uji"))
    Commitment.objects.filter(pk=made.pk).update(product=bread)
    done = make_commitment(made.exhibitor, rupiah=21_020_000_000)
    listed = client.get(reverse("office:commitments"), {"state": "disputed", "event": event.number})
    assert made.number in listed.content.decode()
    assert done.number not in listed.content.decode()
    assert "Rp\N{NO-BREAK SPACE}21.020.000.000" in listed.content.decode()
    assert done.number not in client.get(reverse("office:commitments"), {"stage": "paid"}).content.decode()
    url = reverse("office:commitment", args=[made.number])
    same = {"correct-what": "Roti", "correct-value": "6 juta", "correct-kind": "po", "correct-quantity": ""}
    assert client.post(url, {"do": "correct", **same, "correct-why": ""}).status_code == 200
    client.post(url, {"do": "correct", **same, "correct-why": "telepon"})
    made.refresh_from_db()
    assert (made.state, made.rupiah, made.kind) == (states.RECORDED, 6_000_000, "po")
    assert made.product == bread  # "Roti": in their own words, or the product was called so then
    for what, product in (("kue UJI", cake), ("Sesuatu", None)):
        client.post(url, {"do": "correct", **same, "correct-what": what, "correct-why": "telepon"})
        made.refresh_from_db()
        assert (made.what, made.product) == (what, product)
    order = placed_order([(make_product(made.exhibitor.partner), 1)], make_user("belanja@example.com")).order
    refused = client.post(url, {"do": "link", "link-number": order.number})
    assert "dikenal namanya" in refused.content.decode()
    client.post(url, {"do": "company", "company-company": company.name})
    refused = client.post(url, {"do": "link", "link-number": order.number})
    strange = client.post(url, {"do": "link", "link-number": "TIDAK-ADA"})
    for page in (refused, strange):  # the same answer: nobody learns which numbers exist
        assert "di antara keduanya" in page.content.decode()
    assert not made.links.exists()
    client.post(url, {"do": "close", "close-why": "batal"})
    made.refresh_from_db()
    assert (made.state, made.closed_why, made.guest.company) == (states.CLOSED, "batal", company)


def test_a_scanned_badge_fills_a_lead_in():
    event = make_event(country="AE")
    guest = make_guest(event, name="Contoh LLC", country="AE", email="llc@example.com")
    client, key = office(), str(uuid4())
    data = {"company": f"https://contoh.test/events/{guest.token}/", "wants": "kopi", "key": key}
    url = reverse("office:lead-new", args=[event.number])
    answers = [client.post(url, data) for _ in range(2)]
    lead = Lead.objects.get()
    assert [one["Location"] for one in answers] == [reverse("office:lead", args=[lead.number])] * 2
    assert (lead.company, lead.email, lead.guest) == ("Contoh LLC", "llc@example.com", guest)
    seller = make_exhibitor(event)
    turn = {"turn-exhibitor": seller.pk, "turn-what": "Kopi", "turn-value": "90 juta", "turn-kind": "loi"}
    client.post(reverse("office:lead", args=[lead.number]), {"do": "turn", **turn, "turn-key": str(uuid4())})
    lead.refresh_from_db()
    assert (lead.state, lead.commitments.get().guest) == (states.TURNED, guest)


def test_lists_cost_as_much_with_many_rows(django_assert_max_num_queries):
    client, event = office(), make_event()
    urls = [
        reverse("office:commitments"),
        reverse("office:commitments") + "?by=market&stage=inquiry",
        reverse("office:commitments-event", args=[event.number]),
        reverse("office:floor", args=[event.number]),
        reverse("office:leads"),
    ]

    def more(rows: int) -> None:
        for _ in range(rows):
            made = make_commitment(make_exhibitor(event), make_guest(event))
            lead = Lead.objects.create(number=f"L-{made.pk}", event=event, company="CV Contoh", wants="kopi")
            Commitment.objects.filter(pk=made.pk).update(lead=lead)

    more(2)
    spent = []
    for url in urls:
        client.get(url)  # what is read once for all pages
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        spent.append(len(found))
    more(5)
    for url, few in zip(urls, spent, strict=True):
        with django_assert_max_num_queries(few):
            client.get(url)

"""The office's pages of the buyers of an event: added, asked about, removed; what is read of a company of here."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.common.states import history
from marketplace.notices.models import Mail
from marketplace.office.views import event_sides
from marketplace.programme import states
from marketplace.programme.events import alike
from marketplace.programme.events.badges import key_of
from marketplace.programme.models import (
    Commitment,
    Guest,
    Lead,
)
from marketplace.programme.services import check_in, commitments, exhibitors, wishes
from tests.factories.companies import make_company
from tests.factories.programme import (
    make_commitment,
    make_event,
    make_exhibitor,
    make_guest,
)
from tests.programme.events import DESK
from tests.programme.office_pages import page, posted, url

pytestmark = pytest.mark.django_db


def test_buyers_are_added_typed_or_as_companies_and_invited(officer):
    event, company = make_event(), make_company()
    add = url("event-guest-add", event.number)
    text = posted(officer, add, {"name": "", "country": "ID", "email": "x", "language": "ar"}, 200)
    assert "Fill this in." in text
    assert "This is not an e-mail address." in text
    typed = {"name": "Contoh Foods", "country": "AE", "language": "ar", "phone": "+971501234567"}
    posted(officer, add, {**typed, "contact": "Contoh Tamu", "email": "tamu@example.com"})
    guest = Guest.objects.get()
    text = page(officer, "event-guest", event.number, guest.pk)
    assert "https://wa.me/971501234567?text=" in text
    assert "/ar/events/" in text
    posted(officer, url("event-guest-invite", event.number, guest.pk), {})
    assert Mail.objects.get(key__startswith="event_guest_invited").language == "ar"
    assert company.name in page(officer, "event-guest-add", event.number, q="katering")
    posted(officer, add, {"company": company.pk})
    assert Guest.objects.get(company=company).name == company.name
    assert officer.post(add, {"company": company.pk}).status_code == 404  # invited already
    posted(officer, url("event-guest-answer", event.number, guest.pk), {"comes": "no"})
    assert Guest.objects.get(pk=guest.pk).declined_at is not None


def test_a_buyer_who_looks_alike_is_asked_about_and_added_with_a_second_press(officer):
    event, company = make_event(), make_company(name="PT Sinar Jaya Contoh")
    make_guest(name="PT Sinar Jaya Contoh")  # of another event
    other = make_guest(event, name="CV Lain Sekali", email="Sama@example.com", phone="+6281234567890")
    there = make_guest(event, name="Sinar Jaya Contoh, PT")
    add, known = url("event-guest-add", event.number), Guest.objects.count()
    typed = {"name": "PT. SINAR JAYA CONTOH", "country": "ID", "language": "id", "email": "sama@example.com"}
    text = posted(officer, add, typed, 200)
    assert "Is it one of these?" in text
    assert text.index(there.name) < text.index(other.name)  # the most alike first
    for why in ("a name much alike", "the same e-mail address"):
        assert text.count(why) == 1
    assert 'value="PT. SINAR JAYA CONTOH"' in text
    assert "It is another: add it" in text
    posted(officer, add, {**typed, "seen": there.pk}, 200)  # the other was not shown to this person
    assert Guest.objects.count() == known
    posted(officer, add, {**typed, "seen": [there.pk, other.pk]})
    assert Guest.objects.count() == known + 1
    plain = {"name": "Contoh Asing", "country": "ID", "language": "id", "phone": "0812-3456-7890"}
    text = posted(officer, add, plain, 200)
    assert "the same telephone" in text
    assert there.name not in text
    posted(officer, add, {**plain, "phone": "0812-3456-7891"})
    text = posted(officer, add, {"company": company.pk}, 200)
    assert "Add PT Sinar Jaya Contoh all the same" in text
    seen = [row.pk for row in event.guests.filter(name__icontains="sinar")]
    posted(officer, add, {"company": company.pk, "seen": seen})
    assert Guest.objects.filter(company=company, event=event).count() == 1
    make_guest(event, name="مثال")
    assert [one.guest.name for one in alike.like(event, name=" مثال ")] == [
        "مثال"
    ]  # no letters that pg_trgm knows
    assert alike.like(event, name="PT") == []


def test_the_page_of_a_buyer_says_who_looks_alike_and_removes_one_behind_which_nothing_stands(
    officer, stranger
):
    event = make_event()
    noted = make_guest(event, name="PT Sinar Jaya Contoh", added_by_seller=True)
    made = make_commitment(make_exhibitor(event), noted, state=states.RECORDED)
    there = make_guest(event, name="Sinar Jaya Contoh, PT")
    for one, two in ((noted, there), (there, noted)):
        text = page(officer, "event-guest", event.number, one.pk)
        assert (
            f'{url("event-guest", event.number, two.pk)}"><bdi>{two.name}</bdi></a> · a name much alike'
            in text
        )
        assert ("Remove this buyer" in text) == (one == there)
    assert there.name in page(officer, "commitment", made.number)
    gone = url("event-guest-remove", event.number, there.pk)
    assert officer.get(gone).status_code == 405
    assert stranger.post(gone).status_code == 404
    seller = make_exhibitor(event)
    wishes.choose(side=seller, shown=[there.pk], wanted=[there.pk])
    address = url("event-guest-remove", event.number, noted.pk)
    for one, refused in ((noted, address), (there, gone)):
        posted(officer, refused, {})
        said = f"{one.name} has a promise, a meeting or a wish, or was checked in."
        assert said in page(officer, "event-guest", event.number, one.pk)
    wishes.choose(side=seller, shown=[there.pk], wanted=[])
    lead = Lead.objects.create(number="L-1", event=event, guest=there, company=there.name, wants="kopi")
    Guest.objects.filter(pk=there.pk).update(checked_in_at=timezone.now())
    posted(officer, gone, {})
    Guest.objects.filter(pk=there.pk).update(checked_in_at=None)
    posted(officer, gone, {})
    assert list(event.guests.all()) == [noted]
    lead.refresh_from_db()
    assert (lead.guest, lead.company) == (None, there.name)
    assert history(event).last().why == f"− {there.name}"
    assert f"Removed: {there.name}." in page(officer, "event-guests", event.number)
    assert officer.post(gone).status_code == 404  # pressed twice


def test_the_contact_of_a_company_is_read_once_it_has_accepted(officer):
    """Before, its mails go to the company; nobody copies its address by adding it to an event."""
    event, company = make_event(), make_company()
    posted(officer, url("event-guest-add", event.number), {"company": company.pk})
    guest = Guest.objects.get()
    assert (guest.email, guest.phone) == ("", "")
    text = page(officer, "event-guest", event.number, guest.pk)
    assert company.email not in text
    assert company.phone.lstrip("+") not in text
    assert "You read its contact and its link once it has accepted itself" in text
    assert "https://wa.me/" not in text
    assert key_of(guest) not in text
    posted(officer, url("event-guest-invite", event.number, guest.pk), {})
    assert Mail.objects.get(key__startswith="event_guest_invited").to == company.email
    Client().post(reverse("events:guest-answer", args=[key_of(guest)]), {"comes": "yes"})
    text = page(officer, "event-guest", event.number, guest.pk)
    assert company.email in text
    assert f"https://wa.me/{company.phone.lstrip('+')}?text=" in text
    assert key_of(guest) in text
    exhibitors.answer(side=guest, comes=False, actor=DESK)
    assert company.email not in page(officer, "event-guest", event.number, guest.pk)


def closed(officer, guest, company):
    """Neither the page of the guest nor that of a promise shows its contact or a secret link."""
    made = Commitment.objects.get(guest=guest)
    for text in (
        page(officer, "event-guest", guest.event.number, guest.pk),
        page(officer, "commitment", made.number),
    ):
        secrets = (company.email, company.phone.lstrip("+"), guest_key(guest), made.buyer_token)
        if any(one in text for one in secrets) or "https://wa.me/?text" in text:
            return False
    return True


def guest_key(guest):
    return key_of(Guest.objects.get(pk=guest.pk))


def test_an_officer_does_not_accept_for_a_company_of_here(officer):
    """By telephone, at the door, with an address of the own, or with the link: nothing of these opens its contact. The
    company itself does, also after the office noted that it comes."""
    event, company = make_event(), make_company(phone="+6281299887766")
    posted(officer, url("event-guest-add", event.number), {"company": company.pk})
    guest = Guest.objects.get()
    make_commitment(make_exhibitor(event), guest, state=states.RECORDED)
    one = url("event-guest", event.number, guest.pk)
    posted(officer, url("event-guest-answer", event.number, guest.pk), {"comes": "yes"})
    assert Guest.objects.get().accepted_at is not None
    assert closed(officer, guest, company)
    facts = {"name": guest.name, "country": "ID", "language": "id", "phone": "+6281200000001"}
    posted(officer, one, {**facts, "email": "officer@example.com"})
    posted(officer, url("event-guest-invite", event.number, guest.pk), {})
    assert set(Mail.objects.exclude(to=company.email).values_list("to", flat=True)) == set()
    check_in.check_in(side=Guest.objects.get(), actor=DESK)
    Guest.objects.update(checked_in_at=None)
    answer = reverse("events:guest-answer", args=[guest_key(guest)])
    officer.post(answer, {"comes": "yes"})
    assert closed(officer, guest, company)
    buyer = Client()
    assert 'value="yes"' in buyer.get(reverse("events:guest", args=[guest_key(guest)])).content.decode()
    buyer.post(answer, {"comes": "yes"})
    assert not closed(officer, guest, company)
    assert 'value="yes"' not in buyer.get(reverse("events:guest", args=[guest_key(guest)])).content.decode()
    posted(officer, url("event-guest-answer", event.number, guest.pk), {"comes": "no"})
    posted(officer, url("event-guest-answer", event.number, guest.pk), {"comes": "yes"})
    assert closed(officer, guest, company)


def test_a_typed_buyer_that_is_named_as_a_company_opens_nothing_of_it(officer):
    """The office had the link of the guest it typed; the company's is another, and it goes to the company."""
    event, company = make_event(), make_company(phone="+6281299887766")
    guest = make_guest(event, email="officer@example.com", phone="", accepted_at=None)
    old = key_of(guest)
    assert old in page(officer, "event-guest", event.number, guest.pk)
    Client().post(reverse("events:guest-answer", args=[old]), {"comes": "yes"})
    made = make_commitment(make_exhibitor(event), guest, state=states.RECORDED)
    commitments.name_company(commitment=made, company=company, actor=DESK)
    assert Client().get(reverse("events:guest", args=[old])).status_code == 404
    assert closed(officer, guest, company)
    posted(officer, url("event-guest-invite", event.number, guest.pk), {})
    assert Mail.objects.get(key__startswith="event_guest_invited").to == company.email
    assert (
        Mail.objects.get(key__startswith="commitment_confirm/", key__endswith="/buyer/buyer").to
        == company.email
    )


def test_companies_are_not_added_without_end(officer, monkeypatch):
    monkeypatch.setattr(event_sides, "MOST_ADDED", 1)
    event, company = make_event(), make_company()
    add = url("event-guest-add", event.number)
    posted(officer, add, {"company": company.pk})
    Guest.objects.all().delete()
    assert officer.post(add, {"company": company.pk}).status_code == 429
    assert Guest.objects.count() == 0
    typed = {"name": "Contoh Foods", "country": "AE", "language": "en"}
    posted(officer, add, typed)  # what is typed is nobody's data of here

"""From a scanned badge to a promise or a lead, for staff and for an exhibitor's own people; leads of a pesantren."""

from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.common.actor import SYSTEM
from marketplace.programme import states
from marketplace.programme.commitments.floor_pages import reason
from marketplace.programme.models import Event, Exhibitor, Guest, Lead, Wish
from marketplace.programme.services import commitments
from marketplace.programme.services.commitments import CommitmentError
from tests.factories.catalogue import make_member, make_user
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest

pytestmark = pytest.mark.django_db


def as_member(*sides: Exhibitor) -> Client:
    client, person = Client(), make_user(f"anggota{sides[0].pk}@example.com", language="en")
    for side in sides:
        make_member(person, side.partner)
    client.force_login(person)
    return client


def links(client: Client, side: Exhibitor | Guest) -> dict[str, dict[str, list[str]]]:
    """Path without language → what it is filled with, of the buttons that record."""
    page = client.get(f"/en/events/badge/{side.token}/").content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    found = [urlparse(part.split('"')[0].replace("&amp;", "&")) for part in main.split('href="')[1:]]
    return {one.path.removeprefix("/en"): parse_qs(one.query) for one in found if one.query}


def test_staff_of_the_province_go_on_from_a_scanned_badge(officer: Client, stranger: Client):
    event = make_event(name="Temu Contoh")
    buyer, seller = make_guest(event, name="PT Contoh & Rekan"), make_exhibitor(event)
    floor, lead = f"/office/floor/{event.number}/", f"/office/leads/new/{event.number}/"
    assert links(officer, buyer) == {floor: {"guest": [buyer.name]}, lead: {"guest": [buyer.name]}}
    [(path, asked)] = links(officer, seller).items()
    assert (path, seller.token in asked["exhibitor"][0]) == (floor, True)
    page = officer.get(f"{path}?exhibitor={asked['exhibitor'][0]}&guest={buyer.name}").context["form"]
    assert str(page["exhibitor"].value()).startswith(seller.partner.name)
    for who in (Client(), stranger, as_member(make_exhibitor())):
        assert links(who, buyer) == {}
    Event.objects.update(state=states.CANCELLED)
    assert links(officer, buyer) == {}


def test_of_two_buyers_with_one_name_the_scanned_one_is_meant(officer: Client):
    event = make_event()
    first, second = (make_guest(event, name=name) for name in ("PT Contoh", "pt contoh"))
    other = make_guest(name="PT Contoh Sendiri")
    make_guest(event, name=other.name)
    asked = links(officer, second)[f"/office/leads/new/{event.number}/"]["guest"][0]
    data = {"company": asked, "wants": "kopi", "key": str(uuid4())}
    officer.post(reverse("office:lead-new", args=[event.number]), data)
    assert Lead.objects.get().guest == second != first
    assert links(officer, other)[f"/office/floor/{other.event.number}/"] == {"guest": [other.name]}


def test_an_exhibitor_goes_on_from_a_buyers_badge_at_its_own_events():
    event = make_event()
    seller, buyer = make_exhibitor(event), make_guest(event)
    client = as_member(seller)
    asked = {"guest": [buyer.name]}
    floor, lead = f"/workspace/floor/{event.number}/", f"/workspace/leads/new/{event.number}/"
    assert links(client, buyer) == {floor: asked, lead: asked}
    assert links(client, make_exhibitor(event)) == {}
    assert links(client, make_guest()) == {}
    Exhibitor.objects.filter(pk=seller.pk).update(accepted_at=None, declined_at=seller.accepted_at)
    assert links(client, buyer) == {}


def wanted(**changes: Any) -> dict[str, Any]:
    return {"company": "Contoh LLC", "wants": "kopi, 2 ton", "key": str(uuid4())} | changes


def test_a_pesantren_notes_a_lead_at_its_stand_once():
    event = make_event(country="AE")
    seller, buyer = make_exhibitor(event), make_guest(event, name="Contoh LLC", country="AE")
    theirs = make_exhibitor(event)
    client, url = as_member(seller), reverse("workspace:lead-new", args=[event.number])
    assert client.get(f"{url}?guest={buyer.token}").context["form"]["company"].value() == buyer.token
    data = wanted(company=f"https://contoh.test/events/badge/{buyer.token}/", email="")
    answers = [client.post(url, data) for _ in range(2)]  # the button was pressed twice
    assert [one.status_code for one in answers] == [302, 302]
    lead = Lead.objects.get()
    facts = (lead.company, lead.country, lead.email, lead.guest, lead.exhibitor, lead.state)
    assert facts == ("Contoh LLC", "AE", buyer.email, buyer, seller, states.NEW)
    page = client.get(url).content.decode()
    assert lead.number in page
    assert buyer.email not in page
    other = as_member(theirs).get(url).content.decode()
    assert lead.number not in other


def test_a_lead_of_a_stand_is_refused_with_the_reason():
    event = make_event()
    client = as_member(make_exhibitor(event))
    url = reverse("workspace:lead-new", args=[event.number])
    stray = make_guest()  # of another event
    errors = (
        client.post(url, wanted(company=f"/events/badge/{stray.token}/", wants="")).context["form"].errors
    )
    said = reason(CommitmentError("guest"))  # as the office reads it
    assert errors == {"company": [said], "wants": ["Tulis apa yang dicarinya."]}
    assert not Lead.objects.exists()
    long = "Kementerian-Perdagangan-Republik-Indonesia"
    assert client.post(url, wanted(company=long)).status_code == 302
    assert Lead.objects.get().company == long
    for hidden in (make_event(), make_event(state=states.CANCELLED)):
        assert client.get(reverse("workspace:lead-new", args=[hidden.number])).status_code == 404
        assert client.post(reverse("workspace:lead-new", args=[hidden.number]), wanted()).status_code == 404


def test_who_works_for_two_says_for_which_and_no_other_can_be_chosen():
    event = make_event()
    first, second, theirs = (make_exhibitor(event) for _ in range(3))
    client, url = as_member(first, second), reverse("workspace:lead-new", args=[event.number])
    refused = client.post(url, wanted(exhibitor=theirs.pk)).context["form"]
    assert list(refused.errors) == ["exhibitor"]
    assert client.post(url, wanted(exhibitor=second.pk)).status_code == 302
    assert Lead.objects.get().exhibitor == second


def test_a_buyer_noted_at_a_stand_is_shown_to_others_once_the_office_has_looked():
    event = make_event()
    first, other = make_exhibitor(event), make_exhibitor(event)
    guest = make_guest(event, name="Contoh Rahasia", added_by_seller=True, looks_for="kopi rahasia")
    make_commitment(first, guest, state=states.RECORDED)
    office = Client()
    office.force_login(make_user("kantor@example.com", staff_role="office"))
    floor = f"/workspace/floor/{event.number}/"

    def seen(client: Client, *addresses: str) -> list[bool]:
        return [guest.name in client.get(address).content.decode() for address in addresses]

    mine, theirs = as_member(first), as_member(other)
    wishes_of = {one.pk: reverse("workspace:event-wishes", args=[one.pk]) for one in (first, other)}
    assert seen(mine, wishes_of[first.pk], floor) == [True, True]
    assert seen(theirs, wishes_of[other.pk], f"{wishes_of[other.pk]}?q=rahasia", floor) == [False] * 3
    assert seen(office, f"/office/floor/{event.number}/") == [True]
    theirs.post(wishes_of[other.pk], {"shown": guest.pk, "wish": guest.pk})  # its number guessed
    assert not Wish.objects.exists()
    commitments.looked(guest=guest, actor=SYSTEM)
    assert seen(theirs, wishes_of[other.pk], floor) == [True, True]
    theirs.post(wishes_of[other.pk], {"shown": guest.pk, "wish": guest.pk})
    assert Wish.objects.get().exhibitor == other

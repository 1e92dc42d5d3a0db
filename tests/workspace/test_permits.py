"""A pesantren sends a permit from its phone; the office confirms it; nobody else sees the paper."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import Product
from catalogue.permits.models import Permit
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import blank_pdf
from tests.factories.permits import a_permit, a_rule

pytestmark = pytest.mark.django_db
PDF = blank_pdf()


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def goods() -> Product:
    return make_product(make_pesantren("contoh-satu"), title="Keripik")


@pytest.fixture
def client(goods: Product) -> Client:
    person = make_user("member@example.com", language="en")
    make_member(person, goods.seller)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    return client


def good(goods: Product, **kw: Any) -> dict[str, Any]:
    return {
        "kind": "pirt",
        "number": "206 3204 010123 28",
        "expires_on": "2028-12-31",
        "products": [goods.pk],
        "evidence": SimpleUploadedFile("pirt.pdf", PDF),
        **kw,
    }


def send(client: Client, data: dict[str, Any]) -> Any:
    return client.post(reverse("workspace:add-permit"), data)


def test_sent_confirmed_and_seen_by_buyers(client: Client, office: Client, goods: Product) -> None:
    a_rule(goods, "pirt", "md", topic="distribution")
    page = client.get(reverse("workspace:permits")).content.decode()
    assert "P-IRT (home industry food) or BPOM registration (MD)" in page
    assert send(client, good(goods, number="206320401012328")).status_code == 302
    permit = Permit.objects.get()
    assert (permit.number, permit.state, permit.partner) == ("206320401012328", "proposed", goods.seller)
    assert permit.evidence.name.startswith("private/permits/")
    shown = office.get(reverse("office:permit", args=[permit.pk]))
    assert shown.context["hints"] == []
    paper = office.get(reverse("office:permit-evidence", args=[permit.pk]))
    assert b"".join(paper.streaming_content) == PDF
    assert office.post(reverse("office:confirm-permit", args=[permit.pk])).status_code == 302
    assert "206320401012328" in Client().get(goods.get_absolute_url()).content.decode()
    lacking = client.get(reverse("workspace:permits")).context["lacking"]
    assert lacking == []


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"kind": ""}, "kind", "Choose the paper or declaration."),
        ({"number": "12345"}, "number", "A P-IRT number has 15 digits."),
        ({"number": ""}, "number", "Write the whole number of the paper."),
        ({"expires_on": ""}, "expires_on", "Write the last valid day."),
        ({"expires_on": "2020-01-01"}, "expires_on", "This paper is over. Send the new one."),
        ({"expires_on": "2099-01-01"}, "expires_on", "This is too far ahead. Please check the year."),
        (
            {"expires_on": "2027-12-31"},
            "expires_on",
            "The last two digits of the number say that it ends in 2028.",
        ),
        ({"products": []}, "products", "Choose at least one product."),
        ({"evidence": ""}, "evidence", "Add a photo or PDF of the paper; the office compares it."),
        (
            {"evidence": SimpleUploadedFile("x.pdf", b"<html>")},
            "evidence",
            "This is not a PDF, JPG or PNG. Please choose another file.",
        ),
        (
            {"evidence": SimpleUploadedFile("x.pdf", b"%PDF-1.4 contoh")},
            "evidence",
            "This PDF is damaged and cannot be opened.",
        ),
    ],
)
def test_bad_input_is_said_beside_the_field(
    client: Client, goods: Product, change: dict[str, Any], field: str, said: str
) -> None:
    response = send(client, good(goods, number="206320401012328") | change)
    assert response.status_code == 200
    assert response.context["form"].errors == {field: [said]}
    assert not Permit.objects.exists()


def test_a_declaration_needs_neither_number_nor_paper(client: Client, goods: Product) -> None:
    assert send(client, {"kind": "short_life", "products": [goods.pk], "number": "x"}).status_code == 302
    permit = Permit.objects.get()
    assert (permit.number, permit.expires_on, bool(permit.evidence)) == ("", None, False)


def test_only_a_paper_of_the_kind_that_lacks_counts_as_sent(client: Client, goods: Product) -> None:
    a_rule(goods, "halal", topic="halal")
    a_rule(goods, "pirt", "md", topic="distribution")
    send(client, good(goods, number="206320401012328"))
    [(product, needs)] = client.get(reverse("workspace:permits")).context["lacking"]
    assert product == goods
    assert {need.topic: is_asked for need, is_asked in needs} == {"distribution": True, "halal": False}


def test_goods_of_another_pesantren_cannot_be_named(client: Client) -> None:
    theirs = make_product(make_pesantren("contoh-dua"))
    response = send(client, good(theirs, number="206320401012328"))
    assert list(response.context["form"].errors) == ["products"]


def test_nothing_of_another_pesantren_is_there(client: Client) -> None:
    theirs = a_permit(make_product(make_pesantren("contoh-dua")), make_user("x@example.com"))
    assert "ID00110000012345" not in client.get(reverse("workspace:permits")).content.decode()
    assert client.get(reverse("workspace:permit-evidence", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("workspace:withdraw-permit", args=[theirs.pk])).status_code == 404
    theirs.refresh_from_db()
    assert theirs.state == "proposed"


def test_taken_back_once(client: Client, goods: Product) -> None:
    send(client, good(goods, number="206320401012328"))
    url = reverse("workspace:withdraw-permit", args=[Permit.objects.get().pk])
    said = [client.post(url, follow=True).content.decode() for _ in range(2)]
    assert "Taken back." in said[0]
    assert "Nothing was changed" in said[1]


def test_the_office_is_told_of_another_place_and_refuses_with_a_reason(
    client: Client, office: Client, goods: Product
) -> None:
    send(client, good(goods, number="206327301012328"))
    permit = Permit.objects.get()
    shown = office.get(reverse("office:permit", args=[permit.pk])).context["hints"]
    assert shown == ["The digits 4 to 7 name the place 32.73; the pesantren is in 32.04 (Kabupaten Bandung)."]
    url = reverse("office:refuse-permit", args=[permit.pk])
    assert office.post(url, {"why": ""}).status_code == 200
    assert office.post(url, {"why": "Fotonya buram"}).status_code == 302
    assert "Fotonya buram" in client.get(reverse("workspace:permits")).content.decode()


def test_the_office_sees_what_waits_and_what_ends(office: Client, goods: Product) -> None:
    person = make_user("x@example.com")
    soon = a_permit(goods, person, expires_on=today() + timedelta(days=30))
    later = a_permit(goods, person, number="ID00110000000001", expires_on=today() + timedelta(days=31))
    url = reverse("office:permits")
    assert list(office.get(url).context["page_obj"]) == [soon, later]
    for one in (soon, later):
        office.post(reverse("office:confirm-permit", args=[one.pk]))
    assert list(office.get(url, {"q": "ending"}).context["page_obj"]) == [soon]
    assert list(office.get(url).context["page_obj"]) == []


def test_the_list_asks_no_more_for_more_rows(
    client: Client, goods: Product, django_assert_max_num_queries: Any
) -> None:
    a_rule(goods, "md", topic="distribution")
    person = make_user("x@example.com")
    url = reverse("workspace:permits")
    a_permit(goods, person)
    with django_assert_max_num_queries(30) as one:
        client.get(url)
    for n in range(8):
        a_permit(make_product(goods.seller, title=f"Keripik {n}"), person, number=f"ID0011000000{n:04d}")
    with django_assert_max_num_queries(len(one)):
        client.get(url)

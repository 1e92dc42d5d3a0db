"""Companies abroad: registered, their places and preferences, what waits for an approver; all in few queries."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from catalogue.loading import rows, trade
from marketplace.ledger.money import Money
from marketplace.reference.queries import country_choices, port
from offtakers import services, states
from offtakers.models import Approval, Company, CompanyPlace
from tests.factories.catalogue import make_user
from tests.factories.companies import admin_of, join_as, make_overseas, picture

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "Contoh Trading LLC (fictional)",
    "country": "AE",
    "trade_licence": "CN-١٢٣",
    "tax_kind": "TRN",
    "tax_number": "100 0000 0000 0003",
    "address": "Contoh Street 1\nDubai",
    "phone": "+971 50 123 4567",
    "email": "importer@example.com",
    "currency": "AED",
}
PLACE = {
    "kind": "consignee",
    "name": "Contoh Cold Store",
    "address": "Contoh Market\nDubai",
    "country": "AE",
    "contact": "Contoh",
    "email": "gudang@example.com",
    "phone": "+971501234567",
}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def post(client: Any, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(f"account:{name}", args=args), data)


def read(client: Any, name: str, *args: Any) -> str:
    return str(client.get(reverse(f"account:{name}", args=args)).content.decode())


def test_registered_with_numbers_of_its_country(client: Any) -> None:
    client.force_login(make_user())
    file = SimpleUploadedFile("licence.png", picture())
    assert post(client, "company-new-abroad", {**FACTS, "proof": file, "do": "send"}).status_code == 302
    company = Company.objects.get()
    assert (company.state, company.kind, company.currency) == (states.SUBMITTED, "overseas", "AED")
    assert (company.trade_licence, company.tax_number) == ("CN-123", "100000000000003")
    assert "United Arab Emirates" in read(client, "company")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"country": ""}, "Choose the country"),
        ({"country": "ID"}, "Choose one of the list"),
        ({"country": "XX"}, "Choose one of the list"),
        ({"trade_licence": ""}, "number of the trade licence"),
        ({"tax_number": "12"}, "5 to 20 letters"),
        ({"country": "DE", "tax_number": "136695978"}, "no tax number of this country"),
        ({"phone": "12"}, "telephone number"),
        ({"currency": "XYZ"}, "not one of the available"),
        ({"name": "A\0B"}, "Null characters"),
        ({"do": "send"}, "needs a proof"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(client: Any, change: dict[str, str], said: str) -> None:
    client.force_login(make_user())
    text = post(client, "company-new-abroad", {**FACTS, **change}).content.decode()
    assert said in text
    assert "Contoh Street 1" in text
    assert not Company.objects.exists()


def test_the_same_form_twice_is_one_company_and_another_form_a_second(client: Any) -> None:
    client.force_login(make_user())
    key = "0c1fd0ce-7b0a-4a7e-9d0c-2f2f2f2f2f2f"
    for _ in range(2):
        post(client, "company-new-abroad", {**FACTS, "key": key, "do": "save"})
    assert Company.objects.count() == 1
    post(client, "company-new-abroad", {**FACTS, "name": "Contoh Kedua", "do": "save"})
    assert Company.objects.count() == 2
    assert "Contoh Kedua" in read(client, "company")  # the newest is the one of now


def test_all_countries_once_in_the_readers_language() -> None:
    assert len(country_choices()) == 249
    with translation.override("ar"):
        assert dict(country_choices())["AE"] == "الإمارات العربية المتحدة"


def test_places_are_kept_changed_deleted_and_nobody_elses(client: Any) -> None:
    company = make_overseas()
    client.force_login(admin_of(company))
    assert post(client, "company-place-new", PLACE).status_code == 302
    place = CompanyPlace.objects.get()
    assert place.lines == ["Contoh Market", "Dubai", "United Arab Emirates"]
    text = post(client, "company-place-new", {**PLACE, "name": "", "country": "??"}).content.decode()
    assert "Write the name." in text
    assert "gudang@example.com" in text
    post(client, "company-place", {**PLACE, "kind": "notify"}, place.pk)
    place.refresh_from_db()
    assert place.kind == "notify"
    stranger = make_overseas(make_user("lain@example.com"), name="Contoh Lain")
    client.force_login(admin_of(stranger))
    assert client.get(reverse("account:company-place", args=[place.pk])).status_code == 404
    assert post(client, "company-place-remove", {}, place.pk).status_code == 404
    client.force_login(admin_of(company))
    post(client, "company-place-remove", {}, place.pk)
    assert not CompanyPlace.objects.exists()


def test_fifty_places_and_no_more(client: Any, django_assert_max_num_queries: Any) -> None:
    company = make_overseas()
    client.force_login(admin_of(company))
    CompanyPlace.objects.bulk_create(
        CompanyPlace(company=company, **{**PLACE, "name": f"Contoh {n}"}) for n in range(50)
    )
    text = post(client, "company-place-new", PLACE).content.decode()
    assert "You keep 50 places already" in text
    with django_assert_max_num_queries(13):
        assert "Contoh 49" in read(client, "company-places")


def test_currency_terms_and_ports(client: Any) -> None:
    trade.load(rows.Tally())
    assert [port(code).code for code in ("trkmx", "CGK", "IDTPP")] == ["TRIST", "IDCGK", "IDJKT"]  # type: ignore[union-attr]
    assert port("XXXXX") is None
    company = make_overseas()
    client.force_login(admin_of(company))
    assert "FOB (by sea only)" in read(client, "company-trading")
    data = {"currency": "AED", "incoterms": ["FCA", "CIP"], "ports": ["AEDXB"]}
    assert post(client, "company-trading", data).status_code == 302
    text = read(client, "company")
    assert "FCA, CIP" in text
    assert "Dubai (AEDXB)" in text
    assert (
        "not one of the available"
        in post(client, "company-trading", {**data, "incoterms": ["XYZ"]}).content.decode()
    )


def test_the_limit_is_set_and_raised_with_an_approver(client: Any) -> None:
    company = make_overseas()
    owner = admin_of(company)
    client.force_login(owner)
    assert (
        "Nobody of your company is an approver"
        in post(client, "company-limit", {"above": "10,000"}).content.decode()
    )
    approver = join_as(company, "approver@example.com", "approver")
    assert "digits" in post(client, "company-limit", {"above": "ten"}).content.decode()
    assert post(client, "company-limit", {"above": "10,000.50"}).url == reverse("account:company")
    company.refresh_from_db()
    assert company.threshold == Money(1_000_050, "USD")
    assert post(client, "company-limit", {"above": ""}).url == reverse("account:company-approvals")
    waits = Approval.objects.get()
    page = read(client, "company-approval", waits.pk)
    assert "An approver who did not ask for it decides." in page
    assert 'value="agree"' not in page
    client.force_login(approver)
    assert "1 thing waits" in read(client, "company")
    assert 'value="agree"' in read(client, "company-approval", waits.pk)
    assert "Write why." in post(client, "company-approval", {"do": "decline"}, waits.pk).content.decode()
    post(client, "company-approval", {"do": "agree"}, waits.pk)
    company.refresh_from_db()
    assert company.threshold is None
    again = client.post(
        reverse("account:company-approval", args=[waits.pk]), {"do": "decline", "why": "x"}, follow=True
    )
    assert "Nothing was changed: it is already: Agreed" in again.content.decode()
    stranger = make_overseas(make_user("lain@example.com"), name="Contoh Lain")
    client.force_login(admin_of(stranger))
    assert client.get(reverse("account:company-approval", args=[waits.pk])).status_code == 404


def test_what_waits_first_in_the_same_few_queries(client: Any, django_assert_max_num_queries: Any) -> None:
    company = make_overseas()
    approver = join_as(company, "approver@example.com", "approver")
    owner = admin_of(company)
    for number in range(25):
        state = states.WAITING if number == 24 else states.APPROVED
        Approval.objects.create(
            company=company,
            kind="limit",
            reference=f"{number}",
            amount=number,
            currency="USD",
            state=state,
            asked_by=owner,
            decided_by=approver if state == states.APPROVED else None,
        )
    client.force_login(approver)
    with django_assert_max_num_queries(13):
        text = read(client, "company-approvals")
    assert text.index("US$\N{NO-BREAK SPACE}0.24") < text.index("US$\N{NO-BREAK SPACE}0.01")
    assert text.count('data-label="State"') == 20


def test_roles_are_changed_by_an_owner(client: Any) -> None:
    company = make_overseas()
    other = join_as(company, "rekan@example.com", "buyer")
    client.force_login(admin_of(company))
    member = company.members.get(user=other)
    assert (
        "Choose at least one role." in post(client, "company-roles", {"x": "1"}, member.pk).content.decode()
    )
    post(client, "company-roles", {"roles": ["finance", "approver"]}, member.pk)
    member.refresh_from_db()
    assert member.roles == ["approver", "finance"]
    own = company.members.exclude(pk=member.pk).get()
    text = post(client, "company-roles", {"roles": ["buyer"]}, own.pk).content.decode()
    assert "Somebody must stay responsible" in text
    client.force_login(other)
    assert client.get(reverse("account:company-roles", args=[own.pk])).status_code == 404


def test_an_invitation_of_a_second_company_is_taken_up(client: Any) -> None:
    mine = make_overseas()
    user = admin_of(mine)
    other = make_overseas(make_user("lain@example.com"), name="Contoh Kedua")
    client.force_login(admin_of(other))
    assert post(client, "company-invite", {"email": user.email, "roles": ["finance"]}).status_code == 302
    from offtakers.queries import invitation_token

    token = invitation_token(other.invitations.get())
    client.force_login(user)
    assert "Contoh Kedua" in read(client, "company-join", token)
    post(client, "company-join", {}, token)
    text = read(client, "company")
    assert "<bdi>Contoh Kedua</bdi></h1>" in text
    assert {member.roles[0] for member in other.members.all()} == {"owner", "finance"}


def test_a_newer_proof_is_sent_while_verified(client: Any) -> None:
    company = make_overseas()
    client.force_login(admin_of(company))
    assert "Please choose a file" in post(client, "company-renew", {"x": "1"}).content.decode()
    bad = SimpleUploadedFile("a.pdf", b"<html>")
    assert "not a PDF" in post(client, "company-renew", {"proof": bad}).content.decode()
    file = SimpleUploadedFile("a.pdf", picture())
    assert post(client, "company-renew", {"proof": file}).status_code == 302
    company.refresh_from_db()
    assert company.renewal.name.endswith(".png")
    assert "looks at your newer proof" in read(client, "company")
    services.suspend(company=company, actor=services.companies.SYSTEM, why="uji")
    assert "uji" in read(client, "company")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Buy from Indonesia"), ("ar", "rtl"), ("id", 'lang="id"')]
)
def test_the_public_door(client: Any, language: str, said: str) -> None:
    with translation.override(language):
        page = client.get(reverse("account:buy-abroad")).content.decode()
        form = reverse("account:company-new-abroad")
        assert said in page
        assert f"{reverse('customer:register')}?next={form}" in page
        client.force_login(make_user())
        assert f'href="{form}"' in client.get(reverse("account:buy-abroad")).content.decode()

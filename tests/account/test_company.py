"""The pages of a company, and the last page of the checkout where it may pay later."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from checkout import services as checkout
from checkout.basket.models import Basket
from checkout.shown import differences
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import Order
from marketplace.payments.models import Due
from marketplace.pesantren.strategy import Selector
from offtakers import services, states
from offtakers.models import Company, CompanyMember
from tests.common.race import race
from tests.factories.catalogue import (
    make_country,
    make_member,
    make_product,
    make_regency,
    make_tariffs,
    make_user,
)
from tests.factories.companies import a_proof, admin_of, join_as, make_company, picture
from tests.factories.orders import placed_order
from tests.fulfilment.steps import OFFICE

pytestmark = pytest.mark.django_db
FACTS = {
    "name": "Contoh Boga (fiktif)",
    "npwp": "01.300.066.6-091.000",
    "nib": "",
    "address": "Jl. Contoh 3",
    "regency": "32.73",
    "phone": "0812 3456 7890",
    "email": "boga@example.com",
}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def post(client: Any, name: str, data: dict[str, Any], *args: Any) -> Any:
    return client.post(reverse(name, args=args), data)


def test_registered_with_a_proof_and_sent(client: Any) -> None:
    make_regency("32.73")
    client.force_login(make_user())
    file = SimpleUploadedFile("nib.exe", picture())
    assert post(client, "account:company-new", {**FACTS, "proof": file, "do": "send"}).status_code == 302
    company = Company.objects.get()
    assert (company.state, company.npwp, company.country) == (states.SUBMITTED, "013000666091000", "ID")
    assert company.proof.name.endswith(".png")
    assert "The office looks at your proof" in client.get(reverse("account:company")).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"npwp": "123"}, "15 or 16 digits"),
        ({"npwp": ""}, "needs an NPWP"),
        ({"nib": "12"}, "13 digits"),
        ({"regency": ""}, "Choose your kabupaten"),
        ({"do": "send"}, "needs a proof"),
        ({"proof": SimpleUploadedFile("a.pdf", b"<html>")}, "not a PDF, JPG or PNG"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(
    client: Any, change: dict[str, Any], said: str
) -> None:
    make_regency("32.73")
    client.force_login(make_user())
    text = post(client, "account:company-new", {**FACTS, **change}).content.decode()
    assert said in text
    assert "Contoh Boga (fiktif)" in text
    assert not Company.objects.exists()


def test_members_see_their_own_company_and_no_other(client: Any) -> None:
    mine = make_company()
    other = make_company(make_user("lain@example.com"), name="Contoh Lain")
    product = make_product()
    ours = placed_order([(product, 1)], admin_of(mine), company=mine)
    theirs = placed_order([(product, 1)], admin_of(other), company=other)
    client.force_login(admin_of(mine))
    for name in ("account:company", "account:company-bills"):
        text = client.get(reverse(name)).content.decode()
        assert ours.order.number in text
        assert theirs.order.number not in text
        assert "Contoh Lain" not in text
    stranger = CompanyMember.objects.get(company=other)
    assert post(client, "account:company-remove", {}, stranger.pk).status_code == 404


OWNERS = [
    "company-edit",
    "company-proof",
    "company-renew",
    "company-invite",
    "company-trading",
    "company-limit",
]


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("buyer", OWNERS),
        ("finance", [*OWNERS, "company-places", "company-place-new"]),
        ("approver", [*OWNERS, "company-places", "company-place-new", "company-bills"]),
        ("owner", []),
    ],
)
def test_each_role_sees_its_own_pages_and_no_other(client: Any, role: str, hidden: list[str]) -> None:
    company = make_company(proof=a_proof())
    client.force_login(join_as(company, "rekan@example.com", role))
    for name in [*OWNERS, "company-places", "company-place-new", "company-bills", "company-approvals"]:
        code = client.get(reverse(f"account:{name}")).status_code
        assert (code == 404) == (name in hidden), name
    page = client.get(reverse("account:company"))
    assert page.status_code == 200
    assert ("tempo" in page.content.decode()) == (role != "approver")


def test_only_a_buyer_buys_on_tempo(client: Any, ready: Company) -> None:
    ready.members.update(roles=["owner", "finance"])
    text, fields = review(client)
    assert "On tempo" not in text
    post(client, "checkout:review", {**fields, "pay": "tempo"})
    assert not Order.objects.exists()


def test_a_person_with_two_companies_switches_and_buys_for_the_one_on_the_page(
    client: Any, ready: Company
) -> None:
    user = admin_of(ready)
    other = make_company(user, name="Contoh Kedua")
    stranger = make_company(make_user("lain@example.com"), name="Contoh Lain")
    page = client.get(reverse("account:company")).content.decode()
    assert "Contoh Kedua" in page
    assert "Contoh Lain" not in page
    assert post(client, "account:company-switch", {"company": stranger.pk}).status_code == 404
    assert post(client, "account:company-switch", {"company": "x"}).status_code == 404
    _text, fields = review(client)
    assert post(client, "account:company-switch", {"company": other.pk}).status_code == 302
    refused = post(client, "checkout:review", {**fields, "pay": "tempo"}).content.decode()
    assert "chose to act for another of your companies" in refused
    assert not Order.objects.exists()
    text, fields = review(client)
    assert "How does Contoh Kedua pay?" in text
    post(client, "checkout:review", {**fields, "pay": "tempo"})
    assert Due.objects.get().company == other
    CompanyMember.objects.filter(company=other).delete()  # the choice of the session is not theirs any more
    assert ready.name in client.get(reverse("account:company")).content.decode()


def test_the_bills_need_the_same_queries_for_one_and_for_ten(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    company = make_company()
    product = make_product()
    client.force_login(admin_of(company))
    for _ in range(10):
        placed_order([(product, 1)], admin_of(company), company=company)
    with django_assert_max_num_queries(14):
        client.get(reverse("account:company-bills"))


# The last page of the checkout.


@pytest.fixture
def ready(client: Any) -> Company:
    """A company's buyer before the last page, with 10 sarongs at Rp 150.000 in the basket."""
    make_country()
    make_tariffs()
    company = make_company()
    user = admin_of(company)
    client.force_login(user)
    basket = Basket.objects.create(owner=user)
    basket.strategy = Selector().strategy()
    product = make_product(price=150_000, requires_shipping=False)
    basket.add_product(product, 10)
    contact = {"name": "Contoh Katering", "phone": "0812 3456 7890"}
    assert post(client, "checkout:address", contact).status_code == 302
    return company


def review(client: Any) -> tuple[str, dict[str, str]]:
    text = client.get(reverse("checkout:review")).content.decode()
    return text, {name: _value(text, name) for name in ("place_key", "shown")}


def _value(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, name
    return found.group(1)


def test_bought_on_tempo(client: Any, ready: Company) -> None:
    text, fields = review(client)
    assert "30 days after delivery, no interest" in text
    assert "disabled" not in text
    answer = post(client, "checkout:review", {**fields, "pay": "tempo"})
    order = Order.objects.get()
    assert answer.url.endswith(f"?order={order.number}")
    due = Due.objects.get()
    assert (due.company, due.terms_days, due.amount) == (ready, 30, 1_500_000)
    thanks = client.get(answer.url).content.decode()
    assert "Bought on tempo" in thanks
    page = client.get(reverse("account:order", args=[order.number])).content.decode()
    assert "Confirmed, on tempo" in page
    assert "no interest" in page
    assert "Cancel this order" not in page


@pytest.mark.django_db(transaction=True)
def test_terms_and_members_stand_still_from_the_comparison_to_the_order(
    client: Any, ready: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the buyer agrees to 30 days and the bill says 14."""
    tried: list[Any] = []

    @transaction.atomic
    def other() -> None:
        Company.objects.select_for_update(nowait=True, no_key=True).get(pk=ready.pk)

    def compare(*args: Any) -> list[str]:
        tried.extend(race(other))
        return differences(*args)

    _text, fields = review(client)
    monkeypatch.setattr(checkout, "differences", compare)
    post(client, "checkout:review", {**fields, "pay": "tempo"})
    assert [type(error) for error in tried] == [OperationalError]
    assert Due.objects.get().terms_days == 30


def test_paid_now_all_the_same(client: Any, ready: Company) -> None:
    _text, fields = review(client)
    post(client, "checkout:review", {**fields, "pay": "now"})
    due = Due.objects.get()
    assert (due.company, due.terms_days) == (None, 0)
    assert Order.objects.get().pay_by is not None


@pytest.mark.parametrize("case", ["limit", "overdue", "suspended"])
def test_why_not_is_said_in_words(client: Any, ready: Company, case: str) -> None:
    said = {"limit": "larger than what is free", "overdue": "overdue", "suspended": "suspended"}[case]
    _text, fields = review(client)
    if case == "limit":
        Company.objects.update(credit_limit=1_499_999)
    elif case == "suspended":
        services.suspend(company=ready, actor=OFFICE, why="x")
    else:
        placed_order([(make_product(title="Peci"), 1)], admin_of(ready), company=ready)
        Due.objects.update(due_at=timezone.now() - timezone.timedelta(days=2), is_estimate=False)
    before = Order.objects.count()
    refused = post(client, "checkout:review", {**fields, "pay": "tempo"}).content.decode()
    assert said in refused
    assert Order.objects.count() == before
    text, fields = review(client)
    assert "disabled" in text
    assert said in text
    assert post(client, "checkout:review", {**fields, "pay": "now"}).status_code == 302


def test_other_terms_are_shown_again_first(client: Any, ready: Company) -> None:
    _text, fields = review(client)
    Company.objects.update(tempo_days=14)
    text = post(client, "checkout:review", {**fields, "pay": "tempo"}).content.decode()
    assert "were 30 days and are now 14 days" in text
    assert not Order.objects.exists()


def test_who_buys_for_no_company_is_offered_nothing_and_gets_nothing(client: Any, ready: Company) -> None:
    CompanyMember.objects.all().delete()
    text, fields = review(client)
    assert "On tempo" not in text
    post(client, "checkout:review", {**fields, "pay": "tempo"})
    assert not Order.objects.exists()


def test_the_pesantren_reads_it_before_it_accepts(client: Any) -> None:
    company = make_company()
    product = make_product()
    placed = placed_order([(product, 1)], admin_of(company), company=company)
    member = make_user("penjual@example.com")
    make_member(member, product.partner)
    client.force_login(member)
    part = Fulfilment.objects.get(order=placed.order)
    text = client.get(reverse("workspace:fulfilment", args=[part.number])).content.decode()
    assert "This buyer pays on tempo" in text
    assert "You are paid when the buyer has paid, expected by" in text
    assert "The buyer has paid." not in text
    home = client.get(reverse("workspace:home")).content.decode()
    assert "Comes when companies have paid" in home


def test_the_invoice_says_the_terms(client: Any) -> None:
    from marketplace.fulfilment.documents.invoice import _data

    company = make_company()
    placed = placed_order([(make_product(), 1)], admin_of(company), company=company)
    facts = dict(row[:2] for row in _data(placed.order, "en")["facts"])
    assert "30 days" in facts["Terms"]
    assert "To be paid by about (estimate)" in facts
    assert facts["Company"] == company.name

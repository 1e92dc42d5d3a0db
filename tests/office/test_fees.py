"""Pages of fees and credit notes: shown first, then done once; nothing else is saved than what was shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalogue.models import ProductClass
from marketplace.fulfilment.documents.invoice import invoice
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.queries import link_token
from marketplace.payments.models import Approval, CommissionRule, CreditNote, TaxRule
from marketplace.reference import working_days
from tests.factories.catalogue import make_member, make_user
from tests.factories.fees import fee_rule, tax_on_fee
from tests.fulfilment.steps import assert_sound, bring, one_seller, paid, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    return client


@pytest.fixture
def part() -> Fulfilment:
    fee_rule(rate_bp=300)
    tax_on_fee()
    found = bring(paid(one_seller())[0], "delivered")
    sign(found)
    return Fulfilment.objects.get()


def answers(part: Fulfilment, units: Any, **more: Any) -> dict[str, Any]:
    return {f"line_{part.lines.get().pk}": units, "why": "Tiga busuk", **more}


def test_a_credit_note_is_shown_and_then_issued_once(office: Client, part: Fulfilment) -> None:
    url = reverse("office:credit-note", args=[part.number])
    assert url in office.get(reverse("office:part", args=[part.number])).content.decode()
    shown = office.post(url, answers(part, "3"))
    assert shown.context["seen"] == "145500/0/0"
    assert "Rp\u00a0145.500" in shown.content.decode()
    assert not CreditNote.objects.exists()
    done = answers(part, "3", confirm="1", seen="145500/0")
    assert office.post(url, done).status_code == 302
    assert office.post(url, done).status_code == 200  # the same press again
    assert CreditNote.objects.count() == 1
    assert_sound()
    assert CreditNote.objects.get().number in office.get(url).content.decode()


@pytest.mark.parametrize("wrong", [{"line": "11"}, {"line": "0"}, {"line": "x"}, {"why": ""}, {"seen": "x"}])
def test_wrong_answers_lose_nothing(office: Client, part: Fulfilment, wrong: dict[str, str]) -> None:
    url = reverse("office:credit-note", args=[part.number])
    data = answers(part, wrong.get("line", "3"), confirm="1", seen=wrong.get("seen", "145500/0"))
    data |= {"why": wrong.get("why", "Tiga busuk")}
    shown = office.post(url, data)
    assert shown.status_code == 200
    assert not CreditNote.objects.exists()
    if "why" not in wrong:
        assert "Tiga busuk" in shown.content.decode()


def test_above_the_limit_a_second_person_confirms(office: Client, part: Fulfilment, settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE = 100_000
    url = reverse("office:credit-note", args=[part.number])
    assert "Rp\u00a0100.000" in office.post(url, answers(part, "3")).content.decode()
    office.post(url, answers(part, "3", confirm="1", seen="145500/0"))
    assert not CreditNote.objects.exists()
    approval = Approval.objects.get()
    where = reverse("office:approval", args=[approval.pk])
    assert where in office.get(url).content.decode()  # instead of the form
    said = office.get(where).content.decode()
    assert "3 " in said
    assert "Tiga busuk" in said
    office.post(reverse("office:confirm-approval", args=[approval.pk]))
    assert not CreditNote.objects.exists()
    office.force_login(make_user("kedua@example.com", name="Contoh Dua", staff_role="office"))
    office.post(reverse("office:confirm-approval", args=[approval.pk]))
    assert CreditNote.objects.get().amount == 150_000
    assert_sound()


def test_buyer_and_office_and_seller_read_the_same_numbers(office: Client, part: Fulfilment) -> None:
    url = reverse("office:credit-note", args=[part.number])
    office.post(url, answers(part, "3", confirm="1", seen="145500/0"))
    member = make_user("anggota@example.com")
    make_member(member, part.partner)
    buyer = Client().get(reverse("account:guest-order", args=[link_token(part.order)])).content.decode()
    office.force_login(member)
    seller = office.get(reverse("workspace:fulfilment", args=[part.number])).content.decode()
    for page in (buyer, seller):
        for amount in ("354.500", "9.460", "1.040", "150.000"):
            assert f"Rp\u00a0{amount}" in page
    assert invoice(part.order, "id").startswith(b"%PDF")


def facts(**more: Any) -> dict[str, Any]:
    day = working_days.today().isoformat()
    return {"name": "Tiga persen", "order": "50", "rate": "3", "valid_from": day, **more}


def test_a_rule_says_what_it_keeps_before_it_is_saved(office: Client) -> None:
    tax_on_fee()
    url = reverse("office:add-fee")
    shown = office.post(url, facts())
    for amount in ("1.000.000", "30.000", "2.972", "970.000"):
        assert amount in shown.context["sentence"]
    assert not CommissionRule.objects.exists()
    assert office.post(url, facts(rate="4", seen=shown.context["seen"])).status_code == 200
    assert not CommissionRule.objects.exists()
    assert office.post(url, facts(seen=shown.context["seen"])).status_code == 302
    assert CommissionRule.objects.get().rate_bp == 300
    each = office.post(url, facts(rate="", amount="1.500"))
    assert "1.500" in each.context["sentence"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": "101"},
        {"rate": "1.234"},
        {"amount": "5"},
        {"valid_from": "2020-01-01"},
        {"name": ""},
        {"order": "x"},
    ],
)
def test_wrong_rules_are_refused_in_words(office: Client, wrong: dict[str, str]) -> None:
    shown = office.post(reverse("office:add-fee"), facts(**wrong))
    assert shown.status_code == 200
    assert shown.context["form"].errors
    assert not CommissionRule.objects.exists()


def test_a_rule_is_ended_and_still_listed(office: Client) -> None:
    rule = fee_rule(rate_bp=250)
    today = working_days.today()
    url = reverse("office:end-fee", args=[rule.pk])
    assert office.post(url, {"last": str(today - timedelta(days=1))}).status_code == 200
    assert office.post(url, {"last": str(today)}).status_code == 302
    rule.refresh_from_db()
    assert rule.valid_to == today
    CommissionRule.objects.update(valid_to=today - timedelta(days=1))
    assert office.get(url).status_code == 404
    page = office.get(reverse("office:fees")).content.decode()
    assert "Aturan contoh" in page
    assert "2,5" in page


def test_the_list_asks_no_more_for_more_rules(office: Client, django_assert_max_num_queries: Any) -> None:
    for _ in range(12):
        fee_rule(rate_bp=100)
        fee_rule(rate_bp=100, valid_to=working_days.today() - timedelta(days=1))
        tax_on_fee()
    with django_assert_max_num_queries(14):  # 12 rules of each kind
        assert office.get(reverse("office:fees")).status_code == 200


def test_the_first_rules_are_loaded_once() -> None:
    ProductClass.objects.create(slug="fresh_produce", name="Hasil tani segar")
    for _ in range(2):
        call_command("load_fees", example=True, verbosity=0)
    assert (TaxRule.objects.count(), CommissionRule.objects.count()) == (5, 2)

"""The office finds a pesantren, sees its people and goods, and hands out a sign-in link."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.payments.services import payout_accounts
from marketplace.people.models import User
from marketplace.pesantren.joining.models import Requirement
from marketplace.pesantren.models import Member
from marketplace.pesantren.services import team
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    return client


def test_found_by_name_and_nspp(office: Client, django_assert_max_num_queries: Any) -> None:
    first = make_pesantren("contoh-satu", nspp="510032040001")
    make_pesantren("contoh-dua")
    make_pesantren("nyata", sells=False)
    make_product(first)
    make_product(first, is_public=False)
    make_member(make_user("m@example.com"), first)
    url = reverse("office:pesantren-list")
    both, one = ["contoh-dua", "contoh-satu"], ["contoh-satu"]
    for text, codes in (("", both), ("satu", one), ("510032040001", one), ("x", [])):
        assert [row.code for row in office.get(url, {"q": text}).context["page_obj"]] == codes
    [shown] = office.get(url, {"q": "satu"}).context["page_obj"]
    assert (shown.people, shown.goods) == (1, 1)
    with django_assert_max_num_queries(10) as before:
        office.get(url)
    for n in range(12):
        make_pesantren(f"contoh-{n}")
    with django_assert_max_num_queries(len(before)):
        office.get(url)


def test_a_link_for_somebody_without_mail(office: Client) -> None:
    mine = make_pesantren("contoh-satu")
    person = User.objects.create_user(None, "lama sekali 12", phone="+6281234567890", name="Ust. Contoh")
    member = make_member(person, mine)
    response = office.post(reverse("office:sign-in-link", args=[mine.code, member.pk]))
    link = response.context["link"]
    assert response.context["whatsapp"].startswith("https://wa.me/6281234567890?text=")
    assert link not in office.get(reverse("office:pesantren", args=[mine.code])).content.decode()
    visitor = Client()
    path = link.removeprefix("http://testserver")
    assert visitor.get(path, follow=True).status_code == 200
    [row] = history(person)
    assert (row.after, row.actor_name) == ("link issued", "Office")
    assert visitor.post(path, {"password": "kebun manggis 12"}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("kebun manggis 12")


@pytest.mark.parametrize("role", ["office", ""])
def test_no_link_for_the_office_nor_for_whoever_has_mail(office: Client, role: str) -> None:
    mine = make_pesantren("contoh-satu")
    phone = "+6281234567891" if role else None
    both = User.objects.create_user(None if role else "both@example.com", "x", phone=phone, staff_role=role)
    member = make_member(both, mine)
    response = office.post(reverse("office:sign-in-link", args=[mine.code, member.pk]))
    assert "link" not in response.context
    assert "No link is made" in response.content.decode()
    assert not history(both).exists()


def test_goods_by_state(office: Client) -> None:
    mine = make_pesantren("contoh-satu")
    make_product(mine)
    make_product(mine, state="paused", is_public=False)
    found = office.get(reverse("office:pesantren", args=[mine.code])).context["goods"]
    assert found == [("On sale", 1), ("Not on sale", 1)]


def test_suspended_with_a_reason_and_let_go(office: Client) -> None:
    mine = make_pesantren("contoh-satu")
    make_product(mine)
    url, page = (
        reverse("office:suspend-pesantren", args=[mine.code]),
        reverse("office:pesantren", args=[mine.code]),
    )
    assert office.get(url).context["on_sale"] == 1
    assert office.post(url, {"why": ""}).context["form"].errors == {"why": ["Write why."]}
    said = office.post(url, {"why": "Tidak menjawab"}, follow=True).content.decode()
    assert "Suspended. 1 product is hidden." in said
    assert "Tidak menjawab" in said
    assert "It does not sell now." in office.get(url).content.decode()
    assert (
        "Nothing was changed: somebody was first."
        in office.post(url, {"why": "x"}, follow=True).content.decode()
    )
    assert "Suspended" in office.get(reverse("office:pesantren-list")).content.decode()
    lift = reverse("office:lift-pesantren", args=[mine.code])
    assert "It sells again. 1 product is back." in office.post(lift, follow=True).content.decode()
    assert [step.label for step in office.get(page).context["steps"]] == ["Suspended", "Sells again"]


def test_what_happened_names_the_role_in_words(office: Client) -> None:
    mine, person = make_pesantren("contoh-satu"), make_user("m@example.com")
    make_member(person, mine)
    for note in ("Ust. Contoh", ""):
        team.invite(partner=mine, role=Member.HELPER, note=note, person=person)
    steps = office.get(reverse("office:pesantren", args=[mine.code])).context["steps"]
    assert [step.detail for step in steps] == ["Helper: Ust. Contoh", "Helper"]


def test_what_it_still_needs_before_the_first_payout(office: Client) -> None:
    texts = dict.fromkeys(("text_id", "text_en", "text_ar"), "Bank account confirmed")
    facts = {"kind": Requirement.COMPUTED, "needed_for": Requirement.PAYOUT, **texts}
    Requirement.objects.create(code="bank-account", **facts)
    mine, person = make_pesantren("contoh-satu"), make_user("m@example.com", language="en")
    make_member(person, mine)
    url, member = reverse("office:pesantren", args=[mine.code]), Client()
    member.force_login(person)

    def is_met() -> bool:
        [(_requirement, found)] = office.get(url).context["payout_needs"]
        said = (
            "Still needed before the first payout:" in member.get(reverse("workspace:home")).content.decode()
        )
        assert said is not found
        return bool(found)

    assert not is_met()
    named = payout_accounts.propose(partner=mine, bank="Bank Contoh", number="123", holder="A", person=person)
    assert not is_met()
    colleague = User.objects.get(email="office@example.com")
    payout_accounts.confirm(account=named, person=colleague)
    assert is_met()
    payout_accounts.refuse(account=named, actor=SYSTEM, why="x")
    assert not is_met()

"""A pesantren names its bank account on its phone; helpers look, others find nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.payments import states
from marketplace.payments.models import PayoutAccount
from marketplace.pesantren.models import Member
from tests.factories.catalogue import make_member, make_pesantren, make_user

pytestmark = pytest.mark.django_db
GOOD = {"bank": "Bank Contoh", "number": "1234-5678 90", "holder": "Pesantren Contoh"}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


def signed_in(partner: Any, role: str = Member.OWNER) -> Client:
    person = make_user(f"{role}@example.com", language="en")
    make_member(person, partner, role=role)
    client = Client()
    client.force_login(person)
    return client


def test_named_masked_and_taken_back(mine: Any) -> None:
    client, url = signed_in(mine), reverse("workspace:bank-account", args=["contoh-satu"])
    assert client.post(url, GOOD).status_code == 302
    account = PayoutAccount.objects.get()
    assert (account.number, account.state) == ("1234567890", states.ACCOUNT_PROPOSED)
    said = client.get(url).content.decode()
    assert "7890" in said
    assert "1234567890" not in said
    client.post(reverse("workspace:withdraw-account", args=["contoh-satu"]))
    account.refresh_from_db()
    assert account.state == states.ACCOUNT_REFUSED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "1234"),
        ("number", "12a45"),
        ("number", "1" * 31),
        ("number", "١٢٣٤٥"),
        ("bank", ""),
        ("holder", ""),
    ],
)
def test_bad_input_is_said_and_kept(mine: Any, field: str, value: str) -> None:
    url = reverse("workspace:bank-account", args=["contoh-satu"])
    response = signed_in(mine).post(url, {**GOOD, field: value})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert "Bank Contoh" in response.content.decode() or field == "bank"
    assert not PayoutAccount.objects.exists()


def test_a_helper_looks_but_does_not_name(mine: Any) -> None:
    client, url = signed_in(mine, Member.HELPER), reverse("workspace:bank-account", args=["contoh-satu"])
    assert "Only who is responsible" in client.get(url).content.decode()
    assert client.post(url, GOOD).status_code == 200
    assert not PayoutAccount.objects.exists()


def test_another_pesantren_is_not_there(mine: Any) -> None:
    client = signed_in(make_pesantren("contoh-dua"))
    assert client.get(reverse("workspace:bank-account", args=["contoh-satu"])).status_code == 404
    assert client.post(reverse("workspace:withdraw-account", args=["contoh-satu"])).status_code == 404

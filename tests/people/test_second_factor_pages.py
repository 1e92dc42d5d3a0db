"""Setting up on a phone, signing in with a code, and what stands between a person and money."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.notices.models import Mail
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.people.second_factor import access, queries
from marketplace.people.second_factor.models import SecondFactor
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.second_factor import FIELD, code, with_app, wrong

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
ACCOUNT = {"bank": "Bank Contoh", "number": "1234567890", "holder": 'Yayasan "Contoh" <x>'}
PASSWORD = "demo-only"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def owner() -> User:
    person = make_user("owner@example.com", language="en")
    make_member(person, make_pesantren("contoh-satu"))
    return person


@pytest.fixture
def url(owner: User) -> str:
    return reverse("workspace:bank-account", args=["contoh-satu"])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def app_of(page: str) -> pyotp.TOTP:
    """What an app makes of the link on the page."""
    return pyotp.parse_uri(re.search(r'href="(otpauth://[^"]+)"', page)[1].replace("&amp;", "&"))  # type: ignore


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def set_up(client: Client, to: str = "") -> str:
    address = reverse("customer:second-factor-set-up")
    page = client.get(address, {"next": to}).content.decode()
    data = {FIELD: app_of(page).now(), "current": PASSWORD, "next": to}
    return client.post(address, data).content.decode()


def test_set_up_shows_the_codes_once(owner: User) -> None:
    client, address = signed_in(owner), reverse("customer:second-factor-set-up")
    page = client.get(address).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert client.get(address).content.decode().count(app_of(page).secret) > 0  # the same after a reload
    refused = client.post(address, {FIELD: app_of(page).now(), "current": "not it"}).content.decode()
    assert "This is not your present password." in refused
    shown = client.post(address, {FIELD: app_of(page).now(), "current": PASSWORD})
    assert "no-store" in shown["Cache-Control"]
    found = re.findall(r">((?:\d{4}-){3}\d{4})<", shown.content.decode())
    assert len(found) == 10
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download', shown.content.decode())
    assert file
    assert all(one in unquote(file[1]) for one in found)
    assert Mail.objects.get(subject="Two-step verification is on").to == owner.email
    assert found[0] not in client.get(reverse("customer:second-factor")).content.decode()
    assert "10 are left" in client.get(reverse("customer:second-factor")).content.decode()


def test_signing_in_asks_and_counts_for_money(owner: User, url: str) -> None:
    with_app(owner)
    client = Client()
    sign_in = {"name": owner.email, "password": PASSWORD, "next": url}
    step = client.post(reverse("customer:login"), sign_in)
    assert step.url == reverse("customer:sign-in-code")
    assert client.get(url).status_code == 302  # nobody is signed in yet
    assert "_auth_user_id" not in client.session
    page = client.post(step.url, {FIELD: wrong(owner)}).content.decode()
    assert "This code is not right" in page
    assert client.post(step.url, {FIELD: code(owner)}).url == url
    assert client.post(url, ACCOUNT).status_code == 302
    assert PayoutAccount.objects.get().holder == ACCOUNT["holder"]
    assert client.get(step.url).url == reverse("customer:login")  # used up


def test_the_second_step_ends_after_ten_minutes_or_with_the_password(owner: User) -> None:
    with_app(owner)
    step = reverse("customer:sign-in-code")
    for spoil in ("time", "password"):
        client = Client()
        client.post(reverse("customer:login"), {"name": owner.email, "password": PASSWORD})
        with time_machine.travel(timezone.now() + timedelta(minutes=11 if spoil == "time" else 0)):
            if spoil == "password":
                owner.set_password("something else")
                owner.save()
            assert client.post(step, {FIELD: code(owner)}).url == reverse("customer:login")


def test_money_leads_to_set_up_and_back_to_what_was_typed(owner: User, url: str) -> None:
    client = signed_in(owner)
    assert client.get(url).status_code == 200  # reading asks nothing
    led = client.post(url, ACCOUNT)
    assert urlsplit(led.url).path == reverse("customer:second-factor-set-up")
    assert not PayoutAccount.objects.exists()
    back = parse_qs(urlsplit(led.url).query)["next"][0]
    assert f'href="{back}"' in set_up(client, back)
    page = client.get(back).content.decode()
    assert hidden(page) == ACCOUNT
    assert f'action="{url}"' in page
    assert client.post(url, hidden(page)).status_code == 302
    assert PayoutAccount.objects.get().number == ACCOUNT["number"]


def test_an_expired_code_is_asked_between_and_nothing_is_lost(owner: User, url: str) -> None:
    client = signed_in(owner)
    set_up(client)
    assert client.post(url, ACCOUNT).status_code == 302
    later = timezone.now() + timedelta(minutes=16)
    with time_machine.travel(later, tick=False):
        page = client.post(url, ACCOUNT)
        assert (page.status_code, PayoutAccount.objects.count()) == (403, 1)
        typed = hidden(page.content.decode())
        assert typed == ACCOUNT
        again = client.post(url, {**typed, FIELD: wrong(owner)})
        assert again.status_code == 403
        assert hidden(again.content.decode()) == ACCOUNT
        assert client.post(url, {**typed, FIELD: code(owner)}).status_code == 302
    assert PayoutAccount.objects.count() == 2
    with time_machine.travel(later, tick=False):  # the form itself still says what is wrong with it
        assert "Write the account number" in client.post(url, {**ACCOUNT, "number": "x"}).content.decode()


def test_the_office_is_asked_before_a_form_once_in_twelve_hours(owner: User) -> None:
    office = make_user("office2@example.com", staff_role="office", language="en")
    client, form = signed_in(office), reverse("office:add-fee")
    assert client.get(form).url.startswith(reverse("customer:second-factor-set-up"))
    set_up(client)
    assert client.get(form).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=11)):
        assert client.get(form).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=13)):
        asked = client.get(form)
        assert asked.url == f"{reverse('customer:second-factor-check')}?next={form.replace('/', '%2F')}"
        assert client.get(reverse("office:fees")).status_code == 200
        page = client.get(asked.url).content.decode()
        assert "Demonstration: nobody has this person" in page
        shown = re.search(r"Now it is (\d{6})\.", page)
        assert shown
        assert client.post(asked.url, {FIELD: shown[1], "next": form}).url == form
        assert client.get(form).status_code == 200


def test_a_check_is_of_one_session_one_person_and_one_app(owner: User, url: str) -> None:
    client = signed_in(owner)
    set_up(client)
    stranger = signed_in(owner)  # the same person, another device
    assert stranger.post(url, ACCOUNT).status_code == 403
    session = stranger.session
    session[access.PASSED] = "spoiled"
    session.save()
    assert stranger.post(url, ACCOUNT).status_code == 403
    with_app(owner)  # another phone, set up elsewhere
    assert client.post(url, ACCOUNT).status_code == 403
    assert not PayoutAccount.objects.exists()


def test_after_a_reset_money_waits(owner: User, url: str) -> None:
    client = signed_in(owner)
    set_up(client)
    until = timezone.now() + timedelta(hours=48)
    SecondFactor.objects.update(money_from=until)
    page = client.post(url, ACCOUNT)
    assert page.status_code == 403
    assert "Money waits for now" in page.content.decode()
    with time_machine.travel(until + timedelta(seconds=1)):
        assert client.post(url, ACCOUNT).status_code == 403  # only the code now
        assert client.post(url, {**ACCOUNT, FIELD: code(owner)}).status_code == 302


def test_changing_it_takes_password_and_code(owner: User) -> None:
    recovery = with_app(owner)
    client = signed_in(owner)
    for name in ("second-factor-renew", "second-factor-off", "second-factor-set-up"):
        address = reverse(f"customer:{name}")
        assert client.get(address).url.startswith(reverse("customer:second-factor-check"))
        asked = client.post(address, {"current": PASSWORD})
        assert asked.status_code == 403
        assert PASSWORD not in asked.content.decode()
    check = reverse("customer:second-factor-check")
    client.post(check, {FIELD: recovery[0]})  # the phone is lost
    page = set_up(client)
    assert len(re.findall(r">(?:\d{4}-){3}\d{4}<", page)) == 10
    assert client.post(reverse("customer:second-factor-renew"), {"current": "x"}).status_code == 200
    renewed = client.post(reverse("customer:second-factor-renew"), {"current": PASSWORD}).content.decode()
    assert len(re.findall(r">(?:\d{4}-){3}\d{4}<", renewed)) == 10
    assert queries.is_on(owner)
    client.post(reverse("customer:second-factor-off"), {"current": PASSWORD})
    assert not queries.is_on(owner)
    assert (
        client.post(reverse("customer:login"), {"name": owner.email, "password": PASSWORD}).status_code == 302
    )


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_stays_on_our_site(owner: User, target: str) -> None:
    with_app(owner)
    client = signed_in(owner)
    done = client.post(reverse("customer:second-factor-check"), {FIELD: code(owner), "next": target})
    assert done.url == reverse("customer:second-factor")


def test_odd_input_is_no_fault_of_ours(owner: User, url: str) -> None:
    with_app(owner)
    client = signed_in(owner)
    for odd in (
        "\0",
        "١٢٣",
        "a" * 500,
        "\ud83d\ude00"[:1].encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ):
        assert client.post(url, {**ACCOUNT, FIELD: odd}).status_code == 403
    huge = {**ACCOUNT, "holder": "x" * 60_000}
    nobody = signed_in(make_user("none@example.com"))
    assert nobody.post(url, huge).status_code == 404  # a stranger is told nothing about codes
    SecondFactor.objects.all().delete()
    led = client.post(url, huge)
    assert led.status_code == 302
    assert client.session[access.KEPT]["values"] == []


def test_what_is_kept_goes_after_an_hour(owner: User, url: str) -> None:
    client = signed_in(owner)
    client.post(url, ACCOUNT)
    go_on = reverse("customer:second-factor-go-on")
    assert client.get(go_on).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(go_on).status_code == 302


def test_a_check_costs_one_query_more(settings: Any) -> None:
    client, form = signed_in(make_user("o@example.com", staff_role="office")), reverse("office:add-fee")
    set_up(client)
    client.get(form)  # what is kept in memory afterwards is not counted
    counted = []
    for required in (False, True):
        settings.SECOND_FACTOR_REQUIRED = required
        with CaptureQueriesContext(connection) as found:
            assert client.get(form).status_code == 200
        counted.append(len(found))
    assert counted[1] == counted[0] + 1

"""Sign-in, sign-up, passwords and the profile, as a browser sees them."""

import re
from typing import Any

import pytest
import time_machine as clock
from django.test import Client
from django.urls import reverse

from checkout.basket.models import Basket
from marketplace.notices.models import Mail
from marketplace.people.models import User
from marketplace.people.views import DEMO_PEOPLE
from marketplace.workspace.demo_people import PEOPLE
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "kebun manggis 12"
WRONG = "The name or the password is not right. Please check both and try again."


@pytest.fixture
def person() -> User:
    return make_user("buyer@example.com", password=PASSWORD, phone="+6281234567890", name="Contoh Pembeli")


def is_dead(response: Any) -> bool:
    shown = [template.name for template in response.templates]
    return response.status_code == 410 and "people/link_dead.html" in shown


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/en/sign-in/", {"name": name, "password": password, **more})


def link_in(mail: Mail) -> str:
    found = re.search(r"http://testserver(/\S+)", mail.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "name",
    [
        "buyer@example.com",
        " BUYER@Example.com ",
        "081234567890",
        "0812-3456-7890",
        "6281234567890",
        "+62 812 3456 7890",
    ],
)
def test_sign_in_with_mail_or_phone(client: Client, person: User, name: str) -> None:
    response = sign_in(client, name)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/en/basket/", "/en/basket/"),
        ("https://evil.example/", "/en/account/"),
        ("//evil.example/", "/en/account/"),
        ("javascript:alert(1)", "/en/account/"),
        ("", "/en/account/"),
    ],
)
def test_next_stays_on_our_site(client: Client, person: User, target: str, goes_to: str) -> None:
    assert sign_in(client, "buyer@example.com", next=target)["Location"] == goes_to


def test_next_comes_from_the_address_too(client: Client, person: User) -> None:
    page = client.get("/en/sign-in/?next=/en/checkout/")
    assert 'name="next" value="/en/checkout/"' in page.content.decode()


def test_one_message_whatever_is_wrong_and_typed_name_is_kept(client: Client, person: User) -> None:
    wrong_password = sign_in(client, "buyer@example.com", "no")
    wrong_name = sign_in(client, "nobody@example.com", "no")
    for response, name in ((wrong_password, "buyer@example.com"), (wrong_name, "nobody@example.com")):
        assert response.status_code == 200
        assert response.context["form"].non_field_errors() == [WRONG]
        assert f'value="{name}"' in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_inactive_person_gets_the_same_message(client: Client, person: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(client, "buyer@example.com").context["form"].non_field_errors() == [WRONG]


def test_after_ten_tries_the_name_waits_whether_it_exists_or_not(client: Client, person: User) -> None:
    for name in ("0812 3456 7890", "nobody@example.com"):
        for _ in range(10):
            sign_in(client, name, "no")
        refused = sign_in(client, name)
        assert "Too many tries for this name" in refused.context["form"].non_field_errors()[0]
    assert "_auth_user_id" not in client.session


def test_one_address_waits_after_thirty_tries(client: Client) -> None:
    for number in range(30):
        assert sign_in(client, f"n{number}@example.com", "no").status_code == 200
    assert sign_in(client, "other@example.com", "no").status_code == 429


def test_roles_decide_where_one_goes(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/en/account/")["Location"] == "/en/account/orders/"
    make_member(person, make_pesantren())
    assert client.get("/en/account/")["Location"] == "/en/workspace/"
    User.objects.update(staff_role="office")
    assert client.get("/en/account/")["Location"] == "/en/office/"


def test_guest_basket_comes_along(client: Client, person: User) -> None:
    product = make_product()
    client.post(reverse("basket:add", args=[product.pk]), {"quantity": "3"})
    sign_in(client, "buyer@example.com")
    client.get("/en/basket/")
    mine = Basket.objects.get(owner=person, status="Open")
    assert [(line.product_id, line.quantity) for line in mine.lines.all()] == [(product.pk, 3)]


def test_sign_out_asks_and_only_a_post_does_it(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/en/sign-out/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/en/sign-out/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_demo_sign_ins_are_listed_only_in_the_demonstration(client: Client, settings: Any) -> None:
    assert [email for email, _ in DEMO_PEOPLE] == [person.email for person in PEOPLE]
    page = client.get("/en/sign-in/").content.decode()
    assert all(email in page for email, _ in DEMO_PEOPLE)
    assert "demo-only" in page
    settings.DEMO = False
    page = client.get("/en/sign-in/").content.decode()
    assert "demo-only" not in page
    assert "office@example.com" not in page.split("<footer")[0]


def test_demo_password_opens_nothing_in_production(client: Client, settings: Any) -> None:
    make_user("office@example.com")
    settings.DEMO = False
    assert sign_in(client, "office@example.com", "demo-only").status_code == 200


NEW = {
    "name": " Siti \n Contoh ",
    "email": "Siti@Example.com",
    "phone": "0813 1111 2222",
    "language": "en",
    "password": PASSWORD,
}


def test_sign_up_and_sign_in(client: Client) -> None:
    response = client.post("/en/sign-up/?next=/en/checkout/", NEW)
    assert response["Location"] == "/en/sign-up/done/"
    person = User.objects.get()
    assert (person.name, person.email, person.phone, person.language) == (
        "Siti Contoh",
        "siti@example.com",
        "+6281311112222",
        "en",
    )
    assert "_auth_user_id" not in client.session
    assert "/en/sign-in/?next=/en/checkout/" in client.get("/en/sign-up/done/").content.decode()
    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("siti@example.com", "Welcome to Pasar Pesantren")
    assert "Siti" not in mail.text
    assert sign_in(client, "0813-1111-2222").status_code == 302


def test_sign_up_reads_the_same_for_a_known_address(client: Client, person: User) -> None:
    fresh = client.post("/en/sign-up/", {**NEW, "phone": ""})
    new_page = client.get(fresh["Location"]).content
    known = client.post(
        "/en/sign-up/", {**NEW, "email": "buyer@example.com", "phone": "", "password": "another long one"}
    )
    assert (known.status_code, known["Location"]) == (fresh.status_code, fresh["Location"])
    assert client.get(known["Location"]).content == new_page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert User.objects.count() == 2
    mail = Mail.objects.get(to="buyer@example.com")
    assert "password/forgotten/" in mail.text


def test_known_phone_with_a_new_address_makes_nothing(client: Client, person: User) -> None:
    assert client.post("/en/sign-up/", {**NEW, "phone": "081234567890"})["Location"] == "/en/sign-up/done/"
    assert User.objects.count() == 1
    assert Mail.objects.get(to="siti@example.com").subject == "Your account could not be made"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "", "phone": ""}, "email"),
        ({"email": "siti@"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"password": "12345"}, "password"),
        ({"password": "siti@example.com"}, "password"),
        ({"password": "demo-only"}, "password"),
        ({"language": "xx"}, "language"),
    ],
)
def test_sign_up_says_what_is_wrong_and_keeps_what_was_typed(
    client: Client, change: dict[str, str], field: str
) -> None:
    typed = {**NEW, **change}
    response = client.post("/en/sign-up/", typed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == 0
    assert response.context["form"]["name"].value() == typed["name"]
    page = response.content.decode()
    assert f'id="id_{field}_error"' in page
    assert 'type="password" name="password" value=' not in page


def test_consent_links_to_the_privacy_page_without_a_ticked_box(client: Client) -> None:
    page = client.get("/en/sign-up/").content.decode()
    assert 'href="/en/privacy/"' in page
    assert "checked" not in page


def test_forgotten_is_neutral_and_its_link_works_once(client: Client, person: User) -> None:
    known = client.post("/en/password/forgotten/", {"name": "buyer@example.com"})
    unknown = client.post("/en/password/forgotten/", {"name": "nobody@example.com"})
    assert known["Location"] == unknown["Location"] == "/en/password/sent/"
    link = link_in(Mail.objects.get())
    assert client.get(link).status_code == 200
    short = client.post(link, {"password": "123"})
    assert list(short.context["form"].errors) == ["password"]
    assert client.post(link, {"password": "sawah hijau 77"})["Location"] == "/sign-in/"
    assert is_dead(client.get(link))
    assert is_dead(client.post(link, {"password": "another long one"}))
    assert sign_in(client, "buyer@example.com", "sawah hijau 77").status_code == 302


def test_reset_link_dies_after_a_day(client: Client, person: User) -> None:
    with clock.travel("2026-11-20 08:00:00+00:00", tick=False):
        client.post("/en/password/forgotten/", {"name": "081234567890"})
        link = link_in(Mail.objects.get())
    with clock.travel("2026-11-21 07:59:00+00:00", tick=False):
        assert not is_dead(client.get(link))
    with clock.travel("2026-11-21 08:01:00+00:00", tick=False):
        assert is_dead(client.get(link))


def test_reset_by_phone_without_address_sends_nothing(client: Client) -> None:
    User.objects.create_user(None, PASSWORD, phone="+6281300000000", name="Tanpa Surel")
    assert client.post("/en/password/forgotten/", {"name": "081300000000"}).status_code == 302
    assert Mail.objects.count() == 0
    assert "office@example.com" in client.get("/en/password/sent/").content.decode()


def test_at_most_four_reset_mails_an_hour_for_one_name(client: Client, person: User) -> None:
    for second in range(6):
        with clock.travel(f"2026-11-20 08:00:0{second}+00:00", tick=False):
            client.post("/en/password/forgotten/", {"name": "buyer@example.com"})
    assert Mail.objects.count() == 4


@pytest.mark.parametrize(
    "path", ["/en/password/new/MQ/x-y/", "/en/password/new/!!/x/", "/en/account/email/nonsense/"]
)
def test_broken_links_get_a_kind_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert is_dead(response)
    assert "This link does not work any more" in response.content.decode()


def test_new_password_keeps_this_session_and_ends_others(client: Client, person: User) -> None:
    other = Client()
    sign_in(client, "buyer@example.com")
    sign_in(other, "buyer@example.com")
    form = {"current": PASSWORD, "password": "sawah hijau 77"}
    assert client.post("/en/account/password/", {**form, "current": "no"}).context["form"].errors[
        "current"
    ] == ["This is not your present password."]
    assert client.post("/en/account/password/", form)["Location"] == "/en/account/profile/"
    assert client.get("/en/account/profile/").status_code == 200
    assert other.get("/en/account/profile/").status_code == 302


def test_profile_saves_and_shows_the_new_zone(client: Client, person: User) -> None:
    client.force_login(person)
    page = client.get("/en/account/profile/").content.decode()
    assert "0812-3456-7890" in page
    form = {"name": "Nama Baru", "phone": "", "language": "ar", "time_zone": "Asia/Dubai"}
    response = client.post("/en/account/profile/", form)
    assert response["Location"] == "/en/account/profile/"
    person.refresh_from_db()
    assert (person.name, person.phone, person.language, person.time_zone) == (
        "Nama Baru",
        None,
        "ar",
        "Asia/Dubai",
    )


def test_profile_refuses_a_number_of_somebody_else_and_keeps_the_text(client: Client, person: User) -> None:
    make_user("other@example.com", phone="+6281399999999")
    client.force_login(person)
    form = {"name": "Nama Baru", "phone": "081399999999", "language": "id", "time_zone": "Asia/Jakarta"}
    response = client.post("/en/account/profile/", form)
    assert list(response.context["form"].errors) == ["phone"]
    assert 'value="081399999999"' in response.content.decode()
    person.refresh_from_db()
    assert (person.name, person.phone) == ("Contoh Pembeli", "+6281234567890")


def test_number_can_not_go_without_an_address(client: Client) -> None:
    person = User.objects.create_user(None, PASSWORD, phone="+6281300000000", name="Tanpa Surel")
    client.force_login(person)
    form = {"name": "X Y", "phone": "", "language": "id", "time_zone": "Asia/Jakarta"}
    assert list(client.post("/en/account/profile/", form).context["form"].errors) == ["phone"]


def test_address_changes_by_link_and_a_button(client: Client, person: User) -> None:
    client.force_login(person)
    wrong = client.post("/en/account/email/", {"email": "new@example.com", "current": "no"})
    assert list(wrong.context["form"].errors) == ["current"]
    assert 'value="new@example.com"' in wrong.content.decode()
    client.post("/en/account/email/", {"email": "New@example.com", "current": PASSWORD})
    mail = Mail.objects.get()
    assert mail.to == "new@example.com"
    link = link_in(mail)
    assert client.get(link).status_code == 200
    person.refresh_from_db()
    assert person.email == "buyer@example.com"
    assert client.post(link)["Location"] == "/account/profile/"
    person.refresh_from_db()
    assert person.email == "new@example.com"
    note = Mail.objects.get(to="buyer@example.com")
    assert "new@example.com" in note.text
    assert is_dead(client.post(link))


def test_address_of_somebody_else_is_not_told(client: Client, person: User) -> None:
    make_user("other@example.com")
    client.force_login(person)
    response = client.post("/en/account/email/", {"email": "other@example.com", "current": PASSWORD})
    assert response["Location"] == "/en/account/profile/"
    assert Mail.objects.count() == 0


def test_address_taken_meanwhile_is_refused(client: Client, person: User) -> None:
    client.force_login(person)
    client.post("/en/account/email/", {"email": "new@example.com", "current": PASSWORD})
    link = link_in(Mail.objects.get())
    make_user("new@example.com")
    assert is_dead(client.post(link))
    person.refresh_from_db()
    assert person.email == "buyer@example.com"


@pytest.mark.parametrize("path", ["profile/", "password/", "email/"])
def test_own_pages_need_a_sign_in(client: Client, path: str) -> None:
    assert client.get(f"/en/account/{path}")["Location"] == f"/en/sign-in/?next=/en/account/{path}"


def test_language_stays_in_the_address(client: Client, person: User) -> None:
    User.objects.update(language="ar")
    response = client.post("/sign-in/", {"name": "buyer@example.com", "password": PASSWORD})
    assert response["Location"] == "/account/"

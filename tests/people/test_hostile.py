"""What somebody tries who had, or wants, another person's account."""

import pytest
from django.test import Client

from marketplace.notices.models import Mail
from marketplace.people import services, signals
from marketplace.people.models import User
from tests.factories.catalogue import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "kebun manggis 12"
TOO_LONG = f"{'a' * 250}@example.com"


def change_token(person: User, email: str) -> str:
    tokens: list[str] = []

    def listen(token: str, **kwargs: object) -> None:
        tokens.append(token)

    signals.email_change_asked.connect(listen)
    try:
        services.ask_email_change(person=person, email=email)
    finally:
        signals.email_change_asked.disconnect(listen)
    return tokens[0]


def test_a_new_password_ends_links_that_change_the_address() -> None:
    """Somebody signed up with a stranger's address and kept such a link; the owner then set a password."""
    person = make_user("owner@example.com", password=PASSWORD)
    token = change_token(person, "thief@example.com")
    services.set_password(person=person, password="another long one")
    with pytest.raises(services.RefusedError):
        services.confirm_email(token=token)
    assert User.objects.get().email == "owner@example.com"


def test_an_address_longer_than_the_column_is_refused_beside_the_field(client: Client) -> None:
    data = {"name": "Siti", "email": TOO_LONG, "phone": "", "language": "en", "password": PASSWORD}
    response = client.post("/en/sign-up/", data)
    assert list(response.context["form"].errors) == ["email"]
    client.force_login(make_user("owner@example.com", password=PASSWORD))
    response = client.post("/en/account/email/", {"email": TOO_LONG, "current": PASSWORD})
    assert list(response.context["form"].errors) == ["email"]
    assert not Mail.objects.exists()


def test_the_profile_does_not_answer_for_many_numbers(client: Client) -> None:
    """A known number is refused there, so asking is counted."""
    client.force_login(make_user("owner@example.com"))
    data = {"name": "Siti", "phone": "x", "language": "en", "time_zone": "Asia/Jakarta"}
    codes = [client.post("/en/account/profile/", data).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]

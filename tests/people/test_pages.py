"""The plain pages open in three languages and say what they must."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
@pytest.mark.parametrize("page", ["help", "terms", "privacy"])
def test_plain_pages_open(client: Client, prefix: str, page: str) -> None:
    response = client.get(f"{prefix}/{page}/")
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_they_say_what_they_must(client: Client, settings: object) -> None:
    privacy = client.get("/en/privacy/").content.decode()
    for wanted in ("UU 27/2022", "office@example.com", "There are no trackers", "ten years", "demonstration"):
        assert wanted in privacy
    terms = client.get("/en/terms/").content.decode()
    assert "24 hours" in terms
    assert "Please transfer no money" in terms
    assert "escrow" not in (privacy + terms).lower()

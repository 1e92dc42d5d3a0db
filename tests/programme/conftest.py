"""People who run a programme, signed in and reading English."""

from typing import Any

import pytest
from django.test import Client

from marketplace.programme.models import Officer
from tests.factories.catalogue import make_user
from tests.factories.programme import HOME, OTHER, make_province


def signed_in(email: str, province: str) -> Client:
    person = make_user(email, staff_role="programme", language="en", name="Contoh Petugas")
    Officer.objects.create(user=person, province=make_province(province))
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def officer(db: Any) -> Client:
    """Of the home province."""
    return signed_in("officer@example.com", HOME)


@pytest.fixture
def stranger(db: Any) -> Client:
    """Of the invented province."""
    return signed_in("stranger@example.com", OTHER)

"""People of the office for the tests of its pages."""

import pytest
from django.test import Client

from tests.factories.exports import a_coordinator


@pytest.fixture
def coordinator(client: Client) -> Client:
    """An export coordinator, signed in, who reads English."""
    person = a_coordinator()
    person.language = "en"
    person.save()
    client.force_login(person)
    return client

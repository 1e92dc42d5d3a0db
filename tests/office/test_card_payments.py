"""The office sees every try to pay by card, and what differs where one stopped."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from marketplace.payments.models import Attempt
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import one_seller

pytestmark = pytest.mark.django_db


def attempt(state: str, failure: str = "") -> Attempt:
    due = one_seller().due
    return Attempt.objects.create(due=due, number=1, amount=due.amount, state=state, failure=failure)


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("office@example.com", staff_role="office"))
    return client


def test_stopped_first_and_by_state(office: Client) -> None:
    with override("en"):
        url = reverse("office:card-payments")
    assert "No card payments here" in office.get(url).content.decode()
    stopped, paid = attempt("stopped", "The provider says Rp 1."), attempt("paid")
    assert list(office.get(url).context["page_obj"]) == [stopped, paid]
    assert "The provider says Rp 1." in office.get(url).content.decode()
    assert list(office.get(url, {"state": "paid"}).context["page_obj"]) == [paid]
    assert list(office.get(url, {"state": "nonsense"}).context["page_obj"]) == [stopped, paid]


def test_queries_do_not_grow(office: Client, django_assert_num_queries: Any) -> None:
    url = reverse("office:card-payments")
    attempt("paid")
    office.get(url)
    with CaptureQueriesContext(connection) as few:
        office.get(url)
    for _ in range(5):
        attempt("failed")
    with django_assert_num_queries(len(few)):
        office.get(url)

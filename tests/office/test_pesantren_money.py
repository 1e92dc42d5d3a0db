"""The office reads a pesantren's statement: the same rows and sums as the pesantren does."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.payments import seller_statements as statements
from marketplace.reference import working_days
from tests.factories.catalogue import make_user
from tests.factories.orders import placed_order
from tests.fulfilment.steps import bring, one_seller, paid, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("kantor@example.com", name="Contoh Kantor", staff_role="office"))
    return client


def test_the_same_statement_as_the_pesantren_reads(office: Client) -> None:
    part = paid(one_seller())[0]
    sign(bring(part, "delivered"))
    url = reverse("office:pesantren-money", args=[part.partner.code])
    assert url in office.get(reverse("office:part", args=[part.number])).content.decode()
    shown = office.get(url)
    wanted = statements.of_month(part.partner_id, None, "IDR")
    assert shown.context["found"] == wanted
    assert "Rp\u00a0515.000" in shown.content.decode()
    pdf = office.get(reverse("office:pesantren-money-pdf", args=[part.partner.code]))
    assert b"".join(pdf).startswith(b"%PDF-")
    csv = office.get(reverse("office:pesantren-money-csv", args=[part.partner.code]))
    assert "515000" in b"".join(csv.streaming_content).decode()


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=x", "?month=1999-01", "?currency=XXX"])
def test_no_month_no_currency(office: Client, query: str) -> None:
    part = paid(one_seller())[0]
    assert office.get(reverse("office:pesantren-money", args=[part.partner.code]) + query).status_code == 404


def test_a_month_to_come_is_none() -> None:
    later = working_days.today().replace(year=working_days.today().year + 1)
    assert statements.of_month(1, later, "IDR") is None


def test_queries_do_not_grow_with_entries(office: Client) -> None:
    part = paid(one_seller())[0]
    sign(bring(part, "delivered"))
    url = reverse("office:pesantren-money", args=[part.partner.code])
    office.get(url)
    with CaptureQueriesContext(connection) as few:
        office.get(url)
    product = part.lines.get().line.product
    for _ in range(3):
        sign(bring(paid(placed_order([(product, 1)]))[0], "delivered"))
    with CaptureQueriesContext(connection) as many:
        assert len(office.get(url).context["rows"]) == 4
    assert len(many) == len(few) <= 19

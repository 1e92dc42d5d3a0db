"""The office and companies: found by state and country, verified until a day, suspended and lifted."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from marketplace.common.actor import SYSTEM
from marketplace.reference.working_days import today
from offtakers import services, states
from offtakers.models import Company
from tests.factories.catalogue import make_user
from tests.factories.companies import a_proof, admin_of, make_company, make_overseas

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def office(client: Any) -> Any:
    user = make_user("kantor@example.com", staff_role="office")
    client.force_login(user)
    return client


def read(client: Any, name: str, *args: Any, **query: str) -> str:
    return str(client.get(reverse(f"office:{name}", args=args), query).content.decode())


def post(client: Any, name: str, company: Company, **data: str) -> str:
    answer = client.post(reverse(f"office:{name}", args=[company.pk]), data, follow=True)
    company.refresh_from_db()
    return str(answer.content.decode())


def test_found_by_state_and_country_in_the_same_few_queries(
    office: Any, django_assert_num_queries: Any
) -> None:
    home = make_company(make_user("a@example.com"), name="Contoh Rumah")
    for number in range(3):
        make_overseas(make_user(f"b{number}@example.com"), name=f"Contoh Dubai {number}")
    waits = make_overseas(make_user("c@example.com"), name="Contoh Doha", country="QA")
    Company.objects.filter(pk=waits.pk).update(state=states.SUBMITTED)
    text = read(office, "companies")
    assert text.index("Contoh Doha") < text.index("Contoh Rumah")
    assert "Contoh Rumah" not in read(office, "companies", country="AE")
    text = read(office, "companies", country="QA", state="submitted")
    assert "Contoh Doha" in text
    assert "Contoh Dubai" not in text
    assert home.name in read(office, "companies", country="??", state="?")  # what is no filter is none
    with django_assert_num_queries(_queries(office, "QA")):
        read(office, "companies", country="AE")


def _queries(office: Any, country: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        read(office, "companies", country=country)
    return len(found)


def test_verified_until_a_day_that_lies_ahead(office: Any) -> None:
    company = make_overseas(proof=a_proof(), state=states.SUBMITTED)
    for day in (today(), today() + timedelta(days=4000)):
        assert "must lie ahead" in post(office, "verify-company", company, until=day.isoformat())
    assert "Write a date" in post(office, "verify-company", company, until="soon")
    until = today() + timedelta(days=100)
    assert "Verified. Its members have been told." in post(
        office, "verify-company", company, until=until.isoformat()
    )
    assert (company.state, company.verified_until) == (states.VERIFIED, until)
    again = post(office, "verify-company", company, until=until.isoformat())
    assert "Nothing was changed: the company is now: Verified" in again


def test_a_newer_proof_is_accepted_or_not(office: Any) -> None:
    company = make_overseas(proof=a_proof())
    services.renew(company=company, proof=a_proof(), actor=SYSTEM)
    assert "newer proof" in read(office, "companies")
    assert office.get(reverse("office:company-proof", args=[company.pk, "newer"])).status_code == 200
    assert office.get(reverse("office:company-proof", args=[company.pk, "other"])).status_code == 404
    assert "Not accept the newer proof" in read(office, "refuse-company", company.pk)
    post(office, "refuse-company", company, why="buram")
    assert (company.state, company.renewal.name) == (states.VERIFIED, "")
    assert office.get(reverse("office:company-proof", args=[company.pk, "newer"])).status_code == 404
    services.renew(company=company, proof=a_proof(), actor=SYSTEM)
    until = today() + timedelta(days=900)
    post(office, "verify-company", company, until=until.isoformat())
    assert (company.verified_until, company.renewal.name) == (until, "")
    assert "The newer proof was not accepted" in read(office, "company", company.pk)


def test_suspended_with_a_reason_and_lifted(office: Any) -> None:
    company = make_company()
    assert "Write why." in post(office, "suspend-company", company, why="")
    post(office, "suspend-company", company, why="menunggak")
    assert company.state == states.SUSPENDED
    assert "menunggak" in read(office, "company", company.pk)
    assert "Lifted." in post(office, "lift-company", company)
    assert company.state == states.VERIFIED
    assert "Nothing was changed" in post(office, "lift-company", company)


def test_a_colleague_decides_on_the_own_company(client: Any) -> None:
    company = make_company(state=states.SUBMITTED)
    mine = admin_of(company)
    mine.staff_role = "office"
    mine.save()
    client.force_login(mine)
    until = (today() + timedelta(days=100)).isoformat()
    assert "a colleague of the office must decide" in post(client, "verify-company", company, until=until)
    assert company.state == states.SUBMITTED

"""The sign-ins of the demonstration."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from marketplace.common.access import EXPORT, OFFICE
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.people.second_factor.models import SecondFactor
from marketplace.pesantren.models import Member, Partner
from marketplace.workspace.demo_people import PEOPLE
from offtakers.models import Company, CompanyMember, TermsChange
from tests.factories.catalogue import make_class, make_pesantren, make_regency

pytestmark = pytest.mark.django_db


@pytest.fixture
def fictional() -> None:
    make_regency("32.73")
    make_class([], False, False, 120)
    for code in ("contoh-kebun", "contoh-tenun", "contoh-kopi"):
        make_pesantren(code)


def rows() -> list[tuple[object, ...]]:
    people = list(User.objects.order_by("pk").values_list())
    people += SecondFactor.objects.order_by("pk").values_list()
    members = [*Member.objects.order_by("pk").values_list()]
    companies = [*Company.objects.order_by("pk").values_list(), *TermsChange.objects.values_list()]
    return [*people, *members, *companies, *CompanyMember.objects.order_by("pk").values_list()]


def test_everyone_is_there_with_the_right_role(fictional: None, settings):
    call_command("demo_people", verbosity=0)
    assert {user.email for user in User.objects.all()} == {person.email for person in PEOPLE}
    assert all(user.check_password(settings.DEMO_PASSWORD) for user in User.objects.all())
    assert User.objects.get(email="office@example.com").staff_role == OFFICE
    assert User.objects.get(email="export@example.com").staff_role == EXPORT
    english = set(User.objects.filter(language="en").values_list("email", flat=True))
    assert english == {"importer@example.com", "approver@example.com"}
    assert dict(Member.objects.values_list("user__email", "partner__code")) == {
        "pesantren@example.com": "contoh-kebun",
        "pesantren2@example.com": "contoh-tenun",
        "pesantren3@example.com": "contoh-kopi",
        "eksportir@example.com": "contoh-eksportir",
    }
    exporter = Partner.objects.get(is_exporter=True)
    assert (exporter.name, exporter.sells) == ("Koperasi Contoh Eksportir", True)
    assert [product.is_public for product in exporter.products.all()] == [False]
    assert not User.objects.filter(is_superuser=True).exists()


def test_whoever_has_an_app_can_sign_in_by_what_the_page_tells(fictional: None, client):
    call_command("demo_people", verbosity=0)
    SecondFactor.objects.update(wrong=9, locked_until=timezone.now() + timedelta(days=1))
    call_command("demo_people", verbosity=0)
    having = {person.email for person in PEOPLE if person.two_step}
    assert set(SecondFactor.objects.values_list("user__email", flat=True)) == having
    assert any(person.staff_role == OFFICE for person in PEOPLE if person.two_step)
    for email in sorted(having):
        for _ in range(2):  # twice within one step of the app
            step = client.post("/en/sign-in/", {"name": email, "password": "demo-only"})
            told = re.search(r"Now it is (\d{6})\.", client.get(step.url).content.decode())
            assert client.post(step.url, {"second_factor_code": told[1]}).status_code == 302
            assert client.session["_auth_user_id"]
            client.logout()


def test_twice_changes_nothing(fictional: None):
    call_command("demo_people", verbosity=0)
    before = rows()
    call_command("demo_people", verbosity=0)
    assert rows() == before


def test_the_companies_are_verified_and_their_people_have_their_roles(fictional: None):
    call_command("demo_people", verbosity=0)
    roles = {row.user.email: (row.company.name, row.roles) for row in CompanyMember.objects.all()}
    dubai = "Contoh Trading LLC (fictional)"
    assert roles == {
        "katering@example.com": ("Contoh Katering Nusantara (fiktif)", ["owner", "buyer"]),
        "importer@example.com": (dubai, ["owner", "buyer"]),
        "approver@example.com": (dubai, ["approver", "finance"]),
    }
    assert all(company.is_verified and company.proof for company in Company.objects.all())
    company = Company.objects.get(name=dubai)
    assert (company.country, company.currency, str(company.threshold)) == (
        "AE",
        "USD",
        "US$\N{NO-BREAK SPACE}10,000.00",
    )


def test_each_fictional_pesantren_can_be_paid(fictional: None):
    call_command("demo_people", verbosity=0)
    call_command("demo_people", verbosity=0)
    found = PayoutAccount.objects.select_related("partner", "confirmed_by", "proposed_by")
    assert sorted((one.partner.code, one.state, one.bank) for one in found) == [
        (code, "active", "Bank Contoh")
        for code in ("contoh-eksportir", "contoh-kebun", "contoh-kopi", "contoh-tenun")
    ]
    assert {one.confirmed_by.email for one in found if one.confirmed_by} == {"office@example.com"}


def test_a_visitor_who_changed_a_password_locks_nobody_out(fictional: None, settings):
    call_command("demo_people", verbosity=0)
    buyer = User.objects.get(email="buyer@example.com")
    buyer.set_password("something else")
    buyer.is_active = False
    buyer.save()
    call_command("demo_people", verbosity=0)
    buyer.refresh_from_db()
    assert buyer.is_active
    assert buyer.check_password(settings.DEMO_PASSWORD)


def test_without_the_catalogue_it_says_what_to_run_first():
    with pytest.raises(CommandError, match="load_opop"):
        call_command("demo_people", verbosity=0)
    assert not User.objects.exists()

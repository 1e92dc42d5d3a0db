"""The sign-ins of the demonstration."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.common.access import EXPORT, OFFICE
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.pesantren.models import Member
from marketplace.workspace.demo_people import PEOPLE
from tests.factories.catalogue import make_pesantren

pytestmark = pytest.mark.django_db


@pytest.fixture
def fictional() -> None:
    for code in ("contoh-kebun", "contoh-tenun", "contoh-kopi"):
        make_pesantren(code)


def rows() -> list[tuple[object, ...]]:
    people = list(User.objects.order_by("pk").values_list())
    return [*people, *Member.objects.order_by("pk").values_list()]


def test_everyone_is_there_with_the_right_role(fictional: None, settings):
    call_command("demo_people", verbosity=0)
    assert {user.email for user in User.objects.all()} == {person.email for person in PEOPLE}
    assert all(user.check_password(settings.DEMO_PASSWORD) for user in User.objects.all())
    assert User.objects.get(email="office@example.com").staff_role == OFFICE
    assert User.objects.get(email="export@example.com").staff_role == EXPORT
    assert dict(Member.objects.values_list("user__email", "partner__code")) == {
        "pesantren@example.com": "contoh-kebun",
        "pesantren2@example.com": "contoh-tenun",
        "pesantren3@example.com": "contoh-kopi",
    }
    assert not User.objects.filter(is_superuser=True).exists()


def test_twice_changes_nothing(fictional: None):
    call_command("demo_people", verbosity=0)
    before = rows()
    call_command("demo_people", verbosity=0)
    assert rows() == before


def test_each_fictional_pesantren_can_be_paid(fictional: None):
    call_command("demo_people", verbosity=0)
    call_command("demo_people", verbosity=0)
    found = PayoutAccount.objects.select_related("partner", "confirmed_by", "proposed_by")
    assert sorted((one.partner.code, one.state, one.bank) for one in found) == [
        (code, "active", "Bank Contoh") for code in ("contoh-kebun", "contoh-kopi", "contoh-tenun")
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

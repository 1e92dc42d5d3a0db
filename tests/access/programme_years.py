"""A year of the home province for the access table: a participant, a role model, a workbook, an officer."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.programme.models import Officer, RegistrationFile, RoleModel
from marketplace.programme.services import giving
from tests.factories.catalogue import make_user
from tests.factories.programme import HOME, make_participation, make_province, make_year

GRANT = {"amount": 1_000_000, "given_on": "2026-01-05", "what_for": "Modal", "decree": ""}


def with_programme() -> dict[str, Any]:
    year, home = make_year(2026), make_province(HOME)
    officer = Officer.objects.create(
        user=make_user("home-officer@example.com", staff_role="programme"), province=home
    )
    read = RegistrationFile.objects.create(token="uji", year=year, name="uji.xlsx", state="previewed")
    found = make_participation(year)
    given = {"title": "Juara", "level": "province", "what": "roti", "amount": None}
    return {
        "opop_year": year.year,
        "participant": found.pk,
        "grant": giving.record_grant(participation=found, facts=GRANT, actor=SYSTEM).pk,
        "award": giving.give_award(participation=found, facts=given, actor=SYSTEM).pk,
        "role_model": RoleModel.objects.create(province=home, name="Contoh", what_id="Contoh").pk,
        "registrations": read.pk,
        "officer": officer.pk,
    }

"""A year of the home province for the access table: a participant, a role model, a workbook, an officer."""

from typing import Any

from marketplace.programme.models import Officer, RegistrationFile, RoleModel
from tests.factories.catalogue import make_user
from tests.factories.programme import HOME, make_participation, make_province, make_year


def with_programme() -> dict[str, Any]:
    year, home = make_year(2026), make_province(HOME)
    officer = Officer.objects.create(
        user=make_user("home-officer@example.com", staff_role="programme"), province=home
    )
    read = RegistrationFile.objects.create(token="uji", year=year, name="uji.xlsx", state="previewed")
    return {
        "opop_year": year.year,
        "participant": make_participation(year).pk,
        "role_model": RoleModel.objects.create(province=home, name="Contoh", what_id="Contoh").pk,
        "registrations": read.pk,
        "officer": officer.pk,
    }

"""A second, invented province for the demonstration: it proves that provinces share nothing but the code."""

from typing import Any

from django.db import transaction

from marketplace.common.actor import SYSTEM
from marketplace.programme.models import Officer
from marketplace.programme.services.officers import name_officer
from marketplace.reference.models import Province, Regency
from marketplace.reference.queries import INVENTED

NAME = "Provinsi Contoh (fiktif)"
PLACES = (
    ("98.01", Regency.KABUPATEN, "Contoh Utara"),
    ("98.02", Regency.KABUPATEN, "Contoh Selatan"),
    ("98.71", Regency.KOTA, "Contoh"),
)


def put() -> Province:
    """The province with its kabupaten and kota, which are on no map. Twice changes nothing."""
    province = Province.objects.get_or_create(code=INVENTED, defaults={"name": NAME})[0]
    for code, kind, name in PLACES:
        facts = {"kind": kind, "name": name, "province": province}
        Regency.objects.get_or_create(code=code, defaults=facts)
    return province


@transaction.atomic
def put_officer(person: Any) -> None:
    """This person runs that province's programme. Twice changes nothing."""
    if not Officer.objects.filter(user=person).exists():
        name_officer(person=person, province=put(), actor=SYSTEM)

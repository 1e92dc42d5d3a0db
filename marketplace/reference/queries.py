"""Reading places for forms, and the addresses a person keeps."""

from itertools import groupby
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from marketplace.reference.models import District, Regency, UserAddress

PROGRAMME = "32"  # the province whose places come first


def regency_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All kabupaten and kota by province, for a select: [("Jawa Barat", [("32.04", "Kabupaten Bandung")]), …]."""
    ours_first = Case(When(province__code=PROGRAMME, then=Value(0)), default=Value(1))
    rows = Regency.objects.select_related("province").order_by(ours_first, "province__name", "kind", "name")
    return [
        (name, [(row.code, str(row)) for row in group])
        for name, group in groupby(rows, key=lambda row: row.province.name)
    ]


def districts_of(regency: str) -> dict[str, str]:
    """Name → code of the kecamatan of the regency with this code, by name; none if it is unknown."""
    rows = District.objects.filter(regency__code=regency.replace("\0", ""))
    return dict(rows.order_by("name").values_list("name", "code"))


def addresses(user: Any) -> QuerySet[UserAddress]:
    """What this person keeps: the default first, then the newest."""
    if not user.is_authenticated:
        return UserAddress.objects.none()
    return UserAddress.objects.filter(user=user).select_related("regency")

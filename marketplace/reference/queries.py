"""Reading places, ports and countries for forms, and the addresses a person keeps."""

import re
from itertools import groupby
from typing import Any

from babel import Locale
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import get_language

from marketplace.reference.models import District, Incoterm, Port, Regency, UserAddress

PROGRAMME = "32"  # the province whose places come first
INVENTED = "98"  # of the demonstration and tests: nobody lives there, so no address lies there
# Babel names these codes too, but ISO 3166-1 only reserves them or leaves them to its users.
NO_COUNTRY = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


def regencies() -> QuerySet[Regency]:
    """All kabupaten and kota, those of the programme's province first."""
    ours_first = Case(When(province__code=PROGRAMME, then=Value(0)), default=Value(1))
    rows = Regency.objects.select_related("province").exclude(province__code=INVENTED)
    return rows.order_by(ours_first, "province__name", "kind", "name")


def regency_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All kabupaten and kota by province, for a select: [("Jawa Barat", [("32.04", "Kabupaten Bandung")]), …]."""
    return [
        (name, [(row.code, str(row)) for row in group])
        for name, group in groupby(regencies(), key=lambda row: row.province.name)
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


def country_choices() -> list[tuple[str, str]]:
    """All of ISO 3166-1 with names in the language of the page, by name."""
    names = Locale(get_language() or "id").territories
    found = [
        (code, name)
        for code, name in names.items()
        if re.fullmatch(r"[A-Z]{2}", code) and code not in NO_COUNTRY
    ]
    return sorted(found, key=lambda row: row[1].casefold())


def country_name(code: str) -> str:
    """In the language of the page; the code itself where it names nothing."""
    return str(Locale(get_language() or "id").territories.get(code, code))


def port(code: str) -> Port | None:
    """The port with this UN/LOCODE, or that carriers also write so."""
    code = "".join(code.split()).upper().replace("\0", "")
    return Port.objects.filter(Q(code=code) | Q(aliases__contains=[code])).order_by("pk").first()


def term_fits(term: str, mode: str, place: str) -> bool:
    """Whether this rule of Incoterms 2020 may be used so: FAS, FOB, CFR and CIF are for ships alone.

    Not for air or road, nor for a named place that is an airport without a harbour ("Dubai (AEDXB)").
    Source: marketplace/reference/data/incoterms.csv and ports.csv.
    """
    found = Incoterm.objects.filter(code=term, sea_only=True).exists()
    if not found:
        return True
    codes = re.findall(r"[A-Z]{5}", place)
    at = Port.objects.filter(code__in=codes).first() if codes else None
    return mode in ("", "sea") and (at is None or at.by_sea)

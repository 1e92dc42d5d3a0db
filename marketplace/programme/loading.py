"""Writes the sourced record of West Java into the tables. Twice changes nothing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.pesantren.models import Partner
from marketplace.programme import history, states
from marketplace.programme.models import Award, Event, Figure, ProgrammeYear, RoleModel
from marketplace.reference.models import Province, Regency

LANGUAGES = ("id", "en", "ar")


def everything() -> dict[str, int]:
    """Years, figures, awards, exhibitions and role models; gives how many rows of each the record has.

    Raises Province.DoesNotExist while there are no places (manage.py load_opop). What the office changed of a role
    model stays.
    """
    province = Province.objects.get(code=history.WEST_JAVA)
    years = {row["year"]: _year(province, row) for row in history.rows("years")}
    places = {one.code: one for one in Regency.objects.filter(province=province)}
    partners = {one.code: one for one in Partner.objects.filter(is_fictional=False)}
    for row in history.rows("figures"):
        _figure(years[row["year"]], row)
    for row in history.rows("awards"):
        _award(years[row["year"]], row, places, partners)
    for row in history.rows("exhibitions"):
        _exhibition(province, years[row["year"]], row)
    for row in history.rows("role_models"):
        _role_model(province, row, places, partners)
    names = ("years", "figures", "awards", "exhibitions", "role_models")
    return {name: len(history.rows(name)) for name in names}


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _texts(row: Mapping[str, str], name: str) -> dict[str, str]:
    return {f"{name}_{code}": row[f"{name}_{code}"] for code in LANGUAGES}


def _source(row: Mapping[str, str]) -> dict[str, str]:
    return {"source": row["source"], "source_url": row["source_url"]}


def _year(province: Province, row: Mapping[str, str]) -> ProgrammeYear:
    facts = {
        "state": states.CLOSED,
        "target": _number(row["target"]),
        "target_value": _number(row["target_value"]),
        "note": row["note"],
        "is_historic": True,
    }
    return ProgrammeYear.objects.update_or_create(province=province, year=int(row["year"]), defaults=facts)[0]


def _figure(year: ProgrammeYear, row: Mapping[str, str]) -> None:
    facts: dict[str, Any] = {
        "value": int(row["value"]),
        "unit": row["unit"],
        "is_about": row["is_about"] == "yes",
        "participants": _number(row["participants"]),
        "first": _day(row["first"]),
        "last": _day(row["last"]),
        **_texts(row, "window"),
        **_source(row),
    }
    Figure.objects.update_or_create(year=year, code=row["code"], defaults=facts)


def _award(
    year: ProgrammeYear,
    row: Mapping[str, str],
    places: Mapping[str, Regency],
    partners: Mapping[str, Partner],
) -> None:
    same: dict[str, Any] = {"year": year, "title": row["title"], "name": row["name"], "what": row["what"]}
    facts: dict[str, Any] = {
        "level": row["level"],
        "regency": places.get(row["regency"]),
        "partner": partners.get(row["partner"]),
        **_source(row),
    }
    Award.objects.update_or_create(**same, defaults=facts)


def _exhibition(province: Province, year: ProgrammeYear, row: Mapping[str, str]) -> None:
    facts: dict[str, Any] = {
        "province": province,
        "year": year,
        "kind": Event.EXHIBITION,
        "state": states.CLOSED,
        "name": row["name"],
        "country": row["country"],
        "city": row["city"],
        "time_zone": row["time_zone"],
        "starts_on": _day(row["starts_on"]),
        "ends_on": _day(row["ends_on"]),
        "pesantren": _number(row["pesantren"]),
        "is_historic": True,
        **_texts(row, "outcome"),
        **_source(row),
    }
    Event.objects.update_or_create(number=row["number"], defaults=facts)


def _role_model(
    province: Province,
    row: Mapping[str, str],
    places: Mapping[str, Regency],
    partners: Mapping[str, Partner],
) -> None:
    facts: dict[str, Any] = {
        "regency": places.get(row["regency"]),
        "partner": partners.get(row["partner"]),
        "sector": row["sector"],
        **_texts(row, "what"),
        **_source(row),
    }
    RoleModel.objects.get_or_create(province=province, name=row["name"], defaults=facts)

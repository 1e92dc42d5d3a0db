"""Indonesia with its provinces, kabupaten and kota, and kecamatan (sources: marketplace/reference/data/SOURCES.md)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from oscar.apps.address.models import Country

from catalogue.loading.rows import REGENCIES, Row, Tally, put, read
from marketplace.reference.models import District, Province, Regency

PROVINCES = REGENCIES.with_name("provinces.csv")
DISTRICTS = REGENCIES.with_name("districts.csv")
KINDS = {"Kabupaten": Regency.KABUPATEN, "Kota": Regency.KOTA}
INDONESIA = {
    "iso_3166_1_a3": "IDN",
    "iso_3166_1_numeric": "360",
    "printable_name": "Indonesia",
    "name": "Republic of Indonesia",
    "is_shipping_country": True,
}


def load(tally: Tally) -> None:
    put(tally, Country, {"iso_3166_1_a2": "ID"}, INDONESIA)
    put_all(
        tally, Province, {_code(row): {"name": row.text("name", required=True)} for row in read(PROVINCES)}
    )
    provinces = dict(Province.objects.values_list("code", "pk"))
    put_all(tally, Regency, {_code(row): _regency(row, provinces) for row in read(REGENCIES)})
    regencies = dict(Regency.objects.values_list("code", "pk"))
    put_all(tally, District, {_code(row): _district(row, regencies) for row in read(DISTRICTS)})


def put_all(tally: Tally, model: Any, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Thousands of rows by their code, in few statements; those that stand there already are left alone."""
    columns = list(next(iter(rows.values()), {}))
    known = {code: values for code, *values in model.objects.values_list("code", *columns)}
    differs = {code: facts for code, facts in rows.items() if known.get(code) != list(facts.values())}
    made: list[Model] = [model(code=code, **facts) for code, facts in differs.items()]
    if made:
        model.objects.bulk_create(
            made, update_conflicts=True, unique_fields=["code"], update_fields=columns, batch_size=1000
        )
    name = model._meta.model_name
    tally.new[name] += len(differs.keys() - known.keys())
    tally.changed[name] += len(differs.keys() & known.keys())
    tally.same[name] += len(rows) - len(differs)


def _code(row: Row) -> str:
    return row.text("code", required=True)


def _regency(row: Row, provinces: Mapping[str, int]) -> dict[str, Any]:
    kind = row.text("kind", required=True)
    if kind not in KINDS:
        raise row.fault(f'"kind" should be Kabupaten or Kota, not "{kind}".')
    return {
        "province_id": _above(row, provinces),
        "kind": KINDS[kind],
        "name": row.text("name", required=True),
        "latitude": row.decimal("latitude") if row.text("latitude") else None,
        "longitude": row.decimal("longitude") if row.text("longitude") else None,
    }


def _district(row: Row, regencies: Mapping[str, int]) -> dict[str, Any]:
    return {"regency_id": _above(row, regencies), "name": row.text("name", required=True)}


def _above(row: Row, known: Mapping[str, int]) -> int:
    """The row of the area whose code begins this one: "32.04" for "32.04.05"."""
    code = _code(row).rpartition(".")[0]
    if code not in known:
        raise row.fault(f'"code" lies in "{code}", which no file defines.')
    return known[code]

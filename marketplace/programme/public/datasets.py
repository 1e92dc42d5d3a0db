"""The open data: the same figures as on the page, as CSV and JSON. Codes and addresses stay; columns are only added.

Texts are Indonesian and English beside each other, whatever language the reader has. A file is put together once in
five minutes; its ETag is that of its content, its Last-Modified the time at which this content was first seen.
"""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.imports.guard import guarded
from marketplace.exports.history import SOURCES, first_export
from marketplace.programme.history import WEST_JAVA
from marketplace.programme.models import Event, Figure, ProgrammeYear
from marketplace.programme.public import definitions, figures, history, shown, tiles
from marketplace.programme.public.columns import COLUMNS
from marketplace.programme.public.page import home_province
from marketplace.programme.public.shown import KINDS, MONTHS, Shown
from marketplace.reference.models import Province

FIVE_MINUTES = 300
Row = dict[str, Any]
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}


@dataclass(frozen=True)
class File:
    content: bytes
    content_type: str
    etag: str
    since: datetime


def _figures(province: Province) -> list[Row]:
    rows = []
    for row in Figure.objects.filter(year__province=province, year__is_historic=True).select_related("year"):
        fact = figures.fact_of(row, province)
        rows.append(
            {
                "year": row.year.year,
                "code": row.code,
                "label_id": _label(row, "id"),
                "label_en": _label(row, "en"),
                "value": row.value,
                "unit": row.unit,
                "is_about": row.is_about,
                "participants": row.participants,
                "value_per_pesantren": fact.per_pesantren,
                "window_first": row.first,
                "window_last": row.last,
                "window_id": row.window_id,
                "window_en": row.window_en,
                "window_ar": row.window_ar,
                "window_kind": fact.window_kind,
                "source": row.source,
                "source_url": row.source_url,
                "participants_are_of_year": fact.is_divided_by_us,
            }
        )
    return rows


def _label(row: Figure, language: str) -> str:
    with translation.override(language):
        return str(row.get_code_display())


def _winners(province: Province) -> list[Row]:
    return [
        {
            "year": one.year,
            "title": one.title,
            "level": one.level,
            "name": one.name,
            "regency_code": one.regency_code,
            "regency": one.place,
            "what": one.what,
            "amount_rupiah": one.amount,
            "source": one.source,
            "source_url": one.source_url,
            "is_example": one.is_example,
        }
        for one in history.winners(province)
    ]


def _exhibitions(province: Province) -> list[Row]:
    found = history.historic(province, Event.EXHIBITION, Event.TEMU_BISNIS)
    return [
        {
            "year": one.year,
            "kind": one.kind,
            "name": one.name,
            "country_code": one.country_code,
            "city": one.city,
            "first": one.starts_on,
            "last": one.ends_on,
            "pesantren": one.pesantren,
            "outcome_id": one.outcomes[0],
            "outcome_en": one.outcomes[1],
            "outcome_ar": one.outcomes[2],
            "source": one.source,
            "source_url": one.source_url,
        }
        for one in found
    ]


def _sectors(province: Province) -> list[Row]:
    return [
        {
            "year": mix.year,
            "sector_code": code,
            "sector": name,
            "participants": count,
            "source": mix.source,
            "source_url": mix.source_url,
        }
        for mix in history.sector_mixes(province)
        for code, name, count in mix.shares
    ]


def _role_models(province: Province) -> list[Row]:
    return [
        {
            "name": one.name,
            "regency_code": one.regency_code,
            "regency": one.place,
            "sector_code": one.sector_code,
            "sector": one.sector,
            "what_id": one.whats[0],
            "what_en": one.whats[1],
            "what_ar": one.whats[2],
            "source": one.source,
            "source_url": one.source_url,
            "is_example": one.is_example,
        }
        for one in history.role_models(province)
    ]


def _first_export(province: Province) -> list[Row]:
    """It was West Java's."""
    if province.code != WEST_JAVA:
        return []
    found = first_export()
    sources = [name for name, _url in SOURCES], [url for _name, url in SOURCES]
    return [
        {
            "released": found.released,
            "seller": good.seller,
            "product": good.name,
            "quantity": good.quantity,
            "unit": good.unit,
            "buyer": found.buyer,
            "source": " | ".join(sources[0]),
            "source_url": " | ".join(sources[1]),
        }
        for good in found.goods
    ]


def _regencies(province: Province) -> list[Row]:
    invented = set(
        ProgrammeYear.objects.filter(province=province, is_fictional=True).values_list(
            "participations__regency__code", flat=True
        )
    )
    return [
        {
            "regency_code": one.code,
            "regency": one.short,
            "participants": one.participants,
            "sellers": one.sellers,
            "has_example_participants": one.code in invented,
        }
        for one in tiles.places(province)
    ]


def _sums_by(by: str) -> Callable[[Province], list[Row]]:
    def rows(province: Province) -> list[Row]:
        found = shown.page(province)
        return [_sum_row(row, found.is_example) for row in found.tables[by]]

    return rows


def _sums_total(province: Province) -> list[Row]:
    found = shown.page(province)
    return [_sum_row(found.total, found.is_example)]


def _sum_row(row: Shown, is_example: bool) -> Row:
    each = {f"{kind}_per_pesantren": row.each(kind) for kind in KINDS}
    values = {f"{kind}_rupiah": getattr(row, kind) for kind in KINDS}
    return {
        "key": row.key,
        "label": row.label,
        **values,
        **each,
        "commitments": row.commitments,
        "buyers": row.buyers,
        "participants": row.pesantren,
        "window_first": row.first,
        "window_last": row.last,
        "has_hidden": row.hides,
        "is_example": is_example,
    }


def _realisation(province: Province) -> list[Row]:
    found = shown.page(province)
    return [
        {
            "event": one.number,
            "name": one.name,
            "ended": one.ended,
            **{f"percent_after_{at}_months": value for at, value in zip(MONTHS, one.percent, strict=True)},
            "has_hidden": one.hides,
            "is_example": found.is_example,
        }
        for one in found.realisation
    ]


@dataclass(frozen=True)
class Dataset:
    title: Any
    rows: Callable[[Province], list[Row]]
    columns: str  # which list of columns.py


DATASETS: dict[str, Dataset] = {
    "figures": Dataset(gettext_lazy("Figures of the years 2019–2023 from sources"), _figures, "figures"),
    "winners": Dataset(gettext_lazy("Winners and awards"), _winners, "winners"),
    "exhibitions": Dataset(
        gettext_lazy("Business meetings and exhibitions of the past"), _exhibitions, "exhibitions"
    ),
    "first-export": Dataset(gettext_lazy("The first export of OPOP"), _first_export, "first-export"),
    "participants-by-sector": Dataset(
        gettext_lazy("Participants of the past by sector"), _sectors, "sectors"
    ),
    "role-models": Dataset(gettext_lazy("Pesantren where others learn"), _role_models, "role-models"),
    "participants-by-regency": Dataset(
        gettext_lazy("Participants and sellers on this platform by kabupaten and kota"),
        _regencies,
        "regencies",
    ),
    "sums-total": Dataset(gettext_lazy("The three sums of this platform"), _sums_total, "sums"),
    "sums-by-year": Dataset(
        gettext_lazy("The three sums by year of the programme"), _sums_by("year"), "sums"
    ),
    "sums-by-sector": Dataset(gettext_lazy("The three sums by sector"), _sums_by("sector"), "sums"),
    "sums-by-regency": Dataset(
        gettext_lazy("The three sums by kabupaten and kota"), _sums_by("regency"), "sums"
    ),
    "sums-by-market": Dataset(
        gettext_lazy("The three sums by country of the buyer"), _sums_by("market"), "sums"
    ),
    "realisation": Dataset(
        gettext_lazy("How much was realised after 3, 6 and 12 months"), _realisation, "realisation"
    ),
}
NAMES = frozenset(DATASETS)


def file(name: str, kind: str) -> File:
    """A data set as a file, kept for five minutes."""
    key = f"programme-data-{settings.HOME_PROVINCE}-{name}-{kind}"
    kept: File | None = cache.get(key)
    if kept is None:
        kept = _file(name, kind, key)
        cache.set(key, kept, FIVE_MINUTES)
    return kept


def _file(name: str, kind: str, key: str) -> File:
    with translation.override("id"):
        province = home_province()
        rows = DATASETS[name].rows(province) if province else []
        content = _as_csv(name, rows) if kind == "csv" else _as_json(name, rows)
    etag = sha256(content).hexdigest()[:32]
    known = cache.get(f"{key}-since")
    since = known[1] if known and known[0] == etag else timezone.now().replace(microsecond=0)
    cache.set(f"{key}-since", (etag, since), None)
    return File(content, TYPES[kind], etag, since)


def columns_of(name: str) -> list[str]:
    return [column.name for column in COLUMNS[DATASETS[name].columns]]


def _plain(value: Any) -> Any:
    """Days as ISO 8601; yes and no as true and false; what is not known or not shown stays empty."""
    if isinstance(value, date):
        return value.isoformat()
    return value


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(_plain(value))


def _as_csv(name: str, rows: Iterable[Row]) -> bytes:
    """RFC 4180 in UTF-8; no cell can be taken for a formula by a spreadsheet."""
    held = StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    names = columns_of(name)
    writer.writerow(names)
    writer.writerows([_cell(row[column]) for column in names] for row in rows)
    return held.getvalue().encode()


def _as_json(name: str, rows: Iterable[Row]) -> bytes:
    names = columns_of(name)
    with translation.override("en"):
        made = {
            "name": name,
            "title": str(DATASETS[name].title),
            "licence": definitions.licence(),
            "columns": [
                {"name": column.name, "unit": column.unit, "meaning": str(column.meaning)}
                for column in COLUMNS[DATASETS[name].columns]
            ],
            "rows": [{column: _plain(row[column]) for column in names} for row in rows],
        }
    return json.dumps(made, ensure_ascii=False, indent=1).encode()


def readme() -> dict[str, Any]:
    """What every file and column means, in the language of the reader."""
    return {
        "files": [
            {
                "name": name,
                "title": found.title,
                "csv": reverse("programme_data:csv", args=[name]),
                "json": reverse("programme_data:json", args=[name]),
            }
            for name, found in DATASETS.items()
        ],
        "tables": [
            {
                "id": key,
                "title": ", ".join(name for name, found in DATASETS.items() if found.columns == key),
                "columns": columns,
            }
            for key, columns in COLUMNS.items()
        ],
        "definitions": definitions.of_sums(),
        "licence": definitions.licence(),
        "note": _(
            "CSV is UTF-8 with commas; days are written 2026-11-29; an empty cell means not known, not published or "
            "not shown. A text that a spreadsheet would compute begins with an apostrophe in CSV, not in JSON. "
            "Addresses and names of columns stay; columns may be added at the end."
        ),
    }

"""The public page put together once in five minutes and language; a warm page asks the database nothing of its own."""

from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from marketplace.common.dates import between, day
from marketplace.common.figures import grouped
from marketplace.exports.history import SOURCES, first_export
from marketplace.pesantren.models import Partner
from marketplace.programme.history import WEST_JAVA
from marketplace.programme.models import Event, Figure, ProgrammeYear
from marketplace.programme.public import charts, definitions, figures, history, shown, tiles
from marketplace.programme.public.charts import Item, Three
from marketplace.programme.public.figures import EVENT, Year
from marketplace.programme.public.shown import KINDS, Shown
from marketplace.programme.wording import brief, exact, short, sum_name
from marketplace.programme.years import queries as year_queries
from marketplace.reference.models import Province

FIVE_MINUTES = 300
COUNTS = (Figure.REGISTERED, Figure.AUDITIONED, Figure.ACCEPTED, Figure.FINALISTS, Figure.WINNERS)


def home_province() -> Province | None:
    return Province.objects.filter(code=settings.HOME_PROVINCE).first()


def statistics() -> dict[str, Any]:
    """Everything the page shows, in the language of the reader."""
    key = f"programme-statistics-{settings.HOME_PROVINCE}-{get_language() or 'id'}"
    found = cache.get(key)
    if found is None:
        found = _made()
        cache.set(key, found, FIVE_MINUTES)
    return found  # type: ignore[no-any-return]


def _made() -> dict[str, Any]:
    province = home_province()
    if province is None:
        return {"province": ""}
    past = figures.years(province)
    there = tiles.places(province)
    return {
        "province": province.name,
        "made_at": timezone.now(),
        "years": past,
        "span": (past[0].year, past[-1].year) if past else None,
        "took_part_text": grouped(year_queries.took_part_in_all(province)),
        "people": _people(past),
        "counts": _counts(past),
        "potential": _potential(past),
        "potential_rows": _potential_rows(past),
        "readings": figures.readings(past),
        "facts": _facts(past),
        "map": tiles.tile_map(there),
        "places": there,
        "places_total": (sum(one.participants for one in there), sum(one.sellers for one in there)),
        "places_are_example": _is_example(province),
        "sums": _sums(shown.page(province)),
        "winners": history.winners(province),
        "meetings": history.historic(province, Event.TEMU_BISNIS),
        "exhibitions": history.historic(province, Event.EXHIBITION),
        "sector_mixes": history.sector_mixes(province),
        "role_models": history.role_models(province),
        **_first_export(province),
        "definitions": definitions.of_sums(),
        "licence": definitions.licence(),
    }


def _first_export(province: Province) -> dict[str, Any]:
    """It was West Java's."""
    if province.code != WEST_JAVA:
        return {"export": None}
    found = first_export()
    return {"export": found, "kilograms": grouped(found.kilograms), "export_sources": SOURCES}


def _is_example(province: Province) -> bool:
    """Whether invented pesantren are among those that are counted by place."""
    invented = Partner.objects.filter(regency__province=province, sells=True, is_fictional=True)
    return invented.exists() or ProgrammeYear.objects.filter(province=province, is_fictional=True).exists()


def _people(past: list[Year]) -> charts.Chart:
    items = [
        Item(str(one.year), one.took_part, grouped(one.took_part), str(one.year))
        for one in past
        if one.took_part is not None
    ]
    return charts.columns("people", items, rtl=get_language_bidi())


def _counts(past: list[Year]) -> list[dict[str, Any]]:
    """Year by year the five counts; None where nobody published one."""
    return [{"year": one.year, "facts": [one.facts.get(code) for code in COUNTS]} for one in past]


def _potential(past: list[Year]) -> charts.Chart:
    """Blocks: as wide as the participants, as high as the value per pesantren; years whose participants nobody
    published are in the table alone."""
    items = []
    for one in past:
        fact = one.potential
        if fact and fact.participants and fact.per_pesantren is not None:
            label = brief(fact.per_pesantren)
            marked = fact.window_kind != EVENT
            items.append(
                Item(str(one.year), fact.per_pesantren, label, str(one.year), fact.participants, marked)
            )
    return charts.blocks("potential", items, rtl=get_language_bidi())


def _potential_rows(past: list[Year]) -> list[dict[str, Any]]:
    rows = []
    for one in past:
        for code in (Figure.POTENTIAL, Figure.POTENTIAL_DAY):
            if fact := one.facts.get(code):
                value = fact.per_pesantren
                rows.append(
                    {
                        "year": one.year,
                        "fact": fact,
                        "exact": exact(fact.value),
                        "participants": grouped(fact.participants) if fact.participants else "",
                        "is_divided_by_us": fact.is_divided_by_us,
                        "each": short(value) if value is not None else "",
                        "is_part": code == Figure.POTENTIAL_DAY,
                    }
                )
    return rows


def _facts(past: list[Year]) -> list[dict[str, Any]]:
    """Every figure with its meaning, for the list of sources."""
    meaning = definitions.of_figures()
    return [
        {"year": one.year, "fact": fact, "meaning": meaning[fact.code]}
        for one in past
        for fact in one.facts.values()
    ]


def _sums(found: shown.Page) -> dict[str, Any]:
    titles = {
        "year": (_("By year of the programme"), _("Year")),
        "sector": (_("By sector"), _("Sector")),
        "regency": (_("By kabupaten and kota"), _("Kabupaten or kota")),
        "market": (_("By market"), _("Country of the buyer")),
    }
    return {
        "total": _written(found.total),
        "tables": [
            {"by": by, "title": titles[by][0], "head": titles[by][1], "rows": [_written(row) for row in rows]}
            for by, rows in found.tables.items()
            if rows
        ],
        "chart": _three(found.tables["year"]),
        "readings": _readings(found.tables["year"]),
        "realisation": [
            {
                "name": one.name,
                "ended": day(one.ended) if one.ended else "",
                "percent": [
                    _("not shown") if hides else "–" if value is None else f"{value}\N{NO-BREAK SPACE}%"
                    for value, hides in zip(one.percent, one.hidden, strict=True)
                ],
            }
            for one in found.realisation
        ],
        "hides": found.hides,
        "is_empty": found.is_empty,
        "is_example": found.is_example,
    }


def _written(row: Shown) -> dict[str, Any]:
    """A row in words: a sum that is not shown says so."""
    cells = []
    for kind in KINDS:
        value, value_each = getattr(row, kind), row.each(kind)
        cells.append(
            {
                "name": sum_name(kind),
                "text": _("not shown") if value is None else exact(value),
                "short": _("not shown") if value is None else short(value),
                "each": "" if value_each is None else short(value_each),
                "is_hidden": value is None,
            }
        )
    return {
        "key": row.key,
        "label": row.label,
        "cells": cells,
        "commitments": _count(row.commitments),
        "buyers": _count(row.buyers),
        "pesantren": grouped(row.pesantren),
        "window": between(row.first, row.last),
    }


def _count(value: int | None) -> str:
    return _("not shown") if value is None else grouped(value)


def _readings(rows: list[Shown]) -> list[str]:
    """What must be said where a sum is smaller than the one of the year before: fewer pesantren, more for each."""
    return [
        f"{sum_name(kind)}. {_read(before, after, kind)}"
        for before, after in pairwise(reversed(rows))
        for kind in KINDS
        if _read(before, after, kind)
    ]


def _read(before: Shown, after: Shown, kind: str) -> str:
    one, two = getattr(before, kind), getattr(after, kind)
    each_before, each_after = before.each(kind), after.each(kind)
    if each_before is None or each_after is None or two >= one:
        return ""
    if after.pesantren >= before.pesantren or each_after <= each_before:
        return ""
    participants = before.pesantren, after.pesantren
    return figures.fewer((before.label, after.label), participants, (each_before, each_after))


def _three(rows: list[Shown]) -> charts.Groups | None:
    """Years with at least one sum that is shown, the oldest first: the value per pesantren, because years with
    different numbers of participants are compared by it alone."""
    held = [row for row in reversed(rows) if any(row.each(kind) for kind in KINDS)]
    if not held:
        return None
    threes = [
        Three(
            _("%(year)s · %(count)s pesantren") % {"year": row.label, "count": grouped(row.pesantren)},
            tuple(row.each(kind) or 0 for kind in KINDS),
            tuple(_("not shown") if value is None else short(value) for value in map(row.each, KINDS)),
        )
        for row in held
    ]
    return charts.grouped("three", threes, rtl=get_language_bidi())

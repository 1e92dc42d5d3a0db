"""What is known from sources beside figures: winners, sectors, role models, exhibitions and meetings."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet
from django.utils.translation import get_language

from marketplace.common.dates import between
from marketplace.programme import history as record
from marketplace.programme.models import Award, Event, RoleModel
from marketplace.programme.sectors import sectors
from marketplace.reference.models import Province
from marketplace.reference.queries import country_name


@dataclass(frozen=True)
class Winner:
    year: int
    title: str
    level: str
    name: str
    place: str
    regency_code: str
    what: str
    amount: int | None
    source: str
    source_url: str
    is_example: bool


@dataclass(frozen=True)
class Meeting:
    """A temu bisnis or an exhibition of the past."""

    number: str
    year: int
    kind: str
    kind_label: str
    name: str
    country: str
    country_code: str
    city: str
    days: str
    starts_on: date | None
    ends_on: date | None
    pesantren: int | None
    outcome: str
    outcomes: tuple[str, str, str]
    source: str
    source_url: str


@dataclass(frozen=True)
class SectorMix:
    """The participants of one year by sector."""

    year: int
    shares: list[tuple[str, str, int]]  # code and name of the sector, how many
    source: str
    source_url: str


@dataclass(frozen=True)
class Example:
    """A pesantren where others learn."""

    name: str
    place: str
    regency_code: str
    sector: str
    sector_code: str
    what: str
    whats: tuple[str, str, str]
    source: str
    source_url: str
    is_example: bool


def sector_mixes(province: Province) -> list[SectorMix]:
    """West Java's, of the years of which a source tells it. One query."""
    if province.code != record.WEST_JAVA:
        return []
    names, found = sectors(), []
    for year in record.years_of_sector_mix():
        mix = record.sector_mix(year)
        shares = [(one.sector, names.get(one.sector, one.sector), one.pesantren) for one in mix]
        found.append(SectorMix(year, shares, mix[0].source, mix[0].source_url))
    return found


def role_models(province: Province) -> list[Example]:
    """By name. Two queries."""
    names = sectors()
    rows = RoleModel.objects.filter(province=province).select_related("regency", "partner")
    return [
        Example(
            name=row.name,
            place=row.regency.short if row.regency else "",
            regency_code=row.regency.code if row.regency else "",
            sector=names.get(row.sector, row.sector),
            sector_code=row.sector,
            what=row.what,
            whats=(row.what_id, row.what_en, row.what_ar),
            source=row.source,
            source_url=row.source_url,
            is_example=bool(row.partner and row.partner.is_fictional),
        )
        for row in rows
    ]


def winners(province: Province) -> list[Winner]:
    """By year, the newest first, in the order of their source. One query."""
    rows = Award.objects.filter(year__province=province, taken_back_at=None).select_related("year", "regency")
    return [
        Winner(
            year=row.year.year,
            title=row.title,
            level=str(row.get_level_display()),
            name=row.name,
            place=row.regency.short if row.regency else "",
            regency_code=row.regency.code if row.regency else "",
            what=row.what,
            amount=row.amount,
            source=row.source,
            source_url=row.source_url,
            is_example=row.year.is_fictional,
        )
        for row in rows.order_by("-year__year", "pk")
    ]


def historic(province: Province, *kinds: str) -> list[Meeting]:
    """Events that are known from sources, the newest first. One query."""
    rows: QuerySet[Event] = Event.objects.filter(province=province, is_historic=True, kind__in=kinds)
    newest = rows.select_related("year").order_by("-year__year", F("starts_on").desc(nulls_last=True), "pk")
    return [_meeting(row) for row in newest]


def _meeting(row: Event) -> Meeting:
    outcomes = (row.outcome_id, row.outcome_en, row.outcome_ar)
    own = {"id": outcomes[0], "en": outcomes[1], "ar": outcomes[2]}.get(get_language() or "id", "")
    return Meeting(
        number=row.number,
        year=row.year.year,
        kind=row.kind,
        kind_label=str(row.get_kind_display()),
        name=row.name,
        country=country_name(row.country),
        country_code=row.country,
        city=row.city,
        days=between(row.starts_on, row.ends_on),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        pesantren=row.pesantren,
        outcome=own or row.outcome_id,
        outcomes=outcomes,
        source=row.source,
        source_url=row.source_url,
    )

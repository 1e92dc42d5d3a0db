"""Reading a province's years and participants. Counts come from participants, or, of historic years, from published
figures with their sources; never from both."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from marketplace.programme import states
from marketplace.programme.models import Figure, Participation, ProgrammeYear, RoleModel
from marketplace.programme.sectors import sectors
from marketplace.reference.models import Province

TOOK_PART = states.INTERNSHIP  # who came so far was chosen and taught, as the published "took part" counts


@dataclass(frozen=True)
class Stage:
    """`came`: how many came at least so far; `left`: of these, how many went no further."""

    code: str
    label: str
    came: int
    left: int = 0


@dataclass
class YearRow:
    """A year with what was reached. `figures` of a historic year by code, else counts of participants."""

    year: ProgrammeYear
    figures: dict[str, Figure] = field(default_factory=dict)
    registered: int | None = None
    took_part: int | None = None
    won: int | None = None


def years(province: Province) -> list[YearRow]:
    """All years, the newest first. Three queries."""
    rows = ProgrammeYear.objects.filter(province=province).prefetch_related("figures").order_by("-year")
    counted = _reached(Participation.objects.filter(province=province))
    return [_row(year, counted) for year in rows]


def _reached(rows: QuerySet[Participation]) -> dict[int, Counter[str]]:
    """For each year how many came to each stage as their last."""
    found: dict[int, Counter[str]] = {}
    for year, reached, count in rows.order_by().values_list("year", "reached").annotate(n=Count("pk")):
        found.setdefault(year, Counter())[reached] = count
    return found


def _row(year: ProgrammeYear, counted: dict[int, Counter[str]]) -> YearRow:
    if year.is_historic:
        figures = {one.code: one for one in year.figures.all()}
        values = {code: one.value for code, one in figures.items()}
        return YearRow(
            year,
            figures,
            values.get(Figure.REGISTERED),
            values.get(Figure.ACCEPTED),
            values.get(Figure.WINNERS),
        )
    reached = counted.get(year.pk, Counter())
    return YearRow(year, {}, sum(reached.values()), _so_far(reached, TOOK_PART))


def _so_far(reached: Counter[str], stage: str) -> int:
    return sum(reached[one] for one in states.ORDER[states.ORDER.index(stage) :])


def took_part_in_all(province: Province) -> int:
    """The published "took part" of all historic years together: a pesantren joins once, so they may be added."""
    rows = Figure.objects.filter(year__province=province, year__is_historic=True, code=Figure.ACCEPTED)
    return rows.aggregate(sum=Sum("value"))["sum"] or 0


def year_of(province: Province, year: int) -> QuerySet[ProgrammeYear]:
    return ProgrammeYear.objects.filter(province=province, year=year)


def historic(province: Province) -> list[int]:
    """Years that are known from sources alone."""
    rows = ProgrammeYear.objects.filter(province=province, is_historic=True)
    return list(rows.values_list("year", flat=True))


def stages(year: ProgrammeYear) -> list[Stage]:
    """The funnel of a running year: each stage with who came at least so far, and who went no further. One query."""
    rows = year.participations.order_by().values_list("reached", "state").annotate(n=Count("pk"))
    reached, left = Counter[str](), Counter[str]()
    for stage, state, count in rows:
        reached[stage] += count
        left[stage] += count if state == states.LEFT else 0
    return [Stage(code, str(label), _so_far(reached, code), left[code]) for code, label in states.STAGES]


def published(year: ProgrammeYear) -> list[Figure]:
    """Every published figure of a year, in the order of the funnel."""
    order = [code for code, _label in Figure.CODES]
    return sorted(year.figures.all(), key=lambda one: order.index(one.code))


@dataclass(frozen=True)
class Share:
    """A group of participants: of a category, a sector, a kabupaten or kota."""

    code: str
    label: str
    registered: int
    took_part: int


def shares(year: ProgrammeYear, by: str) -> list[Share]:
    """`by`: "category", "sector" (all ten, also where nobody is) or "regency". Two queries at most."""
    names: dict[Any, str] = {}
    if by == "category":
        names = {code: str(label) for code, label in Participation.CATEGORIES}
    elif by == "sector":
        names = sectors()
    columns = [by] if by != "regency" else ["regency__code", "regency__kind", "regency__name"]
    took = Count("pk", filter=Q(reached__in=states.ORDER[states.ORDER.index(TOOK_PART) :]))
    rows = year.participations.order_by().values_list(*columns).annotate(n=Count("pk"), took=took)
    if by == "regency":
        found = [Share(code, f"{kind.title()} {name}", n, took) for code, kind, name, n, took in rows]
        return sorted(found, key=lambda one: (-one.registered, one.label))
    counted = {code: (n, took) for code, n, took in rows}
    known = {**names, **{code: code for code in counted if code not in names}}
    return [Share(code, label, *counted.get(code, (0, 0))) for code, label in known.items()]


@dataclass(frozen=True)
class Filters:
    """What a list of participants shows; empty: all."""

    q: str = ""
    stage: str = ""
    category: str = ""
    sector: str = ""
    regency: str = ""

    def as_query(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


def participants(province: Province, year: ProgrammeYear, filters: Filters) -> QuerySet[Participation]:
    """Participants of a year by name. Nothing of another province, whatever year is given."""
    rows = Participation.objects.filter(province=province, year=year)
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(nspp__startswith=filters.q))
    same = {"state": filters.stage, "category": filters.category, "sector": filters.sector}
    rows = rows.filter(**{name: value for name, value in same.items() if value})
    if filters.regency:
        rows = rows.filter(regency__code=filters.regency)
    return rows.select_related("regency", "mentor").order_by("name", "pk")


def of_province(province: Province) -> QuerySet[Participation]:
    """Every participant of a province, for pages of one."""
    return Participation.objects.filter(province=province).select_related(
        "year", "province", "regency", "mentor", "partner"
    )


def role_models(province: Province) -> QuerySet[RoleModel]:
    return RoleModel.objects.filter(province=province).select_related("regency", "partner")


def labels_of(rows: Iterable[Participation]) -> list[Participation]:
    """The same rows with `sector_label` in the language of the page. One query."""
    names, found = sectors(), list(rows)
    for row in found:
        row.sector_label = names.get(row.sector, row.sector)  # type: ignore[attr-defined]
    return found


def of_partner(partner: Any) -> QuerySet[Participation]:
    """What a pesantren that sells here reads of its own way through the programme."""
    rows = Participation.objects.filter(partner=partner).select_related("year", "province", "mentor")
    return rows.order_by("-year__year", "pk")


def accompanied_by(mentor: Any) -> QuerySet[Participation]:
    """Whom this mentor accompanies in years that are not over, by name."""
    rows = Participation.objects.filter(mentor=mentor.pk, year__state__in=[states.OPEN, states.RUNNING])
    return rows.exclude(state=states.LEFT).select_related("year", "regency").order_by("name", "pk")

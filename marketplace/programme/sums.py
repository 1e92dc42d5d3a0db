"""The three sums of the programme, beside each other and never added (decision 0050).

*Committed*: both sides confirmed, also if it was closed later with a reason. *Reported*: settlements that both sides
confirmed. Both only of buyers whom the office knows (KNOWN). *Realised*: programme/commitments/realised.py.
All three are of the commitments recorded in the window, so they can be
read as "of what was promised then". Participants (`pesantren`) are the divisor of the value per pesantren: those who
exhibited at the events of the row (participants), not only those with a commitment. Constant queries, whatever the
number of rows.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet, Sum, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.programme.commitments import realised
from marketplace.programme.events.queries import day_there
from marketplace.programme.models import (
    Commitment,
    CommitmentLink,
    Event,
    Exhibitor,
    Participation,
    ProgrammeYear,
    Settlement,
)
from marketplace.programme.sectors import sectors
from marketplace.programme.wording import each
from marketplace.reference.models import Province
from marketplace.reference.queries import country_name
from marketplace.reference.working_days import JAKARTA, today

By = Literal["event", "year", "sector", "regency", "market"]
KINDS = ("committed", "reported", "realised")
# A buyer that a pesantren noted at its own stand is somebody once the office has looked, or saw it at the event.
KNOWN = (
    Q(guest__added_by_seller=False)
    | Q(guest__looked_at__isnull=False)
    | Q(guest__checked_in_at__isnull=False)
)
COMMITTED = KNOWN & Q(
    state__in=[states.CONFIRMED, states.CLOSED], seller_said_at__isnull=False, buyer_said_at__isnull=False
)
REPORTED = Q(seller_said_at__isnull=False, buyer_said_at__isnull=False, refused_why="")


@dataclass(frozen=True)
class Behind:
    """Who stands behind one sum: what may be published of it depends on them (public/shown.py)."""

    buyers: frozenset[str] = frozenset()
    pesantren: frozenset[int] = frozenset()

    def __or__(self, other: "Behind") -> "Behind":
        return Behind(self.buyers | other.buyers, self.pesantren | other.pesantren)


@dataclass(frozen=True)
class Came:
    """What was realised, with who stands behind it."""

    rupiah: int
    behind: Behind


@dataclass(frozen=True)
class Sums:
    """Whole rupiah; three figures that are never added."""

    committed: int = 0
    reported: int = 0
    realised: int = 0
    commitments: int = 0  # how many are in `committed`
    pesantren: int = 0  # participants: who exhibited at these events
    buyers: int = 0  # different companies of the counted commitments
    first: date | None = None  # the window: as asked, else the first and last day a commitment was recorded
    last: date | None = None
    behind: Mapping[str, Behind] = field(default_factory=dict, compare=False)  # by the kind of sum

    def per_pesantren(self, value: int) -> int | None:
        """Value per participating pesantren, rounded half up; nothing without participants."""
        return each(value, self.pesantren) if self.pesantren else None

    @property
    def committed_each(self) -> int | None:
        return self.per_pesantren(self.committed)

    @property
    def reported_each(self) -> int | None:
        return self.per_pesantren(self.reported)

    @property
    def realised_each(self) -> int | None:
        return self.per_pesantren(self.realised)


@dataclass(frozen=True)
class SumRow:
    key: str
    label: str
    sums: Sums


@dataclass
class _Row:
    """One commitment with what the tables group by."""

    pk: int
    event: int
    partner: int
    buyer: str
    country: str
    day: date
    committed: int
    reported: int = 0
    realised: int = 0


@dataclass(frozen=True)
class _Scope:
    """What the filters leave: commitments, and who exhibited at which event."""

    rows: list[_Row]
    exhibitors: set[tuple[int, int]]  # (event, pesantren)
    first: date | None
    last: date | None


def total(
    province: Province,
    *,
    event: Event | None = None,
    year: ProgrammeYear | int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Sums:
    """The three sums of this province, or of one event, year of the programme, or days on which it was recorded."""
    scope = _scope(province, event, year, first, last)
    return _sum(scope.rows, scope.exhibitors, scope)


def table(
    province: Province,
    *,
    by: By,
    event: Event | None = None,
    year: ProgrammeYear | int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> list[SumRow]:
    """The same, parted; only rows with a commitment or, for events and years, with exhibitors. By label, but events
    and years the newest first."""
    scope = _scope(province, event, year, first, last)
    if by == "market":
        return _by_market(scope)
    key, labels, newest_first = _KEYS[by](province, scope)
    rows: dict[str, list[_Row]] = defaultdict(list)
    exhibitors: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for row in scope.rows:
        rows[key(row.event, row.partner)].append(row)
    for pair in scope.exhibitors:
        exhibitors[key(*pair)].add(pair)
    wanted = set(rows) | (set(exhibitors) if by in ("event", "year") else set())
    order = (
        list(labels) if newest_first else sorted(wanted, key=lambda one: str(labels.get(one, one)).casefold())
    )
    return [
        SumRow(one, labels.get(one, one), _sum(rows[one], exhibitors[one], scope))
        for one in order
        if one in wanted
    ]


def realised_after(event: Event, *, months: int) -> int | None:
    """Rupiah realised until so many months after the event's last day; nothing while these are not over."""
    found = came_after(event, months=months)
    return None if found is None else found.rupiah


def came_after(event: Event, *, months: int) -> Came | None:
    """The same with who stands behind it. Days by the clock of the event."""
    until = over_on(event, months=months)
    if until is None:
        return None
    return _came(Event.objects.filter(pk=event.pk), ZoneInfo(event.time_zone), until=until)


def over_on(event: Event, *, months: int) -> date | None:
    """The last of so many months after the event; nothing while they are not over."""
    ended = event.ends_on or event.starts_on
    until = months_after(ended, months) if ended else None
    return until if until and until < today(ZoneInfo(event.time_zone)) else None


def _came(
    events: QuerySet[Event],
    zone: ZoneInfo,
    *,
    until: date | None = None,
    days: tuple[date, date] | None = None,
) -> Came:
    """What became realised of all commitments of these events: until a day, or on these days as it stands now. Days by
    the clock of `zone`."""
    rows = {row.pk: row for row in _commitments(events)}
    links = CommitmentLink.objects.filter(commitment__in=rows)
    found = realised.entries(links, {pk: row.partner for pk, row in rows.items()}, until, zone)
    came = realised.sums(one for one in found if days is None or days[0] <= one.day <= days[1])
    return Came(sum(came.values()), _behind(rows[pk] for pk, rupiah in came.items() if rupiah))


def _behind(rows: Iterable["_Row"]) -> Behind:
    pairs = [(row.buyer, row.partner) for row in rows]
    return Behind(frozenset(buyer for buyer, _one in pairs), frozenset(partner for _one, partner in pairs))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def came_between(province: Province, first: date, last: date) -> Came:
    """What became realised on these days by the clock of the province, whenever it was promised, with who stands
    behind it: for a quarter's report."""
    return _came(Event.objects.filter(province=province), province.zone, days=(first, last))


def of_commitments(found: QuerySet[Commitment]) -> dict[int, tuple[int, int]]:
    """(reported, realised) rupiah by commitment, for the rows of one page."""
    partners = dict(found.values_list("pk", "exhibitor__partner"))
    reported = _reported(partners)
    links = CommitmentLink.objects.filter(commitment__in=partners)
    came = realised.sums(realised.entries(links, partners))
    return {pk: (reported.get(pk, 0), came.get(pk, 0)) for pk in partners}


def _scope(
    province: Province,
    event: Event | None,
    year: ProgrammeYear | int | None,
    first: date | None,
    last: date | None,
) -> _Scope:
    events = Event.objects.filter(province=province)
    if event:
        events = events.filter(pk=event.pk)
    if year:
        number = year if isinstance(year, int) else year.year
        events = events.filter(year__year=number)
    rows = [
        row
        for row in _commitments(events)
        if (first is None or row.day >= first) and (last is None or row.day <= last)
    ]
    _fill(rows)
    shown = {row.event for row in rows} if first or last else None
    found = participants(events).values_list("event", "partner")
    exhibitors = {pair for pair in found if shown is None or pair[0] in shown}
    exhibitors |= {(row.event, row.partner) for row in rows}
    return _Scope(rows, exhibitors, first, last)


def participants(events: QuerySet[Event]) -> QuerySet[Exhibitor]:
    """Who exhibited at these events: came, or did not decline, where the event has begun by its own clock and was not
    cancelled. Who has not answered counts as coming (decision 0049). Beside them whoever promised something is one."""
    begun = events.exclude(state=states.CANCELLED).filter(starts_on__lte=day_there(Value(timezone.now())))
    return Exhibitor.objects.filter(
        Q(checked_in_at__isnull=False) | Q(declined_at=None), event__in=begun.order_by().values("pk")
    )


def _commitments(events: QuerySet[Event]) -> Iterator[_Row]:
    found = Commitment.objects.filter(event__in=events).order_by("pk")
    names = ("pk", "event", "exhibitor__partner", "guest__company", "guest__name", "guest__country")
    confirmed = set(found.filter(COMMITTED).values_list("pk", flat=True))
    for pk, event, partner, company, name, country, at, zone, rupiah in found.values_list(
        *names, "recorded_at", "event__time_zone", "rupiah"
    ):
        buyer = f"#{company}" if company else name.casefold().strip()
        day = timezone.localdate(at, ZoneInfo(zone) if zone else JAKARTA)
        yield _Row(pk, event, partner, buyer, country, day, rupiah if pk in confirmed else 0)


def _fill(rows: list[_Row]) -> None:
    """What was reported and realised of these commitments."""
    partners = {row.pk: row.partner for row in rows}
    reported = _reported(partners)
    links = CommitmentLink.objects.filter(commitment__in=partners)
    came = realised.sums(realised.entries(links, partners))
    for row in rows:
        row.reported, row.realised = reported.get(row.pk, 0), came.get(row.pk, 0)


def _reported(commitments: Iterable[int]) -> dict[int, int]:
    known = Commitment.objects.filter(KNOWN, pk__in=list(commitments))
    found = Settlement.objects.filter(REPORTED, commitment__in=known).order_by()
    return {pk: int(sum_) for pk, sum_ in found.values_list("commitment").annotate(sum=Sum("rupiah"))}


def _sum(rows: list[_Row], exhibitors: set[tuple[int, int]], scope: _Scope) -> Sums:
    counted = [row for row in rows if row.committed]
    days = [row.day for row in rows]
    return Sums(
        committed=sum(row.committed for row in rows),
        reported=sum(row.reported for row in rows),
        realised=sum(row.realised for row in rows),
        commitments=len(counted),
        pesantren=len({partner for _event, partner in exhibitors}),
        buyers=len({row.buyer for row in counted}),
        first=scope.first or min(days, default=None),
        last=scope.last or max(days, default=None),
        behind={kind: _behind(row for row in rows if getattr(row, kind)) for kind in KINDS},
    )


def _by_market(scope: _Scope) -> list[SumRow]:
    """By the buyer's country. Participants: who exhibited at the events where that market promised something."""
    rows: dict[str, list[_Row]] = defaultdict(list)
    for row in scope.rows:
        rows[row.country].append(row)
    found = []
    for country, some in rows.items():
        events = {row.event for row in some}
        there = {pair for pair in scope.exhibitors if pair[0] in events}
        found.append(SumRow(country, country_name(country), _sum(some, there, scope)))
    return sorted(found, key=lambda one: one.label.casefold())


Keys = tuple[
    Callable[[int, int], str], dict[str, str], bool
]  # key of (event, pesantren), labels, newest first?


def _key_event(province: Province, scope: _Scope) -> Keys:
    found = Event.objects.filter(province=province).order_by("-starts_on", "-pk")
    rows = list(found.values_list("pk", "number", "name"))
    numbers = {pk: number for pk, number, _name in rows}
    return (lambda event, _partner: numbers[event]), {number: name for _pk, number, name in rows}, True


def _key_year(province: Province, scope: _Scope) -> Keys:
    years = dict(Event.objects.filter(province=province).values_list("pk", "year__year"))
    labels = {str(year): str(year) for year in sorted(set(years.values()), reverse=True)}
    return (lambda event, _partner: str(years[event])), labels, True


def _key_sector(province: Province, scope: _Scope) -> Keys:
    """The pesantren's sector in the programme; "" where it never took part in this province."""
    found = Participation.objects.filter(province=province, partner__isnull=False)
    known = {partner: sector for partner, sector in found.values_list("partner", "sector") if partner}
    labels = {"": _("Sector not known"), **sectors()}
    return (lambda _event, partner: known.get(partner, "")), labels, False


def _key_regency(province: Province, scope: _Scope) -> Keys:
    """Where the pesantren is, by Kemendagri code."""
    partners = {partner for _event, partner in scope.exhibitors}
    found = Partner.objects.filter(pk__in=partners).select_related("regency")
    where = {partner.pk: partner.regency for partner in found}
    labels = {regency.code: str(regency) for regency in where.values()}
    return (lambda _event, partner: where[partner].code), labels, False


_KEYS: dict[str, Callable[[Province, _Scope], Keys]] = {
    "event": _key_event,
    "year": _key_year,
    "sector": _key_sector,
    "regency": _key_regency,
}

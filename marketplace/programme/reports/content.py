"""The figures of one report: read once, in the language of the report, for the PDF and the workbook alike.

Tables of the three sums are protected as on the public page: what the governor reads may be read aloud.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.common.dates import between, day
from marketplace.common.figures import grouped
from marketplace.exports.models import Consignment
from marketplace.exports.models import Event as ExportEvent
from marketplace.exports.tracking import codes
from marketplace.exports.tracking.queries import folds_of
from marketplace.programme import states, sums
from marketplace.programme.commitments.queries import recorded_on
from marketplace.programme.models import (
    Appointment,
    Commitment,
    Event,
    Guest,
    Lead,
    Participation,
    ProgrammeYear,
    Report,
)
from marketplace.programme.public import shown
from marketplace.programme.public.shown import Shown
from marketplace.programme.sums import KINDS
from marketplace.programme.wording import exact, short, sum_name
from marketplace.programme.years import queries as year_queries
from marketplace.reference.models import Province
from marketplace.reference.working_days import today

Cell = str | int | None
TOP_SECTORS = 5


@dataclass(frozen=True)
class Table:
    """One sheet of the workbook."""

    key: str
    title: str
    heads: list[str]
    rows: list[list[Cell]]


@dataclass(frozen=True)
class Span:
    """The days of the report and the moments they begin and end at, by the clock of the province."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.begins <= moment < self.ends

    def holds(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.begins, f"{field}__lt": self.ends})


@dataclass
class Content:
    title: str
    province: str
    period: str
    made: str
    figures: list[tuple[str, int]]
    three: list[tuple[str, str, str]]  # name, short, for each pesantren
    exact: list[list[Cell]]  # the same three in whole rupiah, for the workbook
    three_note: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_example: bool = False

    def table(self, key: str) -> Table:
        return next(one for one in self.tables if one.key == key)


def of(report: Report) -> Content:
    """Everything about the period, as it is now. As many queries for ten commitments as for thousands."""
    province = report.province
    span = Span(report.first, report.last, province.zone)
    total = shown.total_of_period(province, span.first, span.last)
    found = Content(
        title=title_of(report),
        province=province.name,
        period=between(span.first, span.last),
        made=day(today(province.zone)),
        figures=list(_figures(province, span)),
        three=[(sum_name(kind), _short(getattr(total, kind)), _each(total, kind)) for kind in KINDS],
        exact=[[sum_name(kind), *_exact(total, kind)] for kind in KINDS],
        three_note=_three_note(province, span, total),
        is_example=Event.objects.filter(province=province, is_fictional=True).exists(),
    )
    found.tables = [
        _stages(province, span),
        _events(province, span),
        _commitments(province, span),
        _sums_table("sector", province, span),
        _sums_table("regency", province, span),
        _follow_ups(province),
    ]
    found.notes = _notes()
    return found


def title_of(report: Report) -> str:
    values = {"year": report.first.year, "quarter": report.quarter}
    if report.period == Report.QUARTER:
        return _("OPOP report, quarter %(quarter)s of %(year)s") % values
    return _("OPOP report, year %(year)s") % values


def _short(rupiah: int | None) -> str:
    return _("not shown") if rupiah is None else short(rupiah)


def _each(total: Shown, kind: str) -> str:
    value = total.each(kind)
    return "–" if value is None else _("%(each)s for each pesantren") % {"each": short(value)}


def _exact(total: Shown, kind: str) -> list[Cell]:
    rupiah, value = getattr(total, kind), total.each(kind)
    return [_("not shown") if rupiah is None else rupiah, "–" if value is None else value]


def _three_note(province: Province, span: Span, total: Shown) -> str:
    came = shown.realised_between(province, span.first, span.last)
    return _(
        "Of commitments recorded in this period; participants: %(pesantren)s, buyers: %(buyers)s. Never added. "
        "Realised in this period, whenever it was promised: %(came)s."
    ) % {
        "pesantren": grouped(total.pesantren),
        "buyers": _("not shown") if total.buyers is None else grouped(total.buyers),
        "came": _short(came),
    }


def _figures(province: Province, span: Span) -> Iterator[tuple[str, int]]:
    """The short list of the page: what happened in the period, and what is open now."""
    joined = Participation.objects.filter(span.holds("registered_at"), province=province).count()
    yield _("Pesantren registered"), joined
    events = events_of(province, span)
    yield pgettext("programme", "Events"), events.count()
    came = Q(checked_in_at__isnull=False) | Q(accepted_at__isnull=False)
    there = sums.participants(events).order_by().values("partner").distinct()
    yield _("Pesantren at events"), there.count()
    yield _("Buyers at events"), Guest.objects.filter(came, event__in=events, declined_at=None).count()
    yield _("Meetings held"), meetings_held(province, span)
    yield _("Commitments recorded"), recorded(province, span).count()
    left, handed_over = travelled(province, span)
    yield _("Exports that left"), left
    yield _("Exports handed to the consignee"), handed_over
    yield _("Open follow-ups today"), sum(count for _label, count in follow_ups(province))


def events_of(province: Province, span: Span) -> QuerySet[Event]:
    """Those that begin in the period and were not called off."""
    rows = Event.objects.filter(province=province, starts_on__range=(span.first, span.last))
    return rows.exclude(state=states.CANCELLED)


def meetings_held(province: Province, span: Span) -> int:
    """Of the schedule, where both sides met."""
    rows = Appointment.objects.filter(span.holds("slot__starts_at"), event__province=province)
    return rows.filter(state=Appointment.MET).count()


def recorded(province: Province, span: Span) -> QuerySet[Commitment]:
    """On the days of the period by the clock of their event, as the three sums count them."""
    return recorded_on(Commitment.objects.filter(event__province=province), span.first, span.last)


def travelled(province: Province, span: Span) -> tuple[int, int]:
    """How many consignments of exporters of the province left in the period, and how many were handed over: by what
    their events say together now, so a later leg, a corrected day or what was taken back counts as it should."""
    told = ExportEvent.objects.filter(
        span.holds("at"), consignment=OuterRef("pk"), code__in=codes.DEPARTURES | codes.DELIVERIES
    )
    found = Consignment.objects.filter(
        Exists(told), exporter__regency__province=province, cancelled_at=None
    ).order_by("pk")
    folds = folds_of(found)
    return sum(one.departed_at in span for one in folds), sum(one.delivered_at in span for one in folds)


def follow_ups(province: Province) -> list[tuple[str, int]]:
    """What waits for somebody today."""
    leads = Lead.objects.filter(event__province=province, state__in=[states.NEW, states.FOLLOWED])
    promised = Commitment.objects.filter(event__province=province)
    counted = promised.aggregate(
        waits=Count("pk", filter=Q(state=states.RECORDED)),
        disputed=Count("pk", filter=Q(state=states.DISPUTED)),
    )
    return [
        (_("Commitments that one side has not confirmed"), counted["waits"]),
        (_("Commitments that are disputed"), counted["disputed"]),
        (_("Leads that nobody has closed"), leads.count()),
    ]


def _stages(province: Province, span: Span) -> Table:
    """The funnel of the programme's year in which the period ends, as it is now."""
    year = ProgrammeYear.objects.filter(province=province, year=span.last.year, is_historic=False).first()
    found = year_queries.stages(year) if year else []
    title = _("Participants of %(year)s by stage") % {"year": span.last.year}
    heads = [_("Stage"), _("Came so far"), _("Went no further")]
    return Table("stages", title, heads, [[one.label, one.came, one.left] for one in found])


def _events(province: Province, span: Span) -> Table:
    rows = events_of(province, span).annotate(
        exhibiting=Count("exhibitors", filter=Q(exhibitors__declined_at=None), distinct=True),
        buying=Count("guests", filter=Q(guests__declined_at=None), distinct=True),
        met=Count("appointments", filter=Q(appointments__state=Appointment.MET), distinct=True),
    )
    heads = [
        pgettext("programme", "Event"),
        _("Days"),
        _("Place"),
        _("Pesantren invited"),
        _("Buyers invited"),
        _("Meetings held"),
    ]
    found: list[list[Cell]] = [
        [
            one.name,
            between(one.starts_on, one.ends_on or one.starts_on),
            one.city,
            one.exhibiting,
            one.buying,
            one.met,
        ]
        for one in rows.order_by("starts_on", "pk")
    ]
    return Table("events", pgettext("programme", "Events"), heads, found)


def _commitments(province: Province, span: Span) -> Table:
    counted = dict(recorded(province, span).order_by().values_list("state").annotate(Count("pk")))
    found: list[list[Cell]] = [
        [str(label), counted.get(code, 0)] for code, label in states.COMMITMENT_CHOICES
    ]
    return Table(
        "commitments", _("Commitments of the period by state"), [_("State"), _("Commitments")], found
    )


def _sums_table(by: sums.By, province: Province, span: Span) -> Table:
    """The three sums of the period, the largest committed first; what is not shown stands at the end."""
    rows = shown.of_period(province, by, span.first, span.last)
    titles = {"sector": _("The three sums by sector"), "regency": _("The three sums by kabupaten and kota")}
    heads = [
        _("Sector") if by == "sector" else _("Kabupaten or kota"),
        *(sum_name(kind) for kind in KINDS),
        _("Participants"),
        _("Committed for each pesantren"),
    ]
    ordered = sorted(rows, key=lambda row: (row.committed is None, -(row.committed or 0), row.label))
    return Table(by, titles[by], heads, [_sums_row(row) for row in ordered])


def _sums_row(row: Shown) -> list[Cell]:
    hidden = _("not shown")
    values: list[Cell] = [hidden if getattr(row, kind) is None else getattr(row, kind) for kind in KINDS]
    value = row.each("committed")
    return [row.label, *values, row.pesantren, "" if value is None else value]


def _follow_ups(province: Province) -> Table:
    rows: list[list[Cell]] = [[label, count] for label, count in follow_ups(province)]
    return Table("follow_ups", _("Open follow-ups today"), [_("What waits"), _("How many")], rows)


def _notes() -> list[str]:
    return [
        _(
            "Committed: both sides confirmed it, also where it was closed later. Reported: both sides say it was "
            "settled elsewhere, with evidence; we did not see the money. Realised: accepted by the buyer and paid "
            "through our books, for the goods alone. Participants: pesantren that came to events that have begun, or "
            "did not decline, and those that promised something; they are the divisor."
        ),
        _(
            "Not shown: fewer than three buyers or three pesantren stand behind the sum, or it could be found from the "
            "others."
        ),
    ]


def money(value: Cell) -> str:
    """A cell of a sum as the PDF writes it."""
    return exact(value) if isinstance(value, int) else str(value or "")

"""What the export desk asks about papers."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from marketplace.exports import states
from marketplace.exports.models import Paper, PaperVersion
from marketplace.exports.papers import rules
from marketplace.exports.papers.gate import is_missing, is_open
from marketplace.exports.papers.papering import Dossier, why_of
from marketplace.reference.working_days import JAKARTA


@dataclass
class Row:
    """One paper as the desk sees it."""

    paper: Paper
    kind: rules.Kind
    newest: PaperVersion | None
    versions: list[PaperVersion]
    missing_first: list[rules.Kind]
    is_outdated: bool
    is_late: bool
    is_today: bool
    is_blocking: bool  # what is needed next before the goods can go on

    @property
    def why(self) -> str:
        return why_of(self.paper)

    @property
    def label(self) -> str:
        """In words. What is made here and asks for no second person is done once it is issued: nobody checks it."""
        return self.kind.label_of(self.paper.state)

    @property
    def is_open(self) -> bool:
        return is_open(self.paper)


def rows_of(dossier: Dossier, now: datetime | None = None) -> list[Row]:
    """All papers: late ones first, then those that hold up others, then by the day they are due."""
    now = now or timezone.now()
    kinds = rules.kinds()
    versions: dict[int, list[PaperVersion]] = {}
    for version in PaperVersion.objects.filter(paper__consignment=dossier.consignment).order_by("-number"):
        versions.setdefault(version.paper_id, []).append(version)
    blocking = _blocking(dossier)
    found = []
    for paper in dossier.papers.values():
        mine = versions.get(paper.pk, [])
        found.append(
            Row(
                paper=paper,
                kind=kinds[paper.kind],
                newest=mine[0] if mine else None,
                versions=mine,
                missing_first=[kinds[one.kind] for one in dossier.missing_first(paper)],
                is_outdated=dossier.is_outdated(paper),
                is_late=is_late(paper, now),
                is_today=is_today(paper, now),
                is_blocking=paper.kind in blocking,
            )
        )
    return sorted(found, key=_order)


def _order(row: Row) -> tuple[Any, ...]:
    day = row.paper.due_at.timestamp() if row.paper.due_at else float("inf")
    waived = row.paper.state == states.NOT_NEEDED
    place = rules.order().index(row.kind.code)
    return waived, not row.is_open, not row.is_late, not row.is_blocking, day, place


def is_late(paper: Paper, now: datetime) -> bool:
    """It should be there, and is not, or is no longer valid."""
    return bool(is_missing(paper, now) and paper.due_at and paper.due_at <= now)


def is_today(paper: Paper, now: datetime) -> bool:
    """To be in time it must be asked for today, or should have been."""
    tomorrow = datetime.combine(now.astimezone(JAKARTA).date() + timedelta(days=1), time.min, JAKARTA)
    return bool(is_missing(paper, now) and paper.start_at and paper.start_at < tomorrow)


def _blocking(dossier: Dossier) -> set[str]:
    """Kinds that are missing, could be had now, and hold up another paper that is missing as well."""
    held_up = [paper for paper in dossier.papers.values() if is_open(paper)]
    wanted = {one.kind for paper in held_up for one in dossier.missing_first(paper)}
    return {kind for kind in wanted if not dossier.missing_first(dossier.papers[kind])}


def due_papers(now: datetime) -> QuerySet[Paper]:
    """Papers of all consignments that must be asked for by the end of today, or are late; the most urgent on top."""
    tomorrow = datetime.combine(now.astimezone(JAKARTA).date() + timedelta(days=1), time.min, JAKARTA)
    rows = Paper.objects.filter(start_at__lt=tomorrow).exclude(state__in=(states.NOT_NEEDED, states.ACCEPTED))
    made = [kind.code for kind in rules.kinds().values() if kind.made_here and not kind.two_people]
    rows = rows.exclude(state=states.ISSUED, kind__in=made).exclude(consignment__state__in=states.ENDED)
    return rows.select_related("consignment").order_by("due_at", "pk")

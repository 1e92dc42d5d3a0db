"""Papers made here: drafted, issued as an immutable version, amended where their facts changed, confirmed by two."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.exports import documents, states
from marketplace.exports.models import Consignment, Paper, PaperVersion
from marketplace.exports.papers import checks, facts, rules, schedule
from marketplace.exports.papers.errors import (
    Faulty,
    NeedsFirst,
    NotAmendable,
    PaperError,
    SamePerson,
    TooEarly,
)
from marketplace.exports.papers.papering import CHANGED, Dossier, head_of, local_day, own_number, part_of
from marketplace.exports.services.papers import lock, require


def preview(*, paper: Paper) -> bytes:
    """The PDF as it would be issued now, marked as a draft; nothing is kept. Raises Faulty."""
    base = _base(paper.consignment, checks.DRAFTING)
    return documents.to_pdf(paper.kind, part_of(paper.kind, base), head_of(paper, 1, base, is_draft=True))


@transaction.atomic
def draft(*, paper: Paper, actor: Actor) -> None:
    """Somebody has begun with it. Side effects: history row. Raises Faulty, IllegalMove, PaperError."""
    _made_here(paper)
    lock(paper.consignment)
    _base(paper.consignment, checks.DRAFTING)
    states.PAPER.move(paper, states.DRAFTED, actor=actor)


@transaction.atomic
def issue(*, paper: Paper, actor: Actor, why: str = "") -> PaperVersion:
    """Issue it with the facts as they are now; papers issued with older facts are reissued in the same step.

    Side effects: PaperVersion with PDF and XLSX, history rows, other papers amended or found not to fit, schedule,
    refold. Raises Faulty, NeedsFirst, TooEarly, NotAmendable, IllegalMove, PaperError.
    """
    _made_here(paper)
    row = lock(paper.consignment)
    if row.state in states.ENDED:
        raise PaperError([_("This consignment has ended.")])
    _base(row, checks.ISSUING)
    reissue(row, actor, why, but=paper.pk)
    dossier = Dossier(row)
    mine = dossier.papers[paper.kind]
    if first := dossier.missing_first(mine):
        raise NeedsFirst(first)
    not_too_early(mine, row)
    version = _write(mine, row, actor, why)
    reissue(row, actor, why)  # what names this paper's number or day
    require(consignment=row, actor=actor)
    paper.refresh_from_db()
    return version


@transaction.atomic
def amend(*, consignment: Consignment, actor: Actor, why: str) -> list[Paper]:
    """Reissue the papers made here whose facts changed, and only those; papers from outside that no longer fit are
    rejected. Returns what was touched.

    Side effects: as of issue. Raises Faulty, NotAmendable.
    """
    row = lock(consignment)
    _base(row, checks.ISSUING)
    touched = reissue(row, actor, why)
    require(consignment=row, actor=actor)
    return touched


@transaction.atomic
def confirm(*, paper: Paper, actor: Actor, person: Any) -> None:
    """A second person has compared what is never corrected later. Side effects: history row, schedule.

    Raises SamePerson, IllegalMove, PaperError for one issued before the facts changed.
    """
    _made_here(paper)
    row = lock(paper.consignment)
    newest = paper.versions.order_by("-number").first()
    if actor.id is None or newest is None or newest.actor_id == actor.id:
        raise SamePerson([_("Another person than the one who issued it must confirm it.")])
    if Dossier(row).is_outdated(Paper.objects.get(pk=paper.pk)):
        raise PaperError([_("The facts changed after it was issued. Issue it anew first.")])
    states.PAPER.move(paper, states.ACCEPTED, actor=actor, checked_by=person, checked_at=timezone.now())
    require(consignment=row, actor=actor)


def not_too_early(paper: Paper, consignment: Consignment) -> None:
    """A PEB may be filed from seven days before departure. Raises TooEarly."""
    kind = rules.kinds()[paper.kind]
    if kind.opens_days is None:
        return
    opens = schedule.opens_at(kind, consignment.departs_at)
    if opens is None:
        raise TooEarly([_("Plan the departure first.")])
    if local_day() < local_day(opens):
        text = _("%(paper)s: not before %(days)s days before departure.")
        raise TooEarly([text % {"paper": kind, "days": kind.opens_days}])


def _made_here(paper: Paper) -> None:
    if not rules.kinds()[paper.kind].made_here:
        raise PaperError([_("This paper is issued elsewhere: upload it.")])


def _base(consignment: Consignment, step: str) -> facts.Facts:
    """The facts, if nothing hinders this step."""
    base = facts.facts_of(consignment)
    if found := checks.hindering(checks.faults(base), step):
        raise Faulty([fault.text for fault in found])
    return base


def reissue(row: Consignment, actor: Actor, why: str, but: int = 0) -> list[Paper]:
    """One after another, each with the facts after the one before: an invoice's new day stands on the next paper.

    For services that hold the consignment. Side effects and refusals: as of amend(), without schedule and refold.
    """
    touched: list[Paper] = []
    dossier = Dossier(row)
    for code in rules.order():
        paper = dossier.papers.get(code)
        if paper is None or paper.pk == but or not dossier.is_outdated(paper):
            continue
        if rules.kinds()[code].made_here:
            _write(paper, row, actor, why or CHANGED)
        else:
            _does_not_fit(paper, dossier, actor)
        touched.append(paper)
        dossier = Dossier(row)
    return touched


def _does_not_fit(paper: Paper, dossier: Dossier, actor: Actor) -> None:
    before = dossier.newest[paper.pk].facts
    now = part_of(paper.kind, dossier.facts)
    changed = ", ".join(section for section in now if now[section] != before.get(section))
    states.PAPER.move(paper, states.REJECTED, actor=actor, why=f"{CHANGED}: {changed}"[:300])
    Paper.objects.filter(pk=paper.pk).update(why=CHANGED)


def _write(paper: Paper, row: Consignment, actor: Actor, why: str) -> PaperVersion:
    """One more version; the paper's number stays, its day is today's."""
    Paper.objects.filter(pk=paper.pk).update(number=paper.number or own_number(paper), issued_on=local_day())
    paper.refresh_from_db()
    base = facts.facts_of(row)
    part = part_of(paper.kind, base)
    newest = paper.versions.order_by("-number").first()
    if newest and paper.kind == "peb_data":
        _never_corrected(newest, part, row)
    number = newest.number + 1 if newest else 1
    head = head_of(paper, number, base)
    content = documents.to_pdf(paper.kind, part, head)
    version = PaperVersion.objects.create(
        paper=paper,
        number=number,
        facts=part,
        facts_sha256=facts.fingerprint(part),
        pdf=ContentFile(content, f"{uuid4()}.pdf"),
        xlsx=ContentFile(documents.to_xlsx(paper.kind, part, head), f"{uuid4()}.xlsx"),
        sha256=sha256(content).hexdigest(),
        why=why[:300],
        actor_id=actor.id,
        actor_name=actor.name,
    )
    states.PAPER.move(paper, states.ISSUED, actor=actor, why=why)
    Paper.objects.filter(pk=paper.pk).update(why="", checked_by=None, checked_at=None)
    return version


def _never_corrected(newest: PaperVersion, part: facts.Facts, row: Consignment) -> None:
    """Raises NotAmendable where the PEB is filed and one of its five fixed fields would differ."""
    filed = row.papers.filter(kind="peb", state__in=states.IN_HAND).exists()
    changed = [name for name in rules.peb_fields() if part["peb"][name] != newest.facts["peb"][name]]
    if filed and changed:
        text = _(
            "The PEB is filed, and this is never corrected in it: %(fields)s. It must be cancelled, which is reported"
            " within 3 days: mark the PEB as not fitting first."
        )
        raise NotAmendable([text % {"fields": ", ".join(changed)}])

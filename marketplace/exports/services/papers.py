"""Which papers a consignment needs, and by when: computed anew whenever goods, way or plan change."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.sweeping import each
from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper
from marketplace.exports.papers import checks, facts, rules, schedule
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.papers.gate import is_in_hand
from marketplace.exports.papers.papering import INSTEAD, NO_LONGER_ASKED
from marketplace.exports.services.clearing import recheck
from marketplace.exports.services.following import refold
from marketplace.reference.working_days import today


@transaction.atomic
def require(*, consignment: Consignment, actor: Actor) -> list[Paper]:
    """Bring the required papers and their days up to goods, way and plan. Safe to call at any time.

    What is issued stays, also where no rule asks for it any more. A paper that was waived by a person stays waived.
    Side effects: papers added, deleted (never issued ones) or moved, history rows, due days, the clearance taken back
    where it no longer holds, refold.
    """
    row = lock(consignment)
    if row.state in states.ENDED:
        return list(row.papers.all())
    lines = facts.lines_of(row)
    wanted = rules.needs(
        facts.goods_of(lines),
        country=row.country,
        mode=row.mode,
        incoterm=row.incoterm,
        day=checks.leaving_on(row),
    )
    have = {paper.kind: paper for paper in row.papers.all()}
    for kind, paper in list(have.items()):
        if kind not in wanted and _drop(paper, actor):
            del have[kind]
    for kind, need in wanted.items():
        have[kind] = _keep(row, have.get(kind), need, actor)
    _alternatives(have, wanted, actor)
    _set_days(row, have)
    recheck(consignment=row, actor=actor)
    refold(consignment=row, actor=actor)
    consignment.refresh_from_db()
    return list(have.values())


def lock(consignment: Consignment) -> Consignment:
    """The consignment's row, locked: papers of one consignment change one after another."""
    return Consignment.objects.select_for_update(of=("self",), no_key=True).get(pk=consignment.pk)


def _drop(paper: Paper, actor: Actor) -> bool:
    """Nobody asks for it any more. True if it is gone."""
    if not paper.versions.exists():
        paper.delete()
        return True
    if states.PAPER.allows(paper.state, states.NOT_NEEDED):
        states.PAPER.move(paper, states.NOT_NEEDED, actor=actor, why=NO_LONGER_ASKED)
        Paper.objects.filter(pk=paper.pk).update(why=NO_LONGER_ASKED, checked_by=None, checked_at=None)
    return False


def _keep(row: Consignment, paper: Paper | None, need: rules.Need, actor: Actor) -> Paper:
    rule = need.rule
    values: dict[str, Any] = {
        "needed_before": rule.needed_before,
        "source": rule.source,
        "is_assumed": rule.is_assumed,
    }
    if paper is None:
        return Paper.objects.create(consignment=row, kind=rule.kind, **values)
    if paper.state == states.NOT_NEEDED and paper.why == NO_LONGER_ASKED:
        states.PAPER.move(paper, states.REQUIRED, actor=actor, why=rule.source)
        values["why"] = ""
    Paper.objects.filter(pk=paper.pk).update(**values)
    for name, value in values.items():
        setattr(paper, name, value)
    return paper


def _alternatives(have: dict[str, Paper], wanted: dict[str, rules.Need], actor: Actor) -> None:
    """Of papers of which one is enough: while one is in hand, the others are not asked for."""
    for kind, need in wanted.items():
        paper = have[kind]
        other = any(is_in_hand(have[code]) for code in need.instead if code in have)
        if other and paper.state in {states.REQUIRED, states.DRAFTED}:
            states.PAPER.move(paper, states.NOT_NEEDED, actor=actor, why=INSTEAD)
            Paper.objects.filter(pk=paper.pk).update(why=INSTEAD)
            paper.why = INSTEAD
        elif not other and paper.state == states.NOT_NEEDED and paper.why == INSTEAD:
            states.PAPER.move(paper, states.REQUIRED, actor=actor, why="")
            Paper.objects.filter(pk=paper.pk).update(why="")
            paper.why = ""


def _set_days(row: Consignment, have: dict[str, Paper]) -> None:
    plan = schedule.Plan(row.cutoff_at, row.departs_at, row.arrives_at)
    active = {kind: one.needed_before for kind, one in have.items() if one.state != states.NOT_NEEDED}
    days = schedule.days_of(active, plan)
    for kind, paper in have.items():
        found = days.get(kind)
        paper.start_at, paper.due_at = (found.start_at, found.due_at) if found else (None, None)
    Paper.objects.bulk_update(have.values(), ["start_at", "due_at"])


@transaction.atomic
def waive(*, paper: Paper, why: str, actor: Actor, person: Any = None) -> None:
    """A person says that this paper is not needed, and why. It stays so until they ask for it again.

    Side effects: history row, refold of the schedule. Raises PaperError without a reason, IllegalMove for a paper that
    is issued.
    """
    why = why.strip()
    if not why:
        raise PaperError([_("Write why this paper is not needed.")])
    row = lock(paper.consignment)
    moment = timezone.now()
    states.PAPER.move(paper, states.NOT_NEEDED, actor=actor, why=why, checked_by=person, checked_at=moment)
    Paper.objects.filter(pk=paper.pk).update(why=why[:300])
    paper.why = why[:300]
    require(consignment=row, actor=actor)


@transaction.atomic
def ask_again(*, paper: Paper, actor: Actor) -> None:
    """It is needed after all. Side effects: history row, schedule. Raises IllegalMove."""
    row = lock(paper.consignment)
    states.PAPER.move(paper, states.REQUIRED, actor=actor)
    Paper.objects.filter(pk=paper.pk).update(why="", checked_by=None, checked_at=None)
    require(consignment=row, actor=actor)


def expire() -> None:
    """Papers whose last valid day is over, of consignments that have not ended; one that fails holds up no other.

    Side effects: history rows, refold.
    """
    rows = Paper.objects.filter(state__in=states.IN_HAND, valid_to__lt=today())
    rows = rows.exclude(consignment__state__in=states.ENDED).select_related("consignment")
    each(list(rows.order_by("consignment_id", "pk")), _expire)


@transaction.atomic
def _expire(paper: Paper) -> None:
    row = lock(paper.consignment)
    states.PAPER.move(paper, states.EXPIRED, actor=SYSTEM, why=str(paper.valid_to))
    require(consignment=row, actor=SYSTEM)

"""Cleared to load: only with every paper that is due before departure, valid on that day, and facts that agree."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper
from marketplace.exports.papers import checks, rules
from marketplace.exports.papers.gate import NotReady, unready
from marketplace.exports.papers.papering import Dossier
from marketplace.exports.services.following import refold


@transaction.atomic
def clear_to_load(*, consignment: Consignment, actor: Actor) -> None:
    """The goods may be handed to the carrier. Side effects: cleared_at, refold.

    Raises NotReady with the papers that are missing or not valid now or on the planned day of departure, and with the
    sentences of what contradicts itself. Nothing happens to one that is cleared already.
    """
    row = Consignment.objects.select_for_update(of=("self",), no_key=True).get(pk=consignment.pk)
    if row.cleared_at and row.state == states.CLEARED:
        return
    if row.state not in {states.PREPARING, states.BOOKED}:
        raise NotReady([], [_("This consignment can no longer be cleared to load.")])
    if row.departs_at is None:
        raise NotReady([], [_("Plan the departure first.")])
    papers, faults = hindrances(row)
    if papers or faults:
        raise NotReady(papers, faults)
    Consignment.objects.filter(pk=row.pk).update(cleared_at=timezone.now())
    refold(consignment=row, actor=actor)
    consignment.refresh_from_db()


def hindrances(consignment: Consignment) -> tuple[list[Paper], list[str]]:
    """What stands between these goods and loading: papers, and sentences."""
    now = timezone.now()
    moments: list[datetime] = [now, max(now, consignment.departs_at or now)]
    papers: dict[int, Paper] = {}
    for moment in moments:
        for paper in unready(consignment, before=states.BEFORE_DEPARTURE, at=moment):
            papers.setdefault(paper.pk, paper)
    dossier = Dossier(consignment)
    if not dossier.papers:
        return [], [_("The papers of this consignment are not set up yet.")]
    sentences = [
        fault.text
        for fault in checks.hindering(checks.faults_of(consignment, dossier.facts), checks.CLEARING)
    ]
    for paper in dossier.outdated():
        name = {"paper": rules.kinds()[paper.kind]}
        sentences.append(_("%(paper)s: the facts changed after it was issued.") % name)
    return list(papers.values()), sentences


def recheck(*, consignment: Consignment, actor: Actor) -> None:
    """Take back a clearance that no longer holds, while the goods are here. Side effects: cleared_at, refold."""
    if consignment.cleared_at is None or consignment.state not in states.HERE:
        return
    papers, faults = hindrances(consignment)
    if not papers and not faults:
        return
    Consignment.objects.filter(pk=consignment.pk).update(cleared_at=None)
    consignment.cleared_at = None
    why = [*(rules.kinds()[paper.kind].name_en for paper in papers), *faults]
    refold(consignment=consignment, actor=actor, why="; ".join(why)[:300])

"""Links by which a customs broker or forwarder uploads papers without an account."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper, UploadLink
from marketplace.exports.papers import rules
from marketplace.exports.papers.errors import PaperError

MOST_DAYS = 60


@transaction.atomic
def make(
    *,
    consignment: Consignment,
    role: str,
    name: str,
    kinds: Sequence[str],
    days: int,
    actor: Actor,
    person: Any,
) -> UploadLink:
    """A link for these papers of this consignment, for so many days. Side effects: UploadLink, history row.

    Raises PaperError for papers that are made here or not needed, and for more than 60 days.
    """
    can = {paper.kind for paper in consignment.papers.all() if not rules.kinds()[paper.kind].made_here}
    chosen = [kind for kind in kinds if kind in can]
    if not chosen or len(chosen) != len(kinds):
        raise PaperError([_("Choose papers that somebody else issues for this consignment.")], "kinds")
    if not 0 < days <= MOST_DAYS:
        raise PaperError([_("A link lasts from 1 to %(most)s days.") % {"most": MOST_DAYS}], "days")
    link = UploadLink.objects.create(
        consignment=consignment,
        role=role,
        name=name[:100],
        kinds=chosen,
        expires_at=timezone.now() + timedelta(days=days),
        by=person,
    )
    machine.record(link, "", "open", actor=actor, why=", ".join(chosen))
    return link


@transaction.atomic
def revoke(*, link: UploadLink, actor: Actor) -> None:
    """It works no longer. Side effects: history row; none for one that ended already."""
    if UploadLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        machine.record(link, "open", "revoked", actor=actor)


def usable(token: str) -> UploadLink | None:
    """The link, unless it ended, was taken back, or its consignment has ended."""
    link = UploadLink.objects.filter(token=token[:60]).select_related("consignment__exporter").first()
    if link is None or link.revoked_at or link.expires_at <= timezone.now():
        return None
    return None if link.consignment.state in states.ENDED else link


def papers_of(link: UploadLink) -> list[Paper]:
    """Its papers alone, those that are missing first."""
    rows = Paper.objects.filter(consignment=link.consignment_id, kind__in=link.kinds)
    found = rows.exclude(state=states.NOT_NEEDED).select_related("consignment")
    return sorted(found, key=lambda paper: (paper.state in states.IN_HAND, rules.order().index(paper.kind)))


def actor_of(link: UploadLink) -> Actor:
    """As whom the history names who uploads: no account, a name and a role, in the desk's language, not in theirs."""
    with override("id"):
        return Actor(id=None, name=f"{link.get_role_display()}: {link.name}"[:150])

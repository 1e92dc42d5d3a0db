"""What every change of a consignment shares: its lock, whether it may still change, and who is told.

Locks (fulfilment/LOCKS.md): what belongs to orders first, consignments last, several in the order of their ids.
"""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports.models import Consignment
from marketplace.exports.services.following import refold
from marketplace.exports.signals import consignment_changed


def locked(consignments: Iterable[Consignment]) -> list[Consignment]:
    """These rows, locked, in the order of their ids. Raises Refused if one has left or ended."""
    keys = {row.pk for row in consignments}
    rows = Consignment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys)
    found = list(rows.order_by("pk"))
    for row in found:
        if not row.is_open:
            state = str(row.get_state_display()).lower()
            raise Refused(
                _("%(number)s cannot be changed any more: %(state)s."), number=row.number, state=state
            )
    return found


def lock(consignment: Consignment) -> Consignment:
    return locked([consignment])[0]


def changed(consignment: Consignment, *, actor: Actor, why: str) -> None:
    """After a change of goods, parties or plan: one history row, a clearance to load ends, state and papers follow.

    Side effects: history row, `cleared_at`, folded columns, signal.
    """
    machine.record(consignment, consignment.state, consignment.state, actor=actor, why=why)
    if consignment.cleared_at:
        consignment.cleared_at = None
        Consignment.objects.filter(pk=consignment.pk).update(cleared_at=None)
    refold(consignment=consignment, actor=actor, why=why)
    consignment_changed.send(Consignment, consignment=consignment, actor=actor)


def end(row: Consignment, *, actor: Actor, why: str) -> None:
    """The caller holds the consignment."""
    row.cancelled_at = timezone.now()
    Consignment.objects.filter(pk=row.pk).update(cancelled_at=row.cancelled_at)
    changed(row, actor=actor, why=why)

"""Who came: a badge was scanned, or the name was tapped on the list."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme import states
from marketplace.programme.models import Exhibitor, Guest

OPEN = (states.OPEN, states.SCHEDULED, states.RUNNING)


def check_in(*, side: Exhibitor | Guest, actor: Actor) -> bool:
    """The time is kept; twice is once. True if it was the first time. Side effects: the time, a history row.

    Whoever comes has accepted, whatever was said before. Raises Refused where the event takes nobody in.
    """
    if side.event.state not in OPEN or side.event.is_historic:
        raise Refused(_("This event takes nobody in now."))
    now = timezone.now()
    with transaction.atomic():
        rows = type(side)._default_manager.filter(pk=side.pk, checked_in_at=None)
        if not rows.update(checked_in_at=now):
            side.refresh_from_db(fields=["checked_in_at"])
            return False
        if side.accepted_at is None:
            type(side)._default_manager.filter(pk=side.pk).update(accepted_at=now, declined_at=None)
        record(side, "", "checked_in", actor=actor)
        side.refresh_from_db(fields=["checked_in_at", "accepted_at", "declined_at"])
        return True


def undo(*, side: Exhibitor | Guest, actor: Actor) -> bool:
    """It was somebody else. True if it was checked in. Side effects: the time, a history row.

    An acceptance that was nothing but the check-in goes with it. Raises Refused where the event takes nobody in.
    """
    if side.event.state not in OPEN or side.event.is_historic:
        raise Refused(_("This event takes nobody in now."))
    with transaction.atomic():
        rows = type(side)._default_manager.filter(pk=side.pk, checked_in_at__isnull=False)
        rows.filter(accepted_at=F("checked_in_at")).update(accepted_at=None)
        if not rows.update(checked_in_at=None):
            return False
        record(side, "checked_in", "not_checked_in", actor=actor)
        side.refresh_from_db(fields=["checked_in_at", "accepted_at"])
        return True

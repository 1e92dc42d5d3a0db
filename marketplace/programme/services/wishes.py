"""Whom each side wishes to meet."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.common.refused import Refused
from marketplace.programme import states
from marketplace.programme.events.queries import CHANGES, WISHES, known_to
from marketplace.programme.models import Event, Exhibitor, Guest, Wish
from marketplace.programme.services.events import locked

MOST = 30  # of one side: who wishes everybody wishes nobody


def choose(*, side: Exhibitor | Guest, shown: Collection[int], wanted: Collection[int]) -> int:
    """Of those on the page (`shown`: ids of the other side) these are `wanted`, the rest not; others stay as they are.

    Side effects: Wish rows. Returns how many wishes this side has. Raises Refused where there are too many, the event
    takes no wishes now, or the side does not come.
    """
    with transaction.atomic():
        event = locked(side.event)
        check_open(event, side)
        mine, other = _fields(side)
        there = _others(side).filter(pk__in=shown).values_list("pk", flat=True)
        wanted = set(there) & set(wanted)
        rows = Wish.objects.filter(**{mine: side}, by=mine)
        rows.filter(**{f"{other}__in": set(there) - wanted}).delete()
        has = set(rows.values_list(f"{other}_id", flat=True))
        if len(has | wanted) > MOST:
            raise Refused(_("At most %(most)s wishes, so that they count. Take one back first."), most=MOST)
        new = [Wish(**{mine: side, f"{other}_id": pk, "by": mine}) for pk in sorted(wanted - has)]
        Wish.objects.bulk_create(new, ignore_conflicts=True)
        return len(has | wanted)


def check_open(event: Event, side: Exhibitor | Guest) -> None:
    """Raises Refused."""
    if side.declined_at is not None:
        raise Refused(_("You said that you do not come. Accept the invitation first."))
    if event.state == states.PLANNED:
        raise Refused(_("Wishes can be chosen once the office opens the event."))
    if event.state not in CHANGES:
        raise Refused(_("The event is over or was cancelled: nothing can be chosen any more."))
    if event.state not in WISHES:
        raise Refused(_("The event is running: ask at the information desk for further meetings."))


def _fields(side: Exhibitor | Guest) -> tuple[str, str]:
    if isinstance(side, Exhibitor):
        return Wish.EXHIBITOR, Wish.GUEST
    return Wish.GUEST, Wish.EXHIBITOR


def _others(side: Exhibitor | Guest) -> QuerySet[Any]:
    if isinstance(side, Exhibitor):
        return known_to(side.event.guests.filter(declined_at=None), [side])
    return side.event.exhibitors.filter(declined_at=None)

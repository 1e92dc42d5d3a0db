"""The office stops all sales of a pesantren, and lets it sell again (decision 0038).

Suspension is a fact of the pesantren: its listings keep their own state and are only hidden (`Product.is_held`), so
that they come back as they were. The database holds whatever else would show one meanwhile (migration catalogue 0041).
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from catalogue import standing_mails as mails
from catalogue import states
from catalogue.models import Product
from catalogue.permits.queries import missing_of
from catalogue.permits.services import stop_what_lacks
from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.pesantren.models import Member, Partner, StockRecord

SELLS, SUSPENDED = "sells", "suspended"


class StandingError(Exception):
    """A step that is refused. `code`: "already" (somebody was first, or it never sold here), "own" (who works for a
    pesantren does not decide on it)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def suspend(*, partner: Partner, actor: Actor, why: str) -> int:
    """Nothing new is ordered from it; what was ordered goes on, what is owed stays owed, its people still sign in.

    Returns how many listings are hidden by it. Raises StandingError. Locks its stock, then its listings, then its own
    row (fulfilment/LOCKS.md): an order that is being placed is placed before it, or refused after it.
    Side effects: the pesantren's facts with a history row, listings are hidden, one mail to each member.
    """
    with transaction.atomic():
        list(_locking(StockRecord.objects.filter(partner=partner)))
        list(_locking(Product.objects.filter(partner=partner, is_public=True)))
        locked = _decide(partner, actor, is_suspended=False)
        moved = {"suspended_at": timezone.now(), "suspended_why": why[:300]}
        _set(partner, locked, SELLS, SUSPENDED, actor, why, moved)
        hidden = Product.objects.filter(partner=partner, is_public=True).update(is_public=False, is_held=True)
        mails.suspended(partner)
    return hidden


def lift(*, partner: Partner, actor: Actor, why: str = "") -> int:
    """It sells again. Returns how many listings are shown again: those that were on sale and lack nothing now.

    Raises StandingError. Side effects: as suspend.
    """
    with transaction.atomic():
        held = list(_locking(Product.objects.filter(partner=partner, is_held=True)))
        locked = _decide(partner, actor, is_suspended=True)
        _set(partner, locked, SUSPENDED, SELLS, actor, why, {"suspended_at": None, "suspended_why": ""})
        Product.objects.filter(partner=partner, is_held=True).update(is_held=False)
        stop_what_lacks(products=held, actor=actor)
        back = _show_again(held)
        mails.lifted(partner, back)
    return back


def _locking(rows: Any) -> Any:
    return rows.select_for_update(of=("self",), no_key=True).order_by("pk")


def _decide(partner: Partner, actor: Actor, *, is_suspended: bool) -> Partner:
    """The pesantren's row, locked. Raises StandingError."""
    locked = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
    if not locked.sells or (locked.suspended_at is not None) != is_suspended:
        raise StandingError("already")
    if actor.id and Member.objects.filter(partner=partner, user=actor.id).exists():
        raise StandingError("own")
    return locked


def _set(
    partner: Partner, locked: Partner, before: str, after: str, actor: Actor, why: str, values: dict[str, Any]
) -> None:
    Partner.objects.filter(pk=locked.pk).update(**values)
    for name, value in values.items():
        setattr(partner, name, value)
    record(partner, before, after, actor=actor, why=why)


def _show_again(held: list[Product]) -> int:
    """Those that were on sale and lack nothing."""
    lacks = missing_of(held)
    fine = [one.pk for one in held if not lacks[one.pk]]
    return Product.objects.filter(pk__in=fine, state=states.ON_SALE, claims_open=False).update(is_public=True)

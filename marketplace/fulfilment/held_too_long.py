"""Buyers' money that waits for long: the office is warned, then has to decide (design/payments.md, 2: escrow)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from marketplace.common.access import OFFICE, is_staff
from marketplace.fulfilment import queries, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.payments import states as due_states
from marketplace.payments.models import HeldReview
from marketplace.reference import working_days

HOLDING = (states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED)
LONGEST_DAYS = 60  # the office may keep it for so long at a time


def long_held(user: Any) -> QuerySet[Fulfilment]:
    """Parts whose money was paid HELD_WARN_DAYS ago or longer and is still held; oldest first; for the office.

    `since`: when the first of the order's dues was settled; money on tempo is not here yet. `kept_until`: the
    office's last decision. A part whose milestone has passed holds nothing any more.
    """
    if not is_staff(user, OFFICE):
        return Fulfilment.objects.none()
    return _waiting(settings.HELD_WARN_DAYS, queries.for_staff(user))


def to_decide(user: Any) -> QuerySet[Fulfilment]:
    """Of these: held for HELD_DECIDE_DAYS or longer, and nobody decided to keep it until today or later."""
    if not is_staff(user, OFFICE):
        return Fulfilment.objects.none()
    found = _waiting(settings.HELD_DECIDE_DAYS, queries.for_staff(user))
    return found.filter(Q(kept_until=None) | Q(kept_until__lt=working_days.today()))


def crossed(days: int) -> QuerySet[Fulfilment]:
    """Parts held for `days` or longer, for the timetable."""
    return _waiting(
        days, Fulfilment.objects.select_related("partner__regency", "order").prefetch_related("lines__line")
    )


def _waiting(days: int, parts: QuerySet[Fulfilment]) -> QuerySet[Fulfilment]:
    paid = Q(order__dues__state=due_states.SETTLED, order__dues__terms_days=0)
    last = HeldReview.objects.filter(order=OuterRef("order"), partner=OuterRef("partner")).order_by("-pk")
    found = parts.filter(state__in=HOLDING, released_at=None).annotate(
        since=Min("order__dues__settled_at", filter=paid),
        kept_until=Subquery(last.values("keep_until")[:1]),
    )
    return found.filter(since__lte=timezone.now() - timedelta(days=days)).order_by(F("since"), "pk")


@dataclass(frozen=True)
class Row:
    """One part as the list shows it."""

    part: Fulfilment
    days: int
    amount: Money
    kept_until: date | None
    must_decide: bool


def row(part: Any) -> Row:
    """`part` comes from long_held()."""
    days = (timezone.now() - part.since).days
    kept = part.kept_until if part.kept_until and part.kept_until >= working_days.today() else None
    due = days >= settings.HELD_DECIDE_DAYS and kept is None
    return Row(part, days, part.goods + part.fee, kept, due)

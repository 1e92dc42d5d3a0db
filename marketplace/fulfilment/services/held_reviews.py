"""The office decides about money that is held for long."""

from datetime import date, timedelta

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment.held_too_long import HOLDING, LONGEST_DAYS
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments.models import HeldReview
from marketplace.reference import working_days


class NotHeld(Exception):
    """Nothing of this part is held any more."""


class BadDay(ValueError):
    """The day lies in the past or too far ahead."""


@transaction.atomic
def keep_held(*, fulfilment: Fulfilment, until: date, why: str, actor: Actor) -> HeldReview:
    """Keep this part's money until `until`, with the reason. Moves nothing; the next decision is due after that day.

    Side effects: one HeldReview, one history row of the part. Raises BadDay, NotHeld, ValueError without a person.
    """
    today = working_days.today()
    if not today < until <= today + timedelta(days=LONGEST_DAYS):
        raise BadDay(str(until))
    if actor.id is None:
        raise ValueError("A person decides this.")
    part = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if part.state not in HOLDING or part.released_at:
        raise NotHeld(part.number)
    review = HeldReview.objects.create(
        order_id=part.order_id, partner_id=part.partner_id, keep_until=until, why=why, decided_by_id=actor.id
    )
    machine.record(review, "", "kept", actor=actor, why=f"{until}: {why}")
    return review

"""Background work of sourcing: tells whom a demand fits, and ends what is over. The rows say what is still to do."""

from celery import shared_task
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.common.sweeping import each
from marketplace.reference.working_days import today
from marketplace.sourcing import queries
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services import awarding, contracts, inviting, quotes
from marketplace.sourcing.services import demand as services

BATCH = 200


@shared_task(name="sourcing.match")
def match(demand_id: int) -> None:
    """Tell the pesantren that a demand fits. Safe to run twice: whoever was told is not told again."""
    found = Demand.objects.filter(pk=demand_id).first()
    if found:
        inviting.invite(demand=found)


@shared_task(name="sourcing.sweep")
def sweep() -> None:
    """Match what was opened and not matched (the task was lost), tell of what ends soon, and end what is over."""
    now, day = timezone.now(), today()
    each(queries.demands_to_match()[:BATCH], lambda one: inviting.invite(demand=one))
    each(queries.quotes_past_end(now)[:BATCH], lambda one: quotes.expire(quote=one, now=now, actor=SYSTEM))
    each(queries.quotes_ending(now)[:BATCH], lambda one: quotes.remind(quote=one, now=now))
    over = queries.demands_past_end(now)[:BATCH]
    each(over, lambda one: services.expire(demand=one, now=now, actor=SYSTEM))
    ended = queries.contracts_past_end(day)[:BATCH]
    each(ended, lambda one: contracts.complete(contract=one, actor=SYSTEM))
    changes = queries.amendments_past_end(day)[:BATCH]
    each(changes, lambda one: awarding.end_amendment(amendment=one, side="", why="", actor=SYSTEM))

"""Background work of sourcing: tells whom a demand fits, and ends what is over. The rows say what is still to do."""

from celery import shared_task
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.reference.working_days import today
from marketplace.sourcing import queries
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services import contracts, inviting, quotes
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
    for demand in queries.demands_to_match()[:BATCH]:
        inviting.invite(demand=demand)
    now = timezone.now()
    for quote in queries.quotes_past_end(now)[:BATCH]:
        quotes.expire(quote=quote, now=now, actor=SYSTEM)
    for quote in queries.quotes_ending(now)[:BATCH]:
        quotes.remind(quote=quote, now=now)
    for demand in queries.demands_past_end(now)[:BATCH]:
        services.expire(demand=demand, now=now, actor=SYSTEM)
    for contract in queries.contracts_past_end(today())[:BATCH]:
        contracts.complete(contract=contract, actor=SYSTEM)

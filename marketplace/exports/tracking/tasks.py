"""Background work of the export desk's tracking: what is due stands in the rows; each task is safe to run twice."""

from celery import shared_task
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.common.sweeping import each
from marketplace.exports import states
from marketplace.exports.models import Consignment
from marketplace.exports.services import looking, parts
from marketplace.exports.tracking import queries as tracking


@shared_task(name="exports.look")
def look() -> None:
    """Alerts of all open consignments, in a random order: a sweep that runs out of time starts elsewhere next time."""
    now = timezone.now()
    ended = Consignment.objects.filter(state__in=states.ENDED, alerts__ended_at=None, alerts__isnull=False)
    for some in (tracking.open_ones().order_by("?"), ended.order_by().distinct()):
        keys = list(some.values_list("pk", flat=True))  # numbers alone: each row is read when its turn comes
        each(keys, lambda key: looking.look(key=key, now=now))


@shared_task(name="exports.follow_parts")
def follow_parts() -> None:
    """Parts that did not follow their consignment yet (a balance was paid meanwhile), and what is signed for by now."""
    moving = tracking.open_ones().filter(state__in=states.UNDER_WAY)
    each(moving, lambda one: parts.follow(consignment=one, actor=SYSTEM))


@shared_task(name="exports.follow_order")
def follow_order(order_id: int) -> None:
    """An order has ended: the consignments with its goods may be closed."""
    found = tracking.open_ones().filter(lines__part__fulfilment__order_id=order_id).distinct()
    each(found, lambda one: parts.follow(consignment=one, actor=SYSTEM))

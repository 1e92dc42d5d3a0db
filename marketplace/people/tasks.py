"""Background work about people's own data. What is due stands in the database; the sweep finds it."""

import logging

from celery import shared_task
from django.utils import timezone

from marketplace.common import personal
from marketplace.people import data_services, states
from marketplace.people.models import DataRequest

log = logging.getLogger(__name__)


@shared_task(name="people.prepare_copy")
def prepare_copy(request_id: int) -> None:
    """Write one copy, if it is still asked for."""
    request = DataRequest.objects.filter(pk=request_id, kind=DataRequest.COPY, state=states.ASKED).first()
    if request:
        data_services.prepare_copy(request=request)


@shared_task(name="people.sweep_data")
def sweep_data() -> None:
    """Copies the broker forgot, and accounts whose time to think again is over; one that fails is logged."""
    due = DataRequest.objects.filter(state=states.ASKED, due_at__lte=timezone.now()).select_related("user")
    for request in due.order_by("due_at", "pk")[:50]:
        work = data_services.prepare_copy if request.kind == DataRequest.COPY else data_services.erase
        try:
            work(request=request)
        except Exception:  # people must not wait for somebody else's fault
            log.exception("Data request %s failed", request.pk)


@shared_task(name="people.retain")
def retain() -> None:
    """End what was kept long enough, in every room; one room that fails does not hold up the others."""
    now = timezone.now()
    for holding in personal.holdings():
        try:
            ended = holding.purge(now)
        except Exception:  # each room is on its own, and the log says which failed
            log.exception("Retention of %s failed", holding.code)
        else:
            if ended:
                log.info("Retention: %s rows of %s ended", ended, holding.code)
    data_services.warn_idle(now=now)
    data_services.end_idle(now=now)

"""Background work of events. What is due stands in the database; each is safe to run twice."""

from celery import shared_task

from marketplace.common.sweeping import each
from marketplace.programme import states
from marketplace.programme.models import EventCatalogue, Scheduling
from marketplace.programme.services import catalogues, schedules


@shared_task(name="programme.make_schedule")
def make_schedule(pk: int) -> None:
    if row := Scheduling.objects.filter(pk=pk).select_related("event", "by").first():
        schedules.make(row=row)


@shared_task(name="programme.make_catalogue")
def make_catalogue(pk: int) -> None:
    rows = EventCatalogue.objects.select_related("event__province", "event__regency")
    if row := rows.filter(pk=pk).first():
        catalogues.make(row=row)


@shared_task(name="programme.sweep_events")
def sweep_events() -> None:
    """Schedules and catalogues whose task was lost, or whose worker died."""
    for model, work in ((Scheduling, make_schedule), (EventCatalogue, make_catalogue)):
        waiting = model.objects.filter(state__in=states.UNDER_WAY).order_by("pk")
        each(list(waiting.values_list("pk", flat=True)), work)

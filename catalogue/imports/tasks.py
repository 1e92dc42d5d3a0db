"""Background work with files of listings. The state in the database is the queue; the sweep finds what was lost."""

from time import monotonic

from celery import shared_task

from catalogue.imports import services, states
from catalogue.imports.models import ListingImport
from marketplace.common.queue import enqueue
from marketplace.common.sweeping import SECONDS, each


@shared_task(name="imports.go_on")
def go_on(import_id: int) -> None:
    """Read, check or take over, whatever is next; what is left when the time is over is the next task's."""
    until = monotonic() + SECONDS
    run = ListingImport.objects.select_related("partner").filter(pk=import_id).first()
    if run and run.state == states.UPLOADED:
        services.read_file(run)
        run.refresh_from_db()
    if run is None or run.state not in {states.CHECKING, states.TAKING}:
        return
    work = services.check_on if run.state == states.CHECKING else services.take_on
    if not work(run, until=until):
        enqueue("imports.go_on", run.pk)


@shared_task(name="imports.sweep")
def sweep() -> None:
    """Files whose task was lost or stopped halfway, the oldest first; one that fails does not hold up the others."""
    running = ListingImport.objects.filter(state__in=states.RUNNING).order_by("uploaded_at", "pk")
    each(list(running.values_list("pk", flat=True)[:20]), go_on)

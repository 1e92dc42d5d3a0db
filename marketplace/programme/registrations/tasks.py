"""Background work of the programme. The state in the database is the queue; the sweeps find what was lost."""

from time import monotonic

from celery import shared_task

from marketplace.common import sweeping
from marketplace.common.queue import enqueue
from marketplace.programme import states
from marketplace.programme.models import RegistrationFile
from marketplace.programme.services import linking, registration_files

SECONDS = 100  # of one task; one that takes 300 is killed (celery_settings.py)


@shared_task(name="programme.read_registrations")
def read_registrations(file_id: int) -> None:
    """Read a workbook, or write its rows, whatever is next; what is left when the time is over is the next task's."""
    run = RegistrationFile.objects.filter(pk=file_id).first()
    if run and run.state == states.WAITING:
        registration_files.read_file(run)
    if run is None or run.state != states.WORKING:
        return
    if not registration_files.write_on(run, until=monotonic() + SECONDS):
        enqueue(registration_files.TASK, run.pk)


@shared_task(name="programme.sweep_registrations")
def sweep_registrations() -> None:
    """Workbooks whose task was lost or stopped halfway, the oldest first."""
    due = RegistrationFile.objects.filter(state__in=[states.WAITING, states.WORKING]).order_by(
        "created", "pk"
    )
    sweeping.each(due.values_list("pk", flat=True)[:20], read_registrations)


@shared_task(name="programme.link_partners")
def link_partners() -> None:
    """Participants that came to sell here since."""
    linking.link_partners()

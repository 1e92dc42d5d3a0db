"""Background work about pesantren: the weeks ahead, and help whose time is over. The rows say what is due."""

from celery import shared_task

from marketplace.pesantren import services
from marketplace.pesantren.services import mentors


@shared_task(name="pesantren.refresh_free")
def refresh_free() -> None:
    """What lists and search call free of goods made to order."""
    services.refresh_free()


@shared_task(name="pesantren.end_mentorships")
def end_mentorships() -> None:
    """Write the end of help whose time is over."""
    mentors.end_due()

"""The daily look at companies. The rows say what is due, so a day that was missed is made up for."""

from celery import shared_task

from offtakers import services


@shared_task(name="offtakers.daily")
def daily() -> None:
    """End verifications that are over, warn of those that end soon."""
    services.end_what_is_over()
    services.warn_before()

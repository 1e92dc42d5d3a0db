"""The daily look at permits. The rows say what is due, so a day that was missed is made up for."""

from celery import shared_task

from catalogue.permits import services


@shared_task(name="permits.daily")
def daily() -> None:
    """End what is over, stop what lacks a permit, warn of what ends soon."""
    services.end_what_is_over()
    services.stop_by_new_rules()
    services.warn_before()

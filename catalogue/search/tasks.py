"""Every night: certificates that ended, words for corrections and suggestions, counts that are too old."""

from celery import shared_task

from catalogue.search import services
from catalogue.services.views import purge_views


@shared_task(name="search.nightly")
def nightly() -> None:
    """Safe to run twice: each step looks at what stands in the database."""
    services.drop_expired_certificates()
    services.refresh_words()
    services.purge_missed()
    purge_views()

"""Nightly tidying."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from marketplace.common.models import Attempt


@shared_task(name="common.tidy")
def tidy() -> None:
    """Delete expired sessions and counted attempts whose window is over."""
    call_command("clearsessions")
    Attempt.objects.filter(window_ends__lt=timezone.now()).delete()

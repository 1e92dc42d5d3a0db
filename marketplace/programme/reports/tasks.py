"""Reports in the background; tasks.py imports this, so that Celery finds it."""

from celery import shared_task

from marketplace.common.sweeping import each
from marketplace.programme import states
from marketplace.programme.models import Report
from marketplace.programme.services import reports


@shared_task(name=reports.TASK)
def make_report(report_id: int) -> None:
    if report := Report.objects.filter(pk=report_id).select_related("province").first():
        reports.make(report=report)


@shared_task(name="programme.sweep_reports")
def sweep_reports() -> None:
    """Reports whose task was lost, or whose worker died."""
    waiting = Report.objects.filter(state__in=[states.WAITING, states.WORKING]).order_by("pk")
    each(list(waiting.values_list("pk", flat=True)), make_report)

"""Background work about promises; safe to run twice."""

from celery import shared_task

from marketplace.programme.services import reminders


@shared_task(name="programme.remind_commitments")
def remind_commitments() -> int:
    """Each working day in the morning; what was asked once is not asked again."""
    return reminders.remind_all()

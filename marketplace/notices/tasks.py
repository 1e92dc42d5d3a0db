"""Background work of the outbox."""

from celery import shared_task

from marketplace.notices import services


@shared_task(name="notices.deliver")
def deliver(mail_id: int) -> None:
    services.deliver(mail_id)


@shared_task(name="notices.sweep")
def sweep() -> None:
    services.sweep()

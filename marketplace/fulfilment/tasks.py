"""Background work: what is due stands in the database, each task finds it, takes it once, and is safe to run twice."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from marketplace.fulfilment import mails, queries, services
from marketplace.fulfilment.audit import audit as find_faults
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments import mails as payment_mails
from marketplace.payments.models import Due

log = logging.getLogger(__name__)
MOST = 500


def _each(rows: Iterable[Any], work: Callable[[Any], object]) -> None:
    """Do the work for each row; one that fails is logged and must not hold up the others."""
    for row in rows:
        try:
            work(row)
        except Exception:
            log.exception("Timetable: %s failed for %r", work, row)


@shared_task(name="fulfilment.expire_unpaid")
def expire_unpaid() -> None:
    _each(queries.dues_past_deadline()[:MOST], lambda due: services.expire(due=due))


@shared_task(name="fulfilment.remind_unpaid")
def remind_unpaid() -> None:
    @transaction.atomic  # the mark and the mail together, or neither
    def remind(due: Due) -> None:
        if queries.dues_to_remind().filter(pk=due.pk).update(reminded_at=timezone.now()):
            payment_mails.payment_reminder(due)

    _each(queries.dues_to_remind().select_related("order__user")[:MOST], remind)


@shared_task(name="fulfilment.remind_offers")
def remind_offers() -> None:
    """Remind pesantren that have not answered; later put the part into the office's queue."""

    @transaction.atomic
    def remind(part: Fulfilment) -> None:
        if queries.offers_to_remind().filter(pk=part.pk).update(reminded_at=timezone.now()):
            mails.to_members(part, "part_offered_reminder")

    def escalate(part: Fulfilment) -> None:
        queries.offers_to_escalate().filter(pk=part.pk).update(escalated_at=timezone.now())

    _each(queries.offers_to_remind().select_related("partner", "order")[:MOST], remind)
    _each(queries.offers_to_escalate()[:MOST], escalate)


@shared_task(name="fulfilment.close_claims")
def close_claims() -> None:
    _each(queries.claims_over()[:MOST], lambda part: services.close_claim(fulfilment=part))


@shared_task(name="fulfilment.audit")
def audit() -> None:
    """Nightly: whatever does not agree is logged as an error, for the operator's alarm."""
    for fault in find_faults():
        log.error("audit: %s", fault)

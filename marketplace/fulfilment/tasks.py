"""Background work: what is due stands in the database, each task finds it, takes it once, and is safe to run twice."""

import logging

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.common.sweeping import each
from marketplace.fulfilment import held_too_long, mails, overseas, queries, services
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments import letters
from marketplace.payments import mails as payment_mails
from marketplace.payments import queries as payment_queries
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, LetterOfCredit
from marketplace.reference import working_days

log = logging.getLogger(__name__)
MOST = 500
DAYTIME = (5, 21)  # hours in West Java
MOST_LATE = 5000  # one sweep can end what a busy day leaves; each order in a transaction of its own


@shared_task(name="fulfilment.expire_unpaid")
def expire_unpaid() -> None:
    """End what nobody paid in time. Two sweeps at once share the work: each skips what the other holds."""
    each(queries.dues_past_deadline().only("pk")[:MOST_LATE], lambda due: services.expire(due=due))


@shared_task(name="fulfilment.remind_unpaid")
def remind_unpaid() -> None:
    @transaction.atomic  # the mark and the mail together, or neither
    def remind(due: Due) -> None:
        if queries.dues_to_remind().filter(pk=due.pk).update(reminded_at=timezone.now()):
            payment_mails.payment_reminder(due)

    each(queries.dues_to_remind().select_related("order__user")[:MOST], remind)


@shared_task(name="fulfilment.remind_bills")
def remind_bills() -> None:
    """Remind companies on tempo, by day only: nobody is written to at night."""
    if not DAYTIME[0] <= timezone.localtime(timezone=working_days.JAKARTA).hour < DAYTIME[1]:
        return

    @transaction.atomic  # the mark and the mail together, or neither
    def remind(due: Due) -> None:
        locked = Due.objects.select_for_update(of=("self",), no_key=True).get(pk=due.pk)
        stage = queries.bill_stage(locked) if queries.bills_to_remind().filter(pk=due.pk).exists() else None
        if stage is not None:
            Due.objects.filter(pk=due.pk).update(reminded_for=stage)
            mails.bill_reminder(locked, stage)

    waiting = [due for due in queries.bills_to_remind() if queries.bill_stage(due) is not None]
    each(waiting[:MOST], remind)


@shared_task(name="fulfilment.remind_balances")
def remind_balances() -> None:
    """Remind buyers of the later steps of a payment schedule, by day only."""
    if not DAYTIME[0] <= timezone.localtime(timezone=working_days.JAKARTA).hour < DAYTIME[1]:
        return

    @transaction.atomic  # the mark and the mail together, or neither
    def remind(due: Due) -> None:
        locked = Due.objects.select_for_update(of=("self",), no_key=True).get(pk=due.pk)
        stage = overseas.balance_stage(locked)
        if stage is not None and locked.state == due_states.OPEN:
            Due.objects.filter(pk=due.pk).update(reminded_for=stage)
            mails.balance_reminder(locked, stage)

    waiting = [due for due in overseas.balances_to_remind() if overseas.balance_stage(due) is not None]
    each(waiting[:MOST], remind)


@shared_task(name="fulfilment.remind_letters")
def remind_letters() -> None:
    """Remind the office of what letters of credit ask for next. A mail is written once: running twice is safe."""
    found = LetterOfCredit.objects.filter(state__in=letters.OPEN).select_related("due__order").order_by("pk")
    people = list(payment_queries.office_people())

    def remind(row: tuple[LetterOfCredit, letters.Next | None]) -> None:
        letter, step = row
        stage = letters.stage(step) if step else None
        if step and stage is not None:
            for person in people:
                mails.letter_reminder(letter, step, stage, person)

    each(overseas.next_steps(list(found)), remind)


@shared_task(name="fulfilment.remind_offers")
def remind_offers() -> None:
    """Remind pesantren that have not answered; later put the part into the office's queue."""

    @transaction.atomic
    def remind(part: Fulfilment) -> None:
        if queries.offers_to_remind().filter(pk=part.pk).update(reminded_at=timezone.now()):
            mails.to_members(part, "part_offered_reminder")

    def escalate(part: Fulfilment) -> None:
        queries.offers_to_escalate().filter(pk=part.pk).update(escalated_at=timezone.now())

    each(queries.offers_to_remind().select_related("partner", "order")[:MOST], remind)
    each(queries.offers_to_escalate()[:MOST], escalate)


@shared_task(name="fulfilment.close_claims")
def close_claims() -> None:
    each(queries.claims_over()[:MOST], lambda part: services.close_claim(fulfilment=part))


@shared_task(name="fulfilment.end_exporters")
def end_exporters() -> None:
    found = queries.exporters_left_alone().select_related("order")[:MOST]
    each(found, lambda part: services.end_exporter(order=part.order))


@shared_task(name="fulfilment.warn_of_long_held")
def warn_of_long_held() -> None:
    """Daily: tell the office of money held for long, once at each limit. A mail is written once: safe to run twice."""
    people = list(payment_queries.office_people())

    def warn(row: tuple[Fulfilment, int]) -> None:
        for person in people:
            mails.held_for_long(row[0], row[1], person)

    decide = {part.pk for part in held_too_long.crossed(settings.HELD_DECIDE_DAYS)[:MOST]}
    parts = held_too_long.crossed(settings.HELD_WARN_DAYS)[:MOST]
    limits = (settings.HELD_WARN_DAYS, settings.HELD_DECIDE_DAYS)
    each([(part, limits[part.pk in decide]) for part in parts], warn)


@shared_task(name="fulfilment.audit")
def audit() -> None:
    """Nightly: what does not agree is kept for the office's page, logged as errors, and mailed to the office."""
    run = services.look_at_books()
    for fault in run.faults:
        log.error("audit: %s", fault)
    if run.found:
        for person in payment_queries.office_people():
            mails.audit_differs(person, run)

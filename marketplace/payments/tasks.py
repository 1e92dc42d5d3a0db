"""Background work with money: statements are read, the office is reminded. What is due stands in the database."""

from celery import shared_task

from marketplace.common.actor import SYSTEM
from marketplace.common.sweeping import each
from marketplace.payments import mails, payout_days, queries, services, states
from marketplace.payments.gateway import client
from marketplace.payments.models import Statement
from marketplace.payments.services import card_news, events, online, payout_accounts, payouts, provider_lines
from marketplace.reference import working_days


@shared_task(name="payments.read_statement")
def read_statement(statement_id: int) -> None:
    if statement := Statement.objects.filter(pk=statement_id, state=states.READING).first():
        services.read_on(statement)


@shared_task(name="payments.read_statements")
def read_statements() -> None:
    """Statements whose task was lost or stopped halfway."""
    reading = Statement.objects.filter(state=states.READING).order_by("pk")
    each(list(reading.values_list("pk", flat=True)), read_statement)


@shared_task(name="payments.remind_unmatched")
def remind_unmatched() -> None:
    """Once a day, while money lies unmatched for more than two working days."""
    today = working_days.today()
    if old := queries.unmatched_too_long(today):
        for person in queries.office_people():
            mails.unmatched(person, old, day=today)


@shared_task(name="payments.handle_event")
def handle_event(event_id: str) -> None:
    """News from the card provider (services/events.py)."""
    events.handle(event_id)


@shared_task(name="payments.handle_events")
def handle_events() -> None:
    """News whose task was lost."""
    events.handle_waiting()


@shared_task(name="payments.follow_attempts")
def follow_attempts() -> None:
    """Card payments of which no news came, and pages that nobody needs any more."""
    if client.configured():
        online.follow_all()


@shared_task(name="payments.send_refund")
def send_refund(refund_id: int) -> None:
    """Back to the card (services/card_news.py)."""
    card_news.send_refund(refund_id)


@shared_task(name="payments.send_refunds")
def send_refunds() -> None:
    """Refunds whose task was lost, and those on their way of which no news came."""
    card_news.send_refunds()


@shared_task(name="payments.read_provider_lines")
def read_provider_lines() -> None:
    """The card provider's own account statement, and disputes, before the nightly audit looks at them."""
    if client.configured():
        provider_lines.read()
        card_news.follow_disputes()


@shared_task(name="payments.start_accounts")
def start_accounts() -> None:
    """Bank accounts of pesantren whose wait is over."""
    payout_accounts.start_due()


@shared_task(name="payments.draft_payouts")
def draft_payouts() -> None:
    """On payout days: a draft of what pesantren are owed. People look at it, and only people send it."""
    if payout_days.is_payout_day(working_days.today()):
        payouts.draft(actor=SYSTEM)

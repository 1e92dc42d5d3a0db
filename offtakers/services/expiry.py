"""The office's word on a company has a last day: warned of before, ended after."""

from datetime import timedelta

from django.db import transaction

from marketplace.common.actor import SYSTEM
from marketplace.common.states import IllegalMove
from marketplace.reference.working_days import today
from offtakers import signals, states
from offtakers.models import Company
from offtakers.services.companies import send_renewal_on

WARN_DAYS = (60, 30, 7)
BATCH = 500


def end_what_is_over() -> int:
    """Companies whose last day was yesterday or before are verified no longer. Safe to run twice.

    A newer proof that waits for the office goes on waiting, as one sent again would.
    Returns how many ended. Side effects: states with history, signal (a mail to the owners).
    """
    over = Company.objects.filter(state=states.VERIFIED, verified_until__lt=today()).order_by("pk")
    ended = 0
    for company in over[:BATCH]:
        with transaction.atomic():
            try:
                states.COMPANY.move(company, states.EXPIRED, actor=SYSTEM)
            except IllegalMove:
                continue  # another worker was first, or it was suspended
            send_renewal_on(company)
            signals.ended.send(Company, company=company)
            ended += 1
    return ended


def warn_before() -> int:
    """Tell the owners 60, 30 and 7 days before the last day; only the nearest that is due, once each.

    Who has sent a newer proof is not reminded of it. Returns for how many companies it was due.
    Side effects: signals (mails).
    """
    last = today() + timedelta(days=WARN_DAYS[0])
    soon = Company.objects.filter(
        state=states.VERIFIED, renewal="", verified_until__range=(today(), last)
    ).order_by("pk")
    found = 0
    for company in soon.iterator(BATCH):
        left = company.days_left or 0
        stage = min(days for days in WARN_DAYS if left <= days)
        signals.ends_soon.send(Company, company=company, stage=stage, left=left)
        found += 1
    return found

"""What card payments brought to the provider, what it kept of them, and what it paid out to our bank."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import states
from marketplace.payments.models import Attempt, BalanceLine, Receipt
from marketplace.payments.provider_check import own_fee


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    for attempt in Attempt.objects.exclude(paid_at=None).iterator():
        books[Kind.PROVIDER, "", attempt.currency] += attempt.amount
        if attempt.fee:
            books[Kind.PROVIDER, "", attempt.settled_currency] -= attempt.fee
            books[Kind.FEES, "", attempt.settled_currency] += attempt.fee
    for line in BalanceLine.objects.iterator():
        if fee := own_fee(line):
            books[Kind.PROVIDER, "", fee.currency] -= fee.minor
            books[Kind.FEES, "", fee.currency] += fee.minor
    for receipt in Receipt.objects.filter(state=states.FROM_PROVIDER).iterator():
        books[Kind.PROVIDER, "", receipt.currency] -= receipt.amount

"""What card payments brought to the provider, and what it kept of them."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments.models import Attempt


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    for attempt in Attempt.objects.exclude(paid_at=None).iterator():
        books[Kind.PROVIDER, "", attempt.currency] += attempt.amount
        if attempt.fee:
            books[Kind.PROVIDER, "", attempt.settled_currency] -= attempt.fee
            books[Kind.FEES, "", attempt.settled_currency] += attempt.fee

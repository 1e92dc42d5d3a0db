"""Disputes: what the buyer's bank took stands under the dispute until it is decided."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import states
from marketplace.payments.models import Dispute


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    """Won: it came back. Lost: no state of ours yet, a person decides; until then it counts as open."""
    for dispute in Dispute.objects.filter(state=states.DISPUTED).iterator():
        books[Kind.DISPUTED, f"dispute/{dispute.provider_id}", dispute.currency] += dispute.amount
        books[Kind.PROVIDER, "", dispute.currency] -= dispute.amount

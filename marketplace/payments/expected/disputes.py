"""Disputes: what the buyer's bank took stands under the dispute until it is decided who bears it."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import states
from marketplace.payments.accounts import disputed_ref
from marketplace.payments.models import Dispute


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    """Won: it came back. Lost and decided: the operator bears `loss`, credit notes and refunds say the rest."""
    for dispute in Dispute.objects.exclude(state=states.WON).iterator():
        books[Kind.PROVIDER, "", dispute.currency] -= dispute.amount
        if dispute.state == states.DISPUTED:
            books[Kind.DISPUTED, disputed_ref(dispute), dispute.currency] += dispute.amount
        else:
            books[Kind.LOSS, "", dispute.currency] += dispute.loss

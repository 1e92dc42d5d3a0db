"""While a card's bank disputes a payment, that order's money stays where it is."""

from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.models import Attempt, Dispute


def is_disputed(attempt: Attempt | None) -> bool:
    """Whether a dispute about this card payment is open. One query, none without a payment."""
    return bool(attempt) and Dispute.objects.filter(attempt=attempt, state=states.DISPUTED).exists()


def is_frozen(order: Order) -> bool:
    """Whether a dispute about a payment of this order is open. One query."""
    return Dispute.objects.filter(attempt__due__order=order, state=states.DISPUTED).exists()

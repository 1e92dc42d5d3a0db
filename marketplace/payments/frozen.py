"""While a card's bank disputes a payment, that order's money stays where it is."""

from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.models import Dispute


def is_frozen(order: Order) -> bool:
    """Whether a dispute about a payment of this order is open. One query."""
    return Dispute.objects.filter(attempt__due__order=order, state=states.DISPUTED).exists()

"""Orders below move: the consignments that carry their goods follow in the background, once that is committed."""

from typing import Any

from django.dispatch import receiver

from marketplace.common.queue import enqueue
from marketplace.orders import signals
from marketplace.orders import states as order_states
from marketplace.orders.models import Order


@receiver(signals.moved)
def order_moved(order: Order, **kwargs: Any) -> None:
    if order.status == order_states.COMPLETED:
        enqueue("exports.follow_order", order.pk)

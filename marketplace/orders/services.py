"""Moving an order along. Called by fulfilment, the one place that knows when."""

from marketplace.common.actor import Actor
from marketplace.orders import signals
from marketplace.orders.models import Order
from marketplace.orders.states import ORDER


def move(*, order: Order, to: str, actor: Actor, why: str = "") -> None:
    """Move the order under lock. Side effects: one history row, signal. Raises IllegalMove."""
    ORDER.move(order, to, actor=actor, why=why)
    signals.moved.send(Order, order=order, actor=actor)

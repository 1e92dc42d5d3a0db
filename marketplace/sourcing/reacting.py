"""What sourcing does when something below it moves: shares of a call-off, and orders that end."""

from typing import Any

from django.dispatch import receiver

from marketplace.common.actor import Actor
from marketplace.orders import signals as order_signals
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.pooling import registry
from marketplace.pooling.models import Pool
from marketplace.sourcing import ppn, signals, states
from marketplace.sourcing.models import CallOff
from marketplace.sourcing.services import call_offs, composing


@registry.on_pool
def follow_pool(pool: Pool, actor: Actor) -> None:
    """A call-off is confirmed once all its shares are, and planned again when one falls away before it is ordered."""
    if not composing.is_of_call_off(pool):
        return
    call_off = CallOff.objects.filter(lines=int(pool.reference.removeprefix("C-"))).first()
    if call_off is None:
        return
    complete = composing.is_complete(call_off)
    if complete and call_off.state == states.PLANNED:
        call_offs.confirm(call_off=call_off, actor=actor)
    elif not complete and call_off.state == states.CONFIRMED:
        states.CALL_OFF.move(call_off, states.PLANNED, actor=actor, why=pool.reference)


@receiver(order_signals.moved)
def follow_order(order: Order, actor: Actor, **kwargs: Any) -> None:
    """A call-off ends with its order."""
    if order.status in {order_states.COMPLETED, order_states.CANCELLED}:
        call_offs.follow_order(order=order, actor=actor)


@receiver(signals.call_off_moved)
def state_ppn(call_off: CallOff, **kwargs: Any) -> None:
    """In the transaction that makes the order: its lines say whether they contain PPN."""
    if call_off.state == states.ORDERED:
        ppn.freeze(call_off)

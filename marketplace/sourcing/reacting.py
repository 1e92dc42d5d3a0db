"""What sourcing does when something below it moves: shares of a call-off, orders and their parts."""

from typing import Any

from django.dispatch import receiver

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import signals as part_signals
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders import signals as order_signals
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.pooling import registry
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Pool, Share
from marketplace.sourcing import ppn, signals, states
from marketplace.sourcing.models import CallOff
from marketplace.sourcing.services import call_offs, deliveries, sharing


@registry.on_pool
def follow_pool(pool: Pool, actor: Actor) -> None:
    """A call-off is confirmed once all its shares are, and planned again when one falls away before it is ordered."""
    call_off = sharing.of_pool(pool)
    if call_off is None:
        return
    complete = sharing.is_complete(call_off)
    if complete and call_off.state == states.PLANNED:
        call_offs.confirm(call_off=call_off, actor=actor)
    elif not complete and call_off.state == states.CONFIRMED:
        states.CALL_OFF.move(call_off, states.PLANNED, actor=actor, why=pool.reference)


@registry.on_share
def keep_ordered(share: Share, actor: Actor) -> None:
    """What is ordered is declined as a part of the order, with its money, never as a share. Raises IllegalMove."""
    if share.ended in (pool_states.DECLINED, pool_states.TAKEN_BACK):
        call_off = sharing.of_pool(share.pool)
        if call_off and call_off.order_id:
            raise IllegalMove(share, pool_states.COMMITTED, pool_states.RELEASED)


@receiver(order_signals.moved)
def follow_order(order: Order, actor: Actor, **kwargs: Any) -> None:
    """A call-off ends with its order."""
    if order.status in {order_states.COMPLETED, order_states.CANCELLED}:
        deliveries.follow(order=order, actor=actor)


@receiver(part_signals.part_changed)
def follow_part(part: Fulfilment, actor: Actor, **kwargs: Any) -> None:
    """Its shares end with it, and what does not come goes back to the contract."""
    deliveries.follow(order=part.order, actor=actor)


@receiver(signals.call_off_moved)
def state_ppn(call_off: CallOff, **kwargs: Any) -> None:
    """In the transaction that makes the order: its lines say whether they contain PPN."""
    if call_off.state == states.ORDERED:
        ppn.freeze(call_off)

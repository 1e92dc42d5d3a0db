"""The order follows its due and its fulfilments; nobody else moves it."""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.delivery import arrival
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders import services as orders
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.payments.models import Due
from marketplace.payments.registry import on_settled
from marketplace.reference import working_days


@on_settled
def clear_order(due: Due, actor: Actor) -> None:
    """What is due first is settled: the order is cleared and each pesantren is asked. In the settling transaction.

    An order on tempo was cleared when it was placed, one with a deposit when that was paid: its buyer is thanked
    for the rest, and nothing else happens.
    Side effects: those of offer_parts(), mails.
    """
    if due.is_on_tempo:
        mails.bill_paid(due)
        return
    if due.is_balance:
        mails.balance_paid(due)
        return
    offer_parts(order=due.order, actor=actor, why=due.reference)
    mails.order_cleared(due.order)


def offer_parts(*, order: Order, actor: Actor, why: str, due: Due | None = None) -> None:
    """The order is cleared and each pesantren is asked for its part; told of the `due` if that is on tempo.

    Side effects: order and fulfilments move, promised dates are counted again from now (a contract's stand), mails to
    members.
    """
    for fulfilment in order.fulfilments.select_related("partner", "order").order_by("pk"):
        _offer(fulfilment, actor, due)
    orders.move(order=order, to=order_states.CLEARED, actor=actor, why=why)


def _offer(fulfilment: Fulfilment, actor: Actor, due: Due | None) -> None:
    now = timezone.now()
    dates = _dates(fulfilment, now)
    states.FULFILMENT.move(fulfilment, states.OFFERED, actor=actor, offered_at=now, **dates)
    mails.to_members(fulfilment, "part_offered", due=due)


def _dates(fulfilment: Fulfilment, now: datetime) -> dict[str, Any]:
    """What is promised from now on. The days of a contract's delivery stand; one that is over already becomes the
    soonest day."""
    partner = fulfilment.partner
    start = working_days.counted_from(now, partner.cut_off_hour)
    closures = list(partner.closures.values_list("first", "last"))
    ready = working_days.after(start, fulfilment.lead_days, closures)
    made_by = fulfilment.lines.aggregate(last=Max("line__made_by"))[
        "last"
    ]  # its weeks stay those held at placing
    ready = max(ready, made_by or ready)
    if fulfilment.order.is_contracted:
        ready = max(ready, fulfilment.ready_on or ready)
        first, last = fulfilment.arrives_from or ready, fulfilment.arrives_to or ready
        return {"ready_on": ready, "arrives_from": max(ready, first), "arrives_to": max(ready, last)}
    return {
        "ready_on": ready,
        "arrives_from": arrival(ready, fulfilment.road_least, sundays=fulfilment.road_sundays),
        "arrives_to": arrival(ready, fulfilment.road_most, sundays=fulfilment.road_sundays),
    }


def derived(order: Order) -> str:
    """The status an order must have, from its dues and fulfilments (`audit` compares)."""
    parts = {part.state for part in order.fulfilments.all()}  # prefetched where many orders are looked at
    if parts == {states.WAITING}:
        return order_states.PLACED
    if parts <= {states.CANCELLED, states.DECLINED}:
        return order_states.CANCELLED
    if parts <= states.ENDED:
        return order_states.COMPLETED
    if parts <= {states.OFFERED, states.DECLINED}:
        return order_states.CLEARED
    return order_states.IN_FULFILMENT


def follow(order: Order) -> None:
    """Bring the order to where its parts say it is. Call after each move of a part, in its transaction.

    Side effects: the order's row is locked, so two parts that end at once cannot both miss the last step.
    """
    locked = Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    target = order.status = derived(locked)  # the caller's copy goes into mails: it must not be stale
    if target == locked.status:
        return
    if target == order_states.COMPLETED and locked.status == order_states.CLEARED:
        orders.move(order=locked, to=order_states.IN_FULFILMENT, actor=SYSTEM)
    orders.move(order=locked, to=target, actor=SYSTEM)

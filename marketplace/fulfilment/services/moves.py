"""What a pesantren does with its part: accept or decline, pack, hand over, delivered."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.following import follow
from marketplace.payments import services as payments


@transaction.atomic
def accept(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """The pesantren will deliver. Side effects: history row, order follows, mail to the buyer. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.ACCEPTED, actor=actor)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_accepted")


@transaction.atomic
def decline(*, fulfilment: Fulfilment, actor: Actor, why: str) -> None:
    """The pesantren cannot deliver. Its part is refunded, goods and delivery; its stock is free again.

    Side effects: history row, stock, Refund and journal, the order follows, mails. Raises IllegalMove.
    """
    states.FULFILMENT.move(fulfilment, states.DECLINED, actor=actor, why=why)
    for part in fulfilment.lines.select_related("line__stockrecord").order_by("line__stockrecord_id"):
        part.line.cancel_allocation(part.quantity)
    payments.refund_part(
        order=fulfilment.order,
        partner_id=fulfilment.partner_id,
        goods=fulfilment.goods,
        delivery=fulfilment.fee,
        key=f"declined/{fulfilment.number}",
        reason="declined",
        actor=actor,
    )
    follow(fulfilment.order)
    mails.part(fulfilment, "part_declined", why=why)


@transaction.atomic
def pack(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """Everything is packed. Side effects: history row. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.PACKED, actor=actor)
    follow(fulfilment.order)


@transaction.atomic
def hand_over(*, fulfilment: Fulfilment, actor: Actor, carrier: str, tracking_number: str) -> None:
    """The goods left the pesantren (or wait to be picked up). Stock is consumed now.

    Side effects: history row, stock consumed, the order follows, mail to the buyer. Raises IllegalMove.
    """
    states.FULFILMENT.move(
        fulfilment,
        states.HANDED_OVER,
        actor=actor,
        why=" ".join(filter(None, [carrier, tracking_number])),
        carrier=carrier,
        tracking_number=tracking_number,
        handed_over_at=timezone.now(),
    )
    _consume_stock(fulfilment)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_handed_over")


def _consume_stock(fulfilment: Fulfilment) -> None:
    for part in fulfilment.lines.select_related("line__stockrecord").order_by("line__stockrecord_id"):
        part.line.consume_allocation(part.quantity)


@transaction.atomic
def deliver(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """The goods arrived, or the service was done. The buyer's claim clock starts (hours by commodity class).

    A service ships nothing: it may be delivered as soon as it was accepted.
    Side effects: history row, a service's stock consumed, the order follows, mail that asks the buyer to
    sign. Raises IllegalMove.
    """
    arrive(fulfilment, actor)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_delivered")


def arrive(fulfilment: Fulfilment, actor: Actor) -> None:
    """The move to delivered alone, for deliver() and sign(): no mail, the order does not follow yet."""
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if locked.state == states.ACCEPTED:
        if locked.ships:
            raise IllegalMove(locked, locked.state, states.DELIVERED)
        _consume_stock(locked)
    now = timezone.now()
    until = now + timedelta(hours=locked.claim_hours)
    states.FULFILMENT.move(fulfilment, states.DELIVERED, actor=actor, delivered_at=now, claim_until=until)

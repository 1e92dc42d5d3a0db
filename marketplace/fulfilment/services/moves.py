"""What a pesantren does with its part: accept or decline, pack, hand over, delivered."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import overseas, tempo
from marketplace.fulfilment.services.following import follow
from marketplace.fulfilment.services.release import release
from marketplace.payments import services as payments
from marketplace.payments.models import Due


@transaction.atomic
def accept(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """The pesantren will deliver. Side effects: history row, order follows, mail to the buyer. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.ACCEPTED, actor=actor)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_accepted")


@transaction.atomic
def decline(*, fulfilment: Fulfilment, actor: Actor, why: str) -> None:
    """The pesantren cannot deliver. Its part is refunded, goods and delivery; its stock is free again.

    On tempo and not paid yet, the company's bill gets smaller instead; of a balance not paid yet its share falls away.
    Side effects: history row, stock, Refund or Due and journal, the order follows, mails. Raises IllegalMove.
    """
    due = tempo.locked_due(fulfilment.order)
    balances = payments.lock_balances(fulfilment.order)
    states.FULFILMENT.move(fulfilment, states.DECLINED, actor=actor, why=why)
    for part in fulfilment.lines.select_related("line__stockrecord").order_by("line__stockrecord_id"):
        part.line.cancel_allocation(part.quantity)
    billed = not tempo.is_paid(due)
    goods, fee = fulfilment.goods, fulfilment.fee
    if balances:
        key, partner = f"declined/{fulfilment.number}", fulfilment.partner_id
        payments.drop_part(balances=balances, partner_id=partner, key=key, reason="declined", actor=actor)
    else:
        tempo.take_back(due=due, part=fulfilment, goods=goods, delivery=fee, reason="declined", actor=actor)
    tempo.recount(due)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_declined", why=why, due=due if billed else None)


@transaction.atomic
def pack(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """Everything is packed. Side effects: history row. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.PACKED, actor=actor)
    follow(fulfilment.order)


@transaction.atomic
def hand_over(*, fulfilment: Fulfilment, actor: Actor, carrier: str, tracking_number: str) -> None:
    """The goods left the pesantren (or wait to be picked up). Stock is consumed now.

    Side effects: history row, stock consumed, the order follows, mail to the buyer; where the order's terms say
    so, all of the part's money is released. Raises IllegalMove, overseas.NotPaid while a balance is open.
    """
    releases = fulfilment.release_on == states.ON_HAND_OVER
    due = tempo.locked_due(fulfilment.order) if releases else None  # before the part: LOCKS.md
    states.FULFILMENT.move(
        fulfilment,
        states.HANDED_OVER,
        actor=actor,
        why=" ".join(filter(None, [carrier, tracking_number])),
        carrier=carrier,
        tracking_number=tracking_number,
        handed_over_at=timezone.now(),
    )
    overseas.check_may_leave(fulfilment)
    _consume_stock(fulfilment)
    if releases:
        lines = fulfilment.lines.select_related("line__order", "fulfilment__order")
        release(part=fulfilment, taken={line: line.quantity for line in lines}, due=due)
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
    arrive(fulfilment, actor, tempo.locked_due(fulfilment.order))
    follow(fulfilment.order)
    mails.part(fulfilment, "part_delivered")


def arrive(fulfilment: Fulfilment, actor: Actor, due: Due | None) -> None:
    """The move to delivered alone, for deliver() and sign(): no mail, the order does not follow yet.

    `due` is that of an order on tempo, locked before: its last day to pay is counted again.
    """
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if locked.state == states.ACCEPTED:
        if locked.ships:
            raise IllegalMove(locked, locked.state, states.DELIVERED)
        overseas.check_may_leave(locked)  # a service is not done either before its balance is paid
        _consume_stock(locked)
    now = timezone.now()
    until = now + timedelta(hours=locked.claim_hours) if locked.release_on != states.ON_RECEIPT else None
    states.FULFILMENT.move(fulfilment, states.DELIVERED, actor=actor, delivered_at=now, claim_until=until)
    tempo.recount(due)

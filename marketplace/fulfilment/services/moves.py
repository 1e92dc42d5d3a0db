"""What a pesantren does with its part: accept or decline, pack, hand over, delivered."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, signals, states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services import exporter, lots, overseas, tempo
from marketplace.fulfilment.services.following import follow
from marketplace.fulfilment.services.release import release
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments.models import Due


@transaction.atomic
def accept(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """The pesantren will deliver. Side effects: history row, order follows, mail to the buyer. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.ACCEPTED, actor=actor)
    follow(fulfilment.order)
    mails.part(fulfilment, "part_accepted")


@transaction.atomic
def decline(*, fulfilment: Fulfilment, actor: Actor, why: str, gone: Collection[int] = ()) -> None:
    """The pesantren cannot deliver. Its part is refunded, goods and delivery; its stock is free again.

    Goods of lines in `gone` (FulfilmentLine ids) do not exist: they leave the stock count instead. On tempo and not
    paid yet, the company's bill gets smaller instead; of a balance not paid yet its share falls away. Of what an
    exporter sold the buyer gets the contract's price, and the exporter bears the difference; once none of its goods
    come, its own part ends too (end_exporter, by the timetable).
    Side effects: history row, stock, Refund or Due and journal, PriceDifference, the order follows, signal, mails.
    Raises IllegalMove.
    """
    due = _decline(fulfilment, actor, why, gone)
    mails.part(fulfilment, "part_declined", why=why, due=due)


@transaction.atomic
def end_exporter(*, order: Order) -> None:
    """None of the goods that an exporter sold come or were kept: what it adds to them ends too, if it has not begun.

    Called by the timetable; safe to run twice. Side effects: as decline(), without a mail.
    """
    if exporter.left_alone(order) is None:
        return
    payments.lock_balances(order)  # before the parts: LOCKS.md
    list(order.fulfilments.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if own := exporter.left_alone(order):  # still, now that nobody can change it
        _decline(own, SYSTEM, states.NOTHING_COMES, ())


def _decline(fulfilment: Fulfilment, actor: Actor, why: str, gone: Collection[int]) -> Due | None:
    """Gives the bill that got smaller."""
    due = tempo.locked_due(fulfilment.order)
    balances = payments.lock_balances(fulfilment.order)
    locked = exporter.locked(fulfilment)
    if not states.FULFILMENT.allows(locked.state, states.DECLINED):  # before its money is reckoned once more
        raise IllegalMove(fulfilment, locked.state, states.DECLINED)
    # Asked now, not before the lock: a colleague may have said meanwhile that less comes.
    found = fulfilment.lines.select_related("line__stockrecord", "line__order", "fulfilment")
    lines = list(found.order_by("line__stockrecord_id"))
    bears = exporter.reckon(
        fulfilment, {line: line.quantity for line in lines}, balances=balances, whole=True
    )
    states.FULFILMENT.move(fulfilment, states.DECLINED, actor=actor, why=why)
    _give_up(lines, gone)
    lots.give_back(fulfilment)
    exporter.take_off(bears)
    billed = not tempo.is_paid(due)
    exporter.give_back(
        part=fulfilment,
        goods=sum((line.price for line in lines), Money(0, fulfilment.currency)),
        delivery=fulfilment.fee,
        bears=bears,
        due=due,
        balances=balances,
        whole=True,
        reason="declined",
        why=why,
        actor=actor,
    )
    tempo.recount(due)
    follow(fulfilment.order)
    signals.part_changed.send(Fulfilment, part=fulfilment, actor=actor)
    return due if billed else None


def _give_up(lines: Sequence[FulfilmentLine], gone: Collection[int]) -> None:
    for part in lines:
        if part.pk in gone:
            part.line.consume_allocation(part.quantity)
        else:
            part.line.cancel_allocation(part.quantity)


@transaction.atomic
def pack(*, fulfilment: Fulfilment, actor: Actor) -> None:
    """Everything is packed. Side effects: history row. Raises IllegalMove."""
    states.FULFILMENT.move(fulfilment, states.PACKED, actor=actor)
    follow(fulfilment.order)


@transaction.atomic
def hand_over(*, fulfilment: Fulfilment, actor: Actor, carrier: str, tracking_number: str) -> None:
    """The goods left the pesantren (or wait to be picked up). Stock is consumed now.

    Side effects: history row, stock consumed, the order follows, mail to the buyer; where the order's terms say
    so, all of the part's money is released. Raises IllegalMove, overseas.NotPaid while a balance is open, and the
    lots' NotOpen if one of them was recalled.
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
    lots.leave(fulfilment)
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

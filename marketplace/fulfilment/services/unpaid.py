"""Orders that nobody paid: they end, and their stock is free again."""

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.fulfilment import mails, states
from marketplace.orders import services as orders
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.payments import queries as payment_queries
from marketplace.payments import services as payments
from marketplace.payments import states as due_states
from marketplace.payments.models import Due


def expire(*, due: Due) -> bool:
    """End an order whose deadline passed. True if it ended now. Called by the timetable; safe to run twice.

    A balance never ends an order: its pesantren are at work, so the office decides.

    Money at the bank that names this order and waits for the office keeps it open: a person decides first.
    A due that somebody else holds (another sweep ends it, the office matches it) is left for the next sweep.

    Side effects: due, order and fulfilments end, stock is freed, part payments are owed back, mail.
    """
    with transaction.atomic():
        free = Due.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        locked = free.filter(pk=due.pk).first()
        if locked is None or locked.state != due_states.OPEN or locked.is_on_tempo or locked.is_balance:
            return False
        if locked.due_at > timezone.now():
            return False
        if payment_queries.waits_to_be_matched(locked):
            return False
        _end(locked, due_states.EXPIRED, SYSTEM, states.DEADLINE_PASSED)
        mails.order_expired(locked.order)
        return True


@transaction.atomic
def cancel_unpaid(*, order: Order, actor: Actor, why: str = "") -> None:
    """The buyer (or the office) gives up an order that is not paid. Side effects as expire(). Raises IllegalMove."""
    first = order.dues.select_for_update(of=("self",), no_key=True).order_by("pk")[0]
    _end(first, due_states.CANCELLED, actor, why)
    mails.order_cancelled(order)


def _end(due: Due, to: str, actor: Actor, why: str) -> None:
    """The first due ends, and with it the later ones of its schedule: nothing was paid on those yet."""
    order = due.order
    balances = payments.lock_balances(order)  # before the accounts: LOCKS.md
    payments.close_due(due=due, to=to, actor=actor, why=why)
    for balance in balances:
        payments.close_due(due=balance, to=to, actor=actor, why=why)
    for fulfilment in order.fulfilments.order_by("pk"):
        states.FULFILMENT.move(fulfilment, states.CANCELLED, actor=actor, why=why)
    for line in order.lines.select_related("stockrecord__product__product_class").order_by("stockrecord_id"):
        line.cancel_allocation(line.quantity)
    orders.move(order=order, to=order_states.CANCELLED, actor=actor, why=why)

"""Packing with lots: everything packed and from which harvest or batch, in one step; and recalls."""

from django.db import transaction

from catalogue.lots import services as of_lots
from catalogue.lots.models import Lot
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, record
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import lots, moves

LEFT = [states.HANDED_OVER, states.DELIVERED, states.RECEIVED, states.REJECTED]


@transaction.atomic
def pack_from(*, fulfilment: Fulfilment, chosen: lots.Chosen, actor: Actor) -> None:
    """Everything is packed, from these lots. Raises IllegalMove, and as lots.put.

    Side effects: those of pack, and rows that say what came from which lot.
    """
    if _state_now(fulfilment) == states.ACCEPTED:  # else pack says what is wrong
        lots.put(fulfilment=fulfilment, chosen=chosen)
    moves.pack(fulfilment=fulfilment, actor=actor)


@transaction.atomic
def pack_again_from(*, fulfilment: Fulfilment, chosen: lots.Chosen, actor: Actor) -> None:
    """A packed part is from these lots instead: one was recalled, or a wrong one was tapped.

    Raises IllegalMove once it is handed over, and as lots.put. Side effects: rows, one history row.
    """
    state = _state_now(fulfilment)
    if state != states.PACKED:
        raise IllegalMove(fulfilment, state, states.PACKED)
    lots.put(fulfilment=fulfilment, chosen=chosen)
    record(fulfilment, state, state, actor=actor, why="lots")


def _state_now(fulfilment: Fulfilment) -> str:
    """The state in the database; the row is ours until the transaction ends."""
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    return str(locked.state)


@transaction.atomic
def recall_lot(*, lot: Lot, actor: Actor, why: str) -> int:
    """Goods of this lot must not be used. Returns to how many parts' buyers this is written.

    Raises IllegalMove. Side effects: the lot's state with history, one mail for each part that has left.
    """
    of_lots.recall(lot=lot, actor=actor, why=why)
    parts = Fulfilment.objects.filter(lines__lots__lot=lot, state__in=LEFT).distinct().order_by("pk")
    found = list(parts.select_related("order__user", "partner"))
    for part in found:
        mails.lot_recalled(part, lot, why)
    return len(found)

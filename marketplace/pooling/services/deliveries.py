"""How much of a confirmed share came."""

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.pooling import states
from marketplace.pooling.exceptions import TooMuch
from marketplace.pooling.models import Share
from marketplace.pooling.services.following import fell_away, follow, lock, tell


@transaction.atomic
def deliver_share(*, share: Share, actor: Actor, quantity: int) -> None:
    """`quantity` units of the share came, from none to all. If some are missing, these are shared anew.

    Side effects: history, registry, signal, the pool follows; if short, the offer is set aside (fell_away).
    Raises TooMuch, IllegalMove (only a confirmed share is delivered).
    """
    pool = lock(share.pool_id, ended_too=True)
    if not 0 <= quantity <= share.quantity:
        raise TooMuch(share.quantity)
    if quantity == share.quantity:
        states.SHARE.move(share, states.DELIVERED, actor=actor, delivered=quantity)
        tell(share, actor=actor)
        follow(pool, actor=actor)
        return
    states.SHARE.move(share, states.SHORT, actor=actor, delivered=quantity)
    tell(share, actor=actor)
    fell_away(pool, share.offer, actor=actor, why=states.SHORT)

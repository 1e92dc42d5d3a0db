"""The pool's row is locked before anything of it changes, and its state follows its shares."""

from collections.abc import Iterable

from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.pooling import registry, signals, states
from marketplace.pooling.asking import covered
from marketplace.pooling.exceptions import PoolEnded
from marketplace.pooling.models import Offer, Pool, Share


def lock(pool_id: int, *, ended_too: bool = False) -> Pool:
    """The pool as it is now, locked to the end of the transaction (fulfilment/LOCKS.md). Raises PoolEnded."""
    pool = Pool.objects.select_for_update(of=("self",), no_key=True).get(pk=pool_id)
    if pool.state not in states.LIVE and not ended_too:
        raise PoolEnded(pool.reference)
    return pool


def derived(pool: Pool, shares: Iterable[Share]) -> str:
    """The state that a pool with these shares has, unless a person ended it."""
    found = list(shares)
    if covered(found) < pool.lowest:
        return states.OPEN
    held = {share.state for share in found}
    if states.PROPOSED in held:
        return states.PROPOSED
    return states.FILLED if states.COMMITTED in held else states.DONE


def follow(pool: Pool, *, actor: Actor) -> None:
    """Move the locked pool to where its shares stand. Side effects: history row, registry and signal if it moved."""
    if pool.state not in states.LIVE:
        return
    after = derived(pool, Share.objects.filter(pool=pool))
    if after != pool.state:
        move(pool, after, actor=actor)


def move(pool: Pool, after: str, *, actor: Actor, why: str = "") -> None:
    states.POOL.move(pool, after, actor=actor, why=why)
    registry.pool_changed(pool, actor)
    signals.pool_changed.send(sender=Pool, pool=pool, actor=actor)


def tell(share: Share, *, actor: Actor) -> None:
    """A share was proposed or has moved."""
    registry.share_changed(share, actor)
    signals.share_changed.send(sender=Share, share=share, actor=actor)


def fell_away(pool: Pool, offer: Offer, *, actor: Actor, why: str) -> None:
    """A share of this offer brings less than it was: nobody asks this offer again, and the rest is shared anew.

    Side effects: the offer is set aside, the pool follows; if something is missing now and the pool repools
    itself, a task is queued (and `repool_due` keeps it, should the broker forget).
    """
    if Offer.objects.get(pk=offer.pk).state == states.OFFERED:
        states.OFFER.move(offer, states.SET_ASIDE, actor=actor, why=why)
    follow(pool, actor=actor)
    if pool.state == states.OPEN and pool.repools_itself:
        Pool.objects.filter(pk=pool.pk).update(repool_due=True)
        pool.repool_due = True
        enqueue("pooling.repool", pool.pk)

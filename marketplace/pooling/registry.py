"""The named way upward: the room that opened a pool reacts when it or one of its shares changes.

In the transaction of the caller, who holds the pool's row; an exception undoes the change. Who only mails or counts
listens to signals.py instead.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from marketplace.common.actor import Actor

if TYPE_CHECKING:
    from marketplace.pooling.models import Pool, Share

ShareHandler = Callable[["Share", Actor], None]
PoolHandler = Callable[["Pool", Actor], None]
_shares: list[ShareHandler] = []
_pools: list[PoolHandler] = []
_repools: list[PoolHandler] = []


def on_share(handler: ShareHandler) -> ShareHandler:
    """Called with every share that was proposed or moved. Use as a decorator."""
    if handler not in _shares:
        _shares.append(handler)
    return handler


def on_pool(handler: PoolHandler) -> PoolHandler:
    """Called with every pool that moved, after its shares did. Use as a decorator."""
    if handler not in _pools:
        _pools.append(handler)
    return handler


def on_repool(handler: PoolHandler) -> PoolHandler:
    """Called with a locked pool before what fell away is shared anew: its offers can still be put right."""
    if handler not in _repools:
        _repools.append(handler)
    return handler


def share_changed(share: "Share", actor: Actor) -> None:
    for handler in _shares:
        handler(share, actor)


def pool_changed(pool: "Pool", actor: Actor) -> None:
    for handler in _pools:
        handler(pool, actor)


def about_to_repool(pool: "Pool", actor: Actor) -> None:
    for handler in _repools:
        handler(pool, actor)

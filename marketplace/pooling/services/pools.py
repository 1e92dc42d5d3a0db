"""A pool is opened, closed with what there is, or cancelled."""

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.pooling import asking, states
from marketplace.pooling.models import PERMILLE, Pool, Share
from marketplace.pooling.services.following import lock, move, tell
from marketplace.pooling.terms import Unfit


@transaction.atomic
def open_pool(*, pool: Pool, actor: Actor) -> Pool:
    """One quantity that several pesantren will fill. `pool` is new and unsaved, with all its facts.

    A known `reference` gives the pool that is there, as it is: a second press opens nothing. Side effects: history
    row. Raises terms.Unfit for sizes and weights that cannot be.
    """
    asking.wanted(pool)
    if not 0 <= pool.minus < pool.quantity or not 0 < pool.cap_permille <= PERMILLE:
        raise Unfit("nothing would be enough, or nobody may supply anything")
    known = {"id", "reference", "state", "repool_due", "created"}
    facts = {
        field.attname: getattr(pool, field.attname)
        for field in Pool._meta.concrete_fields
        if field.name not in known
    }
    opened, is_new = Pool.objects.get_or_create(reference=pool.reference, defaults=facts)
    if is_new:
        record(opened, "", states.OPEN, actor=actor)
    return opened


@transaction.atomic
def close_pool(*, pool: Pool, actor: Actor, why: str = "") -> None:
    """No more is sought: what is confirmed stays, what waits for an answer is released.

    Side effects: history rows, registry, signals. Raises PoolEnded.
    """
    locked = lock(pool.pk)
    _end(locked, [states.PROPOSED], states.CLOSED, actor=actor, why=why)


@transaction.atomic
def cancel_pool(*, pool: Pool, actor: Actor, why: str) -> None:
    """The quantity is not wanted any more: what waits and what is confirmed is released; what was delivered stays.

    Side effects: history rows, registry, signals. Raises PoolEnded.
    """
    locked = lock(pool.pk)
    _end(locked, [states.PROPOSED, states.COMMITTED], states.CANCELLED, actor=actor, why=why)


def _end(pool: Pool, released: list[str], after: str, *, actor: Actor, why: str) -> None:
    Pool.objects.filter(pk=pool.pk).update(repool_due=False)
    pool.repool_due = False
    for share in Share.objects.filter(pool=pool, state__in=released).select_related("offer").order_by("pk"):
        states.SHARE.move(share, states.RELEASED, actor=actor, why=why, ended=states.POOL_ENDED)
        tell(share, actor=actor)
    move(pool, after, actor=actor, why=why)

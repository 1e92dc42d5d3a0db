"""What a pesantren says to its share, or does not say in time."""

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import SYSTEM, Actor
from marketplace.pooling import states
from marketplace.pooling.exceptions import TooLate
from marketplace.pooling.models import Pool, Share
from marketplace.pooling.services.following import fell_away, follow, lock, tell


@transaction.atomic
def confirm_share(*, share: Share, actor: Actor) -> None:
    """The pesantren will supply it. Side effects: history, registry, signal, the pool follows.

    Raises TooLate once `confirm_by` is over (also before the timetable has released it), IllegalMove.
    """
    pool = lock(share.pool_id, ended_too=True)
    if share.state == states.PROPOSED and share.confirm_by <= timezone.now():
        raise TooLate
    states.SHARE.move(share, states.COMMITTED, actor=actor)
    tell(share, actor=actor)
    follow(pool, actor=actor)


@transaction.atomic
def decline_share(*, share: Share, actor: Actor, why: str) -> None:
    """The pesantren cannot supply it, also after it confirmed. The rest is shared anew among the others.

    Side effects: those of following.fell_away, history, registry, signal. Raises IllegalMove, Bound (registry).
    """
    pool = lock(share.pool_id, ended_too=True)
    release(pool, share, states.DECLINED, actor=actor, why=why)


@transaction.atomic
def take_back(*, share: Share, actor: Actor, why: str) -> None:
    """The composer takes a share back, for instance after a failed sample; that offer is not asked again.

    Side effects and errors as for decline_share.
    """
    pool = lock(share.pool_id, ended_too=True)
    release(pool, share, states.TAKEN_BACK, actor=actor, why=why)


@transaction.atomic
def expire_share(*, share: Share) -> bool:
    """No answer came in time. False: it came after all, or somebody works on this pool: the next sweep looks again.

    Side effects: as for decline_share.
    """
    rows = Pool.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    pool = rows.filter(pk=share.pool_id).first()
    late = Share.objects.filter(pk=share.pk, state=states.PROPOSED, confirm_by__lte=timezone.now())
    if pool is None or (found := late.select_related("offer").first()) is None:
        return False
    release(pool, found, states.EXPIRED, actor=SYSTEM, why="")
    return True


def release(pool: Pool, share: Share, ended: str, *, actor: Actor, why: str) -> None:
    """The pool is locked. Raises IllegalMove."""
    states.SHARE.move(share, states.RELEASED, actor=actor, why=why or ended, ended=ended)
    share.why = why[:300]  # after the move: there `why` is the history's
    Share.objects.filter(pk=share.pk).update(why=share.why)
    tell(share, actor=actor)
    fell_away(pool, share.offer, actor=actor, why=ended)

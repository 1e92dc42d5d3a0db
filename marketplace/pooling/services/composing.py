"""Who supplies how much: the allocator is asked about what is missing, and its answer becomes proposed shares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic_ns

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.pooling import asking, registry, solver, states, wire
from marketplace.pooling.allocate import allocate
from marketplace.pooling.exceptions import BadDeadline, ChangedMeanwhile, NothingMissing
from marketplace.pooling.models import Offer, Pool, PoolRun, Share
from marketplace.pooling.services.following import follow, lock, tell
from marketplace.pooling.terms import Allocation, Supply, Wanted


@dataclass(frozen=True)
class Composed:
    """What came of it. `shares` is empty where the quantity was out of reach and a part was not asked for."""

    run: PoolRun
    allocation: Allocation
    shares: list[Share]


@transaction.atomic
def compose(
    *,
    pool: Pool,
    actor: Actor,
    confirm_by: datetime | None = None,
    partly: bool = False,
    seen: str = "",
) -> Composed:
    """Share what is missing among the valid offers; shares there are already stay as they are.

    Out of reach: nothing is proposed, unless `partly` asks for the most that can be had. `confirm_by` is when an
    answer must have come (now + the pool's `answer_hours`). `seen` is wire.digest of the question whose preview
    the person looked at. Side effects: a PoolRun, shares with history, registry, signals, the pool follows; the
    pool stays locked while the solver works (below 2 s). Raises PoolEnded, NothingMissing, ChangedMeanwhile,
    BadDeadline, solver.NotSolved.
    """
    locked = lock(pool.pk)
    now = timezone.now()
    deadline = confirm_by or now + timedelta(hours=locked.answer_hours)
    if deadline <= now:
        raise BadDeadline
    wanted, supplies = asking.question(locked)
    if not wanted.lowest:
        raise NothingMissing(locked.reference)
    if seen and seen != wire.digest(wire.question(wanted, supplies)):
        raise ChangedMeanwhile(locked.reference)
    run, allocation = _ask(locked, wanted, supplies, actor)
    shares = _propose(locked, run, allocation, deadline, actor) if allocation.reached or partly else []
    Pool.objects.filter(pk=locked.pk).update(repool_due=False)
    locked.repool_due = False
    follow(locked, actor=actor)
    return Composed(run, allocation, shares)


@transaction.atomic
def repool(*, pool: Pool, actor: Actor) -> Composed | None:
    """Share anew what a decline, an expiry or a short delivery left missing; what can't be reached stays open.

    The same allocator: confirmed shares stay, whoever declined, did not answer or fell short is not asked again.
    None: nothing is missing any more. Side effects: those of compose(), registry. Raises PoolEnded, solver.NotSolved.
    """
    locked = lock(pool.pk)  # or a decline between the look and the mark's end would be forgotten
    registry.about_to_repool(locked, actor)
    try:
        return compose(pool=pool, actor=actor, partly=True)
    except NothingMissing:
        Pool.objects.filter(pk=pool.pk).update(repool_due=False)
        return None


def _ask(pool: Pool, wanted: Wanted, supplies: list[Supply], actor: Actor) -> tuple[PoolRun, Allocation]:
    began = monotonic_ns()
    allocation = allocate(wanted, supplies)
    run = PoolRun.objects.create(
        pool=pool,
        question=wire.question(wanted, supplies),
        answer=wire.answer(allocation),
        solver=solver.version(),
        milliseconds=(monotonic_ns() - began) // 1_000_000,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    return run, allocation


def _propose(
    pool: Pool, run: PoolRun, allocation: Allocation, confirm_by: datetime, actor: Actor
) -> list[Share]:
    offers = Offer.objects.select_related("partner").in_bulk([part.id for part in allocation.taken])
    shares = []
    for part in allocation.taken:
        offer = offers[part.id]
        share = Share.objects.create(
            pool=pool,
            offer=offer,
            run=run,
            quantity=part.quantity,
            stretch_part=part.stretch,
            price=offer.price,
            reason=part.reason,
            confirm_by=confirm_by,
        )
        record(share, "", states.PROPOSED, actor=actor)
        shares.append(share)
    for share in shares:
        tell(share, actor=actor)
    return shares

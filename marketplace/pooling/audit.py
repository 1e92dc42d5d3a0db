"""Recomputes what pools store twice: their state, and shares against offers, rules and the answer they come from."""

from collections import Counter
from collections.abc import Iterator

from marketplace.pooling import states
from marketplace.pooling.asking import covered
from marketplace.pooling.models import Offer, Pool, Share
from marketplace.pooling.services.following import derived

BATCH = 200  # pools read at once


def differences() -> Iterator[str]:
    """Every fault in words. A few queries for 200 pools, however many shares they have."""
    pools = Pool.objects.order_by("pk").prefetch_related("shares__offer", "shares__run", "offers")
    for pool in pools.iterator(chunk_size=BATCH):
        shares = list(pool.shares.all())
        if pool.state not in states.ENDINGS and pool.state != derived(pool, shares):
            yield f"pool {pool.reference}: is {pool.state}, its shares say {derived(pool, shares)}"
        if covered(shares) > pool.highest:
            yield f"pool {pool.reference}: {covered(shares)} shared of at most {pool.highest}"
        yield from _sellers(pool, shares)
        for share in shares:
            yield from _share(share)


def _sellers(pool: Pool, shares: list[Share]) -> Iterator[str]:
    """Nobody holds more than the latest offer says, or than the cap allows."""
    latest: dict[int, Offer] = {
        offer.partner_id: offer for offer in sorted(pool.offers.all(), key=lambda one: one.pk)
    }
    held: Counter[int] = Counter()
    for share in shares:
        held[share.offer.partner_id] += share.counts
    for partner, units in held.items():
        most = latest[partner].most
        if units > most or (pool.most_each is not None and units > pool.most_each):
            yield f"pool {pool.reference}: pesantren {partner} has {units}, offered {most}, cap {pool.most_each}"


def _share(share: Share) -> Iterator[str]:
    """It is what the allocator said when it was proposed, at the price of its offer."""
    said = {part["id"]: part for part in share.run.answer["parts"]}.get(share.offer_id, {})
    facts = (share.quantity, share.stretch_part, share.reason)
    if facts != (said.get("quantity"), said.get("stretch"), said.get("reason")):
        yield f"share {share.pk}: is {facts}, run {share.run_id} says {said}"
    if share.price != share.offer.price or share.run.pool_id != share.pool_id:
        yield f"share {share.pk}: its price or its pool is not that of its offer"

"""Reading pools, shares and how they were decided; the first argument is who asks."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from marketplace.common.access import is_staff
from marketplace.ledger.money import Money
from marketplace.pesantren.access import pesantren_of
from marketplace.pooling import asking, states, wire, words
from marketplace.pooling.allocate import allocate
from marketplace.pooling.models import Offer, Pool, PoolRun, Share
from marketplace.pooling.terms import Allocation, Part


@dataclass(frozen=True)
class Row:
    """One offer as the composer sees it: what it says, what it got and why. `said`: what the room above adds to it."""

    offer: Offer
    got: int
    stretch: int
    why: str
    said: str = ""

    @property
    def goods(self) -> Money:
        return Money(self.offer.price * self.got)


@dataclass(frozen=True)
class Explained:
    """One answer of the allocator for people. `wanted`: what was missing when it was asked; `obstacles`: what stands
    in the way, the first to look at first."""

    pool: Pool
    wanted: int
    allocation: Allocation
    rows: list[Row]
    obstacles: list[str]

    @property
    def goods(self) -> Money:
        return Money(self.allocation.goods)


@dataclass(frozen=True)
class Mine:
    """What became of one offer, for its own pesantren alone. `share` is None while nothing is asked of it."""

    pool: Pool
    offer: Offer
    share: Share | None
    why: str

    @property
    def waits(self) -> bool:
        return self.share is not None and self.share.state == states.PROPOSED


def pools(user: Any) -> QuerySet[Pool]:
    """All pools, for the staff; nothing for others (a room above opens its own to its own people)."""
    return Pool.objects.order_by("-pk") if is_staff(user) else Pool.objects.none()


def preview(user: Any, pool: Pool) -> tuple[Explained, str] | None:
    """What composing would give now, and the digest to hand to compose(seen=…). Writes nothing. Staff only."""
    return looked_at(pool) if is_staff(user) else None


def looked_at(pool: Pool) -> tuple[Explained, str]:
    """As preview(), for a room above that has asked who may see its own pool."""
    wanted, supplies = asking.question(pool)
    found = _explained(pool, wanted.quantity, allocate(wanted, supplies))
    return found, wire.digest(wire.question(wanted, supplies))


def explained(user: Any, run: PoolRun) -> Explained | None:
    """How a pool was shared in one run: one query beside the run and its pool. Staff only."""
    if not is_staff(user):
        return None
    wanted, _ = wire.read_question(run.question)
    return _explained(run.pool, wanted.quantity, wire.read_answer(run.answer))


def _explained(pool: Pool, wanted: int, allocation: Allocation) -> Explained:
    """Those that got something first, each in the order of price."""
    asked = [part.id for part in allocation.parts]
    offers = Offer.objects.select_related("partner", "regency").in_bulk(asked)
    rows = [_row(pool, offers[part.id], part) for part in allocation.parts]
    rows.sort(key=lambda row: (not row.got, row.offer.price, row.offer.pk))
    obstacles = [words.of_bottleneck(one, pool.unit) for one in allocation.bottlenecks]
    return Explained(pool, wanted, allocation, rows, obstacles)


def _row(pool: Pool, offer: Offer, part: Part) -> Row:
    why = words.to_composer(part.reason, part.amount, pool.unit)
    return Row(offer, part.quantity, part.stretch, why)


def used(sources: Iterable[str], but: Pool | None = None) -> Counter[str]:
    """Units by offers' `source` that shares of all pools, or of all but one, hold or have delivered; of a short one
    what came. One query, for a room above that asks about its own."""
    shares = (
        Share.objects.filter(offer__source__in=list(sources)).exclude(state=states.RELEASED).exclude(pool=but)
    )
    counts = Sum(Coalesce("delivered", "quantity"))  # once it is over, what came
    return Counter(dict(shares.order_by().values_list("offer__source").annotate(units=counts)))


def why(share: Share) -> str:
    """Why a share is as large as it is, to the composer, who has asked who may see the pool."""
    return words.to_composer(share.reason, 0, share.pool.unit)


def shares_of(user: Any) -> QuerySet[Share]:
    """Shares of the pesantren this person works for: what waits for an answer first, then by deadline."""
    mine = Share.objects.filter(offer__partner__in=pesantren_of(user))
    waits = Case(When(state=states.PROPOSED, then=0), default=1)
    return mine.select_related("pool", "offer__partner").order_by(waits, "confirm_by", "pk")


def offers_of(user: Any) -> QuerySet[Offer]:
    """Offers of the pesantren this person works for, latest first."""
    mine = Offer.objects.filter(partner__in=pesantren_of(user))
    return mine.select_related("pool", "partner").order_by("-pk")


def mine(user: Any, offer_id: int) -> Mine | None:
    """What became of an offer of this person's pesantren; None for any other. Three queries."""
    offer = offers_of(user).filter(pk=offer_id).first()
    if offer is None:
        return None
    share = Share.objects.filter(offer=offer).order_by("-pk").first()
    return Mine(offer.pool, offer, share, _my_reason(offer, share))


def my_share(user: Any, share_id: int) -> Mine | None:
    """One share of this person's pesantren, whatever became of it since; None for any other. One query."""
    share = shares_of(user).filter(pk=share_id).first()
    if share is None:
        return None
    return Mine(share.pool, share.offer, share, words.to_pesantren(share.reason, 0, share.pool.unit))


def _my_reason(offer: Offer, share: Share | None) -> str:
    """Of a run that proposed nothing nobody needs to hear: it decided nothing."""
    if share is not None:
        return words.to_pesantren(share.reason, 0, offer.pool.unit)
    run = PoolRun.objects.filter(pool=offer.pool_id, shares__isnull=False).order_by("-pk").first()
    parts = {part.id: part for part in wire.read_answer(run.answer).parts} if run else {}
    part = parts.get(offer.pk)
    return words.to_pesantren(part.reason, part.amount, offer.pool.unit) if part else ""


def replays(run: PoolRun) -> bool:
    """Whether asking the allocator the same again gives the same. No database needed but the row itself."""
    wanted, supplies = wire.read_question(run.question)
    return allocate(wanted, supplies) == wire.read_answer(run.answer)

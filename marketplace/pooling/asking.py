"""What the allocator is asked about a pool: what is still missing, and what each valid offer can still give."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from marketplace.pooling import states
from marketplace.pooling.models import Offer, Pool, Share, day_number
from marketplace.pooling.terms import Supply, Wanted


def covered(shares: Iterable[Share]) -> int:
    """Units that proposed, confirmed and delivered shares cover."""
    return sum(share.counts for share in shares)


def held(pool: Pool) -> Counter[int]:
    """Units by partner id that its shares of this pool hold or have delivered."""
    found: Counter[int] = Counter()
    for share in Share.objects.filter(pool=pool).exclude(state=states.RELEASED).select_related("offer"):
        found[share.offer.partner_id] += share.counts
    return found


def fell_away(pool: Pool) -> set[int]:
    """Ids of partners of whom a share was declined, not answered, taken back, or brought less."""
    again = [states.DECLINED, states.EXPIRED, states.TAKEN_BACK]
    shares = Share.objects.filter(Q(state=states.SHORT) | Q(ended__in=again), pool=pool)
    return set(shares.values_list("offer__partner", flat=True))


def question(pool: Pool) -> tuple[Wanted, list[Supply]]:
    """Two queries, however many offers there are. What shares cover is fixed; only the rest is asked for."""
    by_partner = held(pool)
    offers = Offer.objects.filter(pool=pool, state=states.OFFERED).order_by("pk")
    return wanted(pool, by_partner.total()), [
        supply(pool, offer, by_partner[offer.partner_id]) for offer in offers
    ]


def wanted(pool: Pool, has: int = 0) -> Wanted:
    """What is missing once `has` units are covered. Raises terms.Unfit."""
    quantity = max(0, pool.quantity - has)
    return Wanted(
        quantity=quantity,
        minus=quantity - max(0, pool.lowest - has),
        plus=max(0, pool.highest - has) - quantity,
        latest=day_number(pool.ready_by),
        wished=day_number(pool.ready_wished),
        worst_grade=pool.worst_grade,
        most_each=pool.most_each,
        per_km=pool.per_km,
        per_day=pool.per_day,
        per_stretch=pool.per_stretch,
    )


def supply(pool: Pool, offer: Offer, has: int = 0) -> Supply:
    """One offer, of which `has` units are held. Raises terms.Unfit."""
    return Supply(
        id=offer.pk or 0,
        committed=offer.committed,
        stretch=offer.stretch,
        price=offer.price,
        pack=offer.pack,
        minimum=offer.minimum,
        ready=day_number(offer.ready_on),
        km=pool.unknown_km if offer.km is None else offer.km,
        grade=offer.grade,
        held=has,
    )

"""A pesantren's offer to a pool: put, replaced by a newer one, withdrawn."""

from datetime import date

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import record
from marketplace.ledger.money import Money, MoneyError
from marketplace.pesantren.models import Partner
from marketplace.pooling import asking, states
from marketplace.pooling.exceptions import BelowShares, HasShares
from marketplace.pooling.models import Offer, Pool, Share
from marketplace.pooling.services.following import lock
from marketplace.pooling.terms import Unfit
from marketplace.reference.distance import kilometres
from marketplace.reference.models import Regency


@transaction.atomic
def put_offer(
    *,
    pool: Pool,
    partner: Partner,
    actor: Actor,
    committed: int,
    price: Money,
    ready_on: date,
    stretch: int = 0,
    pack: int = 1,
    minimum: int = 0,
    grade: int = 1,
    regency: Regency | None = None,
    note: str = "",
    source: str = "",
) -> Offer:
    """What this pesantren can supply to the pool in all, shares it has already included. Replaces its older offer.

    `price` is rupiah a unit. Where no `regency` is given, goods come from the pesantren's own. Side effects:
    history rows; shares stay as they are, at their own price. Raises PoolEnded, BelowShares, terms.Unfit,
    MoneyError for another currency.
    """
    if price.currency != "IDR":
        raise MoneyError(f"offers are in rupiah, not {price.currency}")
    locked = lock(pool.pk)
    place = regency or partner.regency
    offer = Offer(
        pool=locked,
        partner=partner,
        committed=committed,
        stretch=stretch,
        price=price.minor,
        pack=pack,
        minimum=minimum,
        ready_on=ready_on,
        grade=grade,
        regency=place,
        km=kilometres(place, locked.destination) if place and locked.destination else None,
        note=note[:300],
        source=source,
    )
    asking.supply(locked, offer)
    if price.minor < 1 or offer.most < 1:
        raise Unfit("an offer of nothing, or for nothing")
    held = asking.held(locked)[partner.pk]
    if offer.most < held:
        raise BelowShares(held)
    for older in Offer.objects.filter(pool=locked, partner=partner, state=states.OFFERED):
        states.OFFER.move(older, states.REPLACED, actor=actor)
    offer.save()
    record(offer, "", states.OFFERED, actor=actor)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, actor: Actor, why: str = "") -> None:
    """The pesantren offers nothing more. Side effects: history row. Raises PoolEnded, HasShares, IllegalMove."""
    locked = lock(offer.pool_id)
    shares = Share.objects.filter(pool=locked, offer__partner=offer.partner_id, state__in=states.HELD)
    if shares.exists():
        raise HasShares
    states.OFFER.move(offer, states.WITHDRAWN, actor=actor, why=why)

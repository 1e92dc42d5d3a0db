"""Pools with offers of fictional pesantren."""

from datetime import date, timedelta
from typing import Any

from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.pooling import services
from marketplace.pooling.models import Offer, Pool, Share
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_pesantren

COMPOSER = Actor(id=None, name="Contoh Eksportir")
SELLER = Actor(id=None, name="Contoh Penjual")


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def make_pool(quantity: int = 100, reference: str = "contoh/1", **facts: Any) -> Pool:
    pool = Pool(
        **({"label": "Manggis contoh", "ready_by": in_days(20)} | facts),
        reference=reference,
        quantity=quantity,
    )
    return services.open_pool(pool=pool, actor=COMPOSER)


def offer(pool: Pool, code: str, committed: int = 60, price: int = 10_000, **facts: Any) -> Offer:
    """By the pesantren with this code, ready in ten days."""
    partner = facts.pop("partner", None) or make_pesantren(code)
    known = {"ready_on": in_days(10), "actor": SELLER} | facts
    return services.put_offer(pool=pool, partner=partner, committed=committed, price=Money(price), **known)


def three(pool: Pool) -> list[Offer]:
    """a: 60 at 10.000, b: 30 + 20 at 11.000, c: 80 at 12.000."""
    return [
        offer(pool, "contoh-a"),
        offer(pool, "contoh-b", 30, 11_000, stretch=20),
        offer(pool, "contoh-c", 80, 12_000),
    ]


def compose(pool: Pool, **facts: Any) -> list[Share]:
    return services.compose(pool=pool, actor=COMPOSER, **facts).shares


def confirm(*shares: Share) -> None:
    for share in shares:
        services.confirm_share(share=share, actor=SELLER)


def shared(pool: Pool) -> dict[str, list[tuple[int, str]]]:
    """(units, state) of every share by the last letter of its pesantren's code, oldest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    for share in Share.objects.filter(pool=pool).select_related("offer__partner").order_by("pk"):
        found.setdefault(share.offer.partner.code[-1], []).append((share.quantity, share.state))
    return found

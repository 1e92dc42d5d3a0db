"""The price policy: from which quantity which price holds, for the whole quantity, and where more costs less."""

from dataclasses import dataclass

from marketplace.ledger.money import Money
from marketplace.pesantren import capacity
from marketplace.pesantren.models import StockRecord


@dataclass(frozen=True)
class Step:
    """From `quantity` on, every unit costs `price`."""

    quantity: int
    price: Money


@dataclass(frozen=True)
class Cheaper:
    """Taking `quantity` instead costs only `total`."""

    quantity: int
    total: Money


def steps(record: StockRecord) -> list[Step]:
    """Price steps of a listing, smallest quantity first; the first begins at its domestic minimum.

    Uses the prefetched `tiers` where there are some.
    """
    base = Step(record.minimum, Money.from_decimal(record.price, record.price_currency))
    tiers = sorted(record.tiers.all(), key=lambda tier: tier.quantity)
    return [base] + [
        Step(tier.quantity, Money(tier.price, record.price_currency))
        for tier in tiers
        if tier.quantity > record.minimum
    ]


def unit_price(ladder: list[Step], quantity: int) -> Money:
    """Price of one unit when `quantity` units are taken: the last step that is reached."""
    reached = [step for step in ladder if step.quantity <= quantity] or ladder[:1]
    return reached[-1].price


def cheaper_with_more(ladder: list[Step], quantity: int, multiple: int = 1) -> Cheaper | None:
    """The larger quantity with the smallest total, if it costs no more than `quantity` does.

    More must not silently cost less (design/front.md, rule 7): pages say so and offer it. `multiple` is
    respected: a step that is no multiple is rounded up to one.
    """
    now = unit_price(ladder, quantity) * quantity
    offers = []
    for step in ladder:
        needed = -(-step.quantity // multiple) * multiple
        if needed > quantity:
            total = unit_price(ladder, needed) * needed
            if total.minor <= now.minor:
                offers.append(Cheaper(needed, total))
    return min(offers, key=lambda offer: (offer.total.minor, offer.quantity), default=None)


def nearest_valid(record: StockRecord, quantity: int) -> int:
    """The quantity nearest to `quantity` (rather more than less) that respects minimum, multiple and what is free."""
    multiple, minimum = record.multiple, record.minimum
    least = -(-minimum // multiple) * multiple
    wanted = max(least, -(-quantity // multiple) * multiple)
    free = capacity.free(record)
    if free is not None:
        wanted = min(wanted, free // multiple * multiple)
    return wanted if wanted >= least else 0

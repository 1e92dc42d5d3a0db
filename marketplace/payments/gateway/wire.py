"""Minor units as Stripe counts them, which for rupiah are not ours: it wants 100 to the rupiah."""

from collections.abc import Mapping

from marketplace.ledger.money import Money

# Units on Stripe's wire for one minor unit of our books. A currency that is missing here is not offered by card.
WIRE: Mapping[str, int] = {"IDR": 100, "USD": 1, "AED": 1, "EUR": 1, "SAR": 1}


class NotWhole(ValueError):
    """Stripe speaks of a fraction, or a currency, that our books do not know."""


def to_wire(amount: Money) -> int:
    """Raises NotWhole for a currency without cards."""
    if amount.currency not in WIRE:
        raise NotWhole(f"{amount.currency} is not taken by card.")
    return amount.minor * WIRE[amount.currency]


def from_wire(amount: int, currency: str) -> Money:
    """`currency` in any case. Raises NotWhole, for instance for half a rupiah."""
    currency = currency.upper()
    if currency not in WIRE or amount % WIRE[currency]:
        raise NotWhole(f"{amount} {currency} on the wire is no amount of ours.")
    return Money(amount // WIRE[currency], currency)


def rounded(amount: int, currency: str) -> Money:
    """As from_wire, down to our smallest unit: fees are counted in sen. Raises NotWhole for an unknown currency."""
    currency = currency.upper()
    if currency not in WIRE:
        raise NotWhole(f"{currency} is not in our books.")
    return Money(amount // WIRE[currency], currency)

"""Rates of foreign money: the newest of each pair, and what an amount is about. Decimals, never floats."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from marketplace.common.access import OFFICE, is_staff
from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Rate

OLD = timedelta(days=7)  # an older rate is still shown, with its day and a warning


class NoRate(PaymentError):
    """Nobody has loaded a rate for this pair of currencies."""


def history(user: Any) -> QuerySet[Rate]:
    """Every rate that was loaded, newest first; for the office only."""
    return Rate.objects.order_by("-quoted_at", "-pk") if is_staff(user, OFFICE) else Rate.objects.none()


def newest(user: Any) -> list[Rate]:
    """The latest rate of each pair, by pair; for the office only. One query."""
    found = history(user).order_by("base", "quote", "-quoted_at", "-pk")
    return list(found.distinct("base", "quote"))


def latest(base: str, quote: str = "IDR") -> Rate:
    """The newest rate of this pair. Raises NoRate."""
    found = Rate.objects.filter(base=base, quote=quote).order_by("-quoted_at", "-pk").first()
    if found is None:
        raise NoRate(f"There is no rate {base}/{quote}.")
    return found


def is_old(rate: Rate) -> bool:
    """Quoted more than a week ago: say so wherever it is shown."""
    return rate.quoted_at < timezone.now() - OLD


def indicative(amount: Money, to: str) -> tuple[Money, Rate]:
    """About how much `amount` is in another currency, with the rate and so its source and day. Not an offer.

    Only the pair as it was loaded (`amount.currency`/`to`); nothing is turned round. Raises NoRate.
    """
    rate = latest(amount.currency, to)
    return convert(amount, rate.rate, to), rate


def convert(amount: Money, rate: Decimal, to: str) -> Money:
    """`amount` × `rate`, exact, then rounded once to whole minor units of `to`; half a unit goes up (away from 0)."""
    with localcontext(prec=60):
        major = Decimal(amount.minor).scaleb(-MINOR_DIGITS[amount.currency]) * rate
        minor = major.scaleb(MINOR_DIGITS[to]).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return Money(int(minor), to)


@dataclass(frozen=True)
class Guide:
    """The newest rate of a currency against the rupiah, for showing rupiah prices in it. Never for booking."""

    rate: Rate

    @property
    def source(self) -> str:
        return self.rate.source

    @property
    def quoted_at(self) -> datetime:
        return self.rate.quoted_at

    @property
    def is_old(self) -> bool:
        return is_old(self.rate)

    def about(self, price: Money) -> Money | None:
        """`price` in rupiah ÷ the rate, rounded once, half a unit up; nothing where less than one unit is left."""
        if price.currency != self.rate.quote:
            return None
        to = self.rate.base
        with localcontext(prec=60):
            major = Decimal(price.minor).scaleb(-MINOR_DIGITS[price.currency]) / self.rate.rate
            minor = major.scaleb(MINOR_DIGITS[to]).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return Money(int(minor), to) if minor else None


def guide(currency: str) -> Guide | None:
    """By which rate a rupiah price may be shown in this currency; nothing where none was loaded. One query."""
    try:
        return Guide(latest(currency))
    except NoRate:
        return None

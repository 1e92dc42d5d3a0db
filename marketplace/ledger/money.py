"""Money: integer minor units with a currency. No float, ever.

In our books IDR has no minor unit (1 = one rupiah); other currencies have hundredths. The only converter to
and from Oscar's Decimal stands here. What a payment provider wants on the wire is the gateway's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

# Digits after the point in our books and on our pages. Indonesian coins below one rupiah do not exist.
MINOR_DIGITS = {"IDR": 0, "USD": 2, "AED": 2, "EUR": 2, "SAR": 2}
SIGNS = {"IDR": "Rp", "USD": "US$", "AED": "AED", "EUR": "€", "SAR": "SAR"}
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class MoneyError(ValueError):
    """Amounts that cannot be put together, or are not whole minor units."""


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units of its currency."""

    minor: int
    currency: str = "IDR"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError(f"minor units must be an int, not {self.minor!r}")
        if self.currency not in MINOR_DIGITS:
            raise MoneyError(f"unknown currency {self.currency!r}")

    @classmethod
    def from_decimal(cls, amount: Decimal, currency: str) -> "Money":
        """From Oscar's Decimal of major units. Raises MoneyError where a fraction of a minor unit would be lost."""
        if isinstance(amount, float) or currency not in MINOR_DIGITS:
            raise MoneyError(f"{amount!r} {currency!r}: a float, or an unknown currency")
        with localcontext(prec=60):  # the default of 28 digits would round long amounts silently
            scaled = Decimal(amount).scaleb(MINOR_DIGITS[currency])
            if not scaled.is_finite() or scaled != scaled.to_integral_value():
                raise MoneyError(f"{amount} {currency} is not in whole minor units")
        return cls(int(scaled), currency)

    def to_decimal(self) -> Decimal:
        """Major units, as Oscar wants them."""
        with localcontext(prec=60):
            return Decimal(self.minor).scaleb(-MINOR_DIGITS[self.currency])

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} do not add")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.minor * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        """As Indonesian pages write it: Rp 21.000 (IDR), US$ 1,250.00 (others)."""
        sign = "-" if self.minor < 0 else ""
        digits = MINOR_DIGITS[self.currency]
        whole, rest = divmod(abs(self.minor), 10**digits)
        text = f"{whole:,}".replace(",", ".") if digits == 0 else f"{whole:,}.{rest:0{digits}d}"
        return f"{sign}{SIGNS[self.currency]}{NO_BREAK_SPACE}{text}"


def split(amount: Money, weights: Sequence[int]) -> list[Money]:
    """Share `amount` by `weights` so that the parts add up exactly (largest remainder, first wins a tie).

    Raises MoneyError for a negative amount, a negative weight, or weights that are all zero.
    """
    total = sum(weights)
    if amount.minor < 0 or total <= 0 or min(weights) < 0:
        raise MoneyError("can only split a positive amount by positive weights")
    parts = [amount.minor * weight // total for weight in weights]
    remainders = [amount.minor * weight % total for weight in weights]
    left = amount.minor - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (-remainders[i], i))[:left]:
        parts[index] += 1
    return [Money(part, amount.currency) for part in parts]

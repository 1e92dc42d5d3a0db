"""What a buyer bought under an exporter's contract: its lines, beside the lines of who brings the goods."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from marketplace.ledger.money import Money


def text(texts: Mapping[str, str], language: str) -> str:
    """A frozen text in this language, else in our own."""
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE) or ""


@dataclass(frozen=True)
class Sold:
    """So many units of one good of the contract, at the contract's price a unit."""

    name: str
    quantity: int
    unit_texts: Mapping[str, str]
    unit_price: Money

    @property
    def price(self) -> Money:
        return self.unit_price * self.quantity

    @property
    def unit_here(self) -> str:
        """The frozen unit in the language of the page."""
        return text(self.unit_texts, get_language() or "")

    def frozen(self) -> dict[str, Any]:
        """As Order.sold_lines keeps it."""
        return {
            "name": self.name,
            "quantity": self.quantity,
            "unit": dict(self.unit_texts),
            "price": self.unit_price.minor,
        }

    @classmethod
    def of(cls, row: Mapping[str, Any], currency: str) -> "Sold":
        return cls(row["name"], row["quantity"], row["unit"], Money(row["price"], currency))


@dataclass(frozen=True)
class Shared:
    """The price of so many units of a line, shared between the three that deal with it: `buyer` = `seller` +
    `exporter`. What the exporter's part is of it may be below zero: it sells some goods for less than it pays."""

    buyer: Money  # by the contract
    seller: Money  # of who brings the goods: the purchase price
    exporter: Money  # what the exporter adds


def shared(units: int, unit_price: Money, sold_price: Money | None) -> Shared:
    """The one place where an amount is shared. Without a price to the buyer of its own a line has one price."""
    bought = unit_price * units
    sold = bought if sold_price is None else sold_price * units
    return Shared(sold, bought, sold - bought)

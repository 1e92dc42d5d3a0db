"""What a price is about in the reader's own currency: shown beside the rupiah, never agreed to.

Rates stand in a room above (payments), which hands a source over when the program starts. Decision 0040.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from catalogue import cards
from catalogue.cards import Card
from catalogue.detail import Detail
from marketplace.ledger.money import Money
from offtakers.access import company_of

HOME = "IDR"


class Guide(Protocol):
    """A dated rate of one currency, and what a price in rupiah is about by it."""

    @property
    def source(self) -> str: ...

    @property
    def quoted_at(self) -> datetime: ...

    @property
    def is_old(self) -> bool: ...

    def about(self, price: Money) -> Money | None:
        """Nothing where so little money cannot be said in that currency."""


_sources: dict[str, Callable[[str], Guide | None]] = {}


def use(source: Callable[[str], Guide | None]) -> None:
    """Called once when the program starts: `source(currency)` gives the newest rate, or nothing."""
    _sources["rates"] = source


def guide_for(user: Any) -> Guide | None:
    """The rate for who acts for a company that calculates in another currency; two queries, none for guests."""
    company = company_of(user)
    if company is None or company.currency == HOME or "rates" not in _sources:
        return None
    return _sources["rates"](company.currency)


def with_guide(shown: Detail, guide: Guide | None) -> Detail:
    """The page with the price and each of its steps said once more. Without a rate it stays as it is."""
    if guide is None or not shown.tiers:
        return shown
    tiers = [replace(tier, about=guide.about(tier.price)) for tier in shown.tiers]
    known = sorted((tier.about for tier in tiers if tier.about), key=lambda money: money.minor)
    if len(known) < len(tiers):  # a step too small to say: then nothing is said, rather than half of it
        return shown
    return replace(shown, tiers=tiers, about_text=cards.span((known[0], known[-1])), guide=guide)


def on_cards(found: Iterable[Card], guide: Guide | None) -> list[Card]:
    """The cards with their price said once more. Copies: what is kept for all readers stays as it is."""
    return [replace(card, about_text=_about(card, guide)) if guide else card for card in found]


def _about(card: Card, guide: Guide) -> str:
    if card.prices is None:
        return ""
    low, high = (guide.about(price) for price in card.prices)
    return cards.span((low, high)) if low and high else ""

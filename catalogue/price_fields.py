"""The two fields for a price among the filters: what was typed stays, what can't be used gets a sentence."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalogue.filters import Filters


@dataclass(frozen=True)
class PriceField:
    name: str
    label: str
    typed: str
    error: str


def price_fields(query: QueryDict, used: Filters) -> list[PriceField]:
    """`used` is what Filters understood of the same query."""
    crossed = used.price_from and used.price_to and int(used.price_from) > int(used.price_to)
    less = _("This is less than the price you want to start from.") if crossed else ""
    return [
        _field(query, "price_from", _("From Rp"), used.price_from, ""),
        _field(query, "price_to", _("To Rp"), used.price_to, less),
    ]


def _field(query: QueryDict, name: str, label: str, used: str, error: str) -> PriceField:
    typed = query.get(name, "")[:40].strip()
    if not used and typed.strip("0"):
        error = _("Please write the price in digits only, for example 25000.")
    return PriceField(name, label, used or typed, error)

"""HS codes by country (data/tariff_codes.csv): the Indonesian line for our customs, the importer's for the other side.

Digits differ from country to country after the sixth, so the codes are kept apart; a customs broker confirms them.
"""

from dataclasses import dataclass
from functools import lru_cache

from catalogue.models import Product
from marketplace.exports.tables import ANYWHERE, rows


@dataclass(frozen=True)
class TariffCode:
    """One line of a customs tariff. `note` says of which kind it is, where a commodity has several."""

    code: str
    note: str
    source: str
    is_assumed: bool

    def __str__(self) -> str:
        return written(self.code)


@lru_cache
def codes(commodity: str, country: str) -> tuple[TariffCode, ...]:
    """What the tariff of this country may call this commodity; HS6 where only that is known, none for unknown goods."""
    ours = [row for row in rows("tariff_codes") if row["commodity"] == commodity]
    found = [row for row in ours if row["country"] == country]
    found = found or [row for row in ours if row["country"] == ANYWHERE]
    return tuple(
        TariffCode(row["code"], row["note"], row["source"], row["is_assumed"] == "1") for row in found
    )


def code_of(product: Product, country: str) -> str:
    """The likeliest code of a listing in this country: its own, else its commodity's first; "" if nobody knows."""
    own = (product.hs8 or product.hs6) if country == "ID" else product.hs6
    if own:
        return own.replace(".", "")
    found = codes(product.commodity.code, country) if product.commodity else ()
    return found[0].code if found else ""


def written(code: str) -> str:
    """As people write it: 0804.50.30."""
    parts = [code[:4], code[4:6], code[6:8], code[8:]]
    return ".".join(part for part in parts if part)

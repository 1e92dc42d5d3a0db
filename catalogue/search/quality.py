"""How good the search is: 150 queries with the goods one would expect (catalogue/data/search_quality.csv)."""

import csv
from dataclasses import dataclass

from django.conf import settings

from catalogue.search.queries import find

FILE = settings.BASE_DIR / "catalogue" / "data" / "search_quality.csv"


@dataclass(frozen=True)
class Asked:
    """One query of the list with the codes of the first three goods that were found for it."""

    kind: str
    language: str
    query: str
    goods: list[str]  # any of these is right
    found: list[str]

    @property
    def is_first(self) -> bool:
        return bool(self.found) and self.found[0] in self.goods

    @property
    def is_in_three(self) -> bool:
        return bool(set(self.found) & set(self.goods))


def ask_all() -> list[Asked]:
    """Every query of the list against the goods that are loaded."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_ask(row) for row in csv.DictReader(file)]


def _ask(row: dict[str, str]) -> Asked:
    hits = find(row["query"], row["language"])
    codes = hits.entries.order_by(*hits.order).values_list("product__stockrecords__partner_sku", flat=True)
    return Asked(row["kind"], row["language"], row["query"], row["goods"].split(), list(codes[:3]))


def figures(asked: list[Asked]) -> dict[str, int]:
    return {
        "queries": len(asked),
        "first": sum(one.is_first for one in asked),
        "top_three": sum(one.is_in_three for one in asked),
    }

"""Reading saved lists; whose they are comes first. Nobody else finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from catalogue.pictures import Picture, picture
from checkout.basket import terms
from checkout.basket.queries import records
from checkout.basket.refill import Wanted
from checkout.lists.models import SavedLine, SavedList
from marketplace.ledger.money import Money
from marketplace.pesantren import pricing
from marketplace.pesantren.models import StockRecord


@dataclass(frozen=True)
class Listed:
    """One line with today's terms; without `record` the product is not listed any more."""

    line: SavedLine
    record: StockRecord | None

    @property
    def unit_price(self) -> Money | None:
        return pricing.unit_price(pricing.steps(self.record), self.line.quantity) if self.record else None

    @property
    def price(self) -> Money | None:
        return self.unit_price * self.line.quantity if self.unit_price else None

    @property
    def picture(self) -> Picture | None:
        images = list(self.line.product.images.all())
        return picture(images[0]) if images else None

    @property
    def problem(self) -> terms.Problem | None:
        return terms.problem(self.record, self.line.quantity) if self.record else None


def lists(user: Any) -> QuerySet[SavedList]:
    """This person's lists with `size`, the number of their lines; the newest first."""
    if not user.is_authenticated:
        return SavedList.objects.none()
    return SavedList.objects.filter(owner=user).annotate(size=Count("lines")).order_by("-pk")


def lines(saved_list: SavedList) -> QuerySet[SavedLine]:
    return saved_list.lines.select_related("product__unit").prefetch_related("product__images")


def today(found: Sequence[SavedLine]) -> list[Listed]:
    """These lines as they could be bought now; two queries, however many."""
    listed = records(line.product_id for line in found)
    return [Listed(line, listed.get(line.product_id)) for line in found]


def wanted(saved_list: SavedList) -> list[Wanted]:
    """The whole list, to be put into the basket."""
    return [Wanted(line.product_id, line.quantity, line.product.title) for line in lines(saved_list)]

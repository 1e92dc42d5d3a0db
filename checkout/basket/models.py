"""The basket: Oscar's, with wide amounts and everything a page needs read at once."""

from typing import Any

from django.db import models
from oscar.apps.basket.abstract_models import AbstractBasket, AbstractLine


class Basket(AbstractBasket):
    _lines: Any

    def all_lines(self) -> Any:
        """Oscar's cached lines, with terms, price steps and seller: the number of queries does not grow."""
        if self.pk is None:
            return Line.objects.none()
        if self._lines is None:
            self._lines = (
                self.lines.select_related(
                    "product__product_class", "product__unit", "stockrecord__partner__regency"
                )
                .prefetch_related(
                    "attributes", "product__images", "stockrecord__tiers", "stockrecord__partner__closures"
                )
                .order_by("pk")
            )
        return self._lines

    def merge_line(self, line: "Line", add_quantities: bool = False) -> None:
        """The larger quantity stays, with the price it was told at: doing it twice changes nothing."""
        mine = self.lines.filter(line_reference=line.line_reference).first()
        if mine is None:
            self.lines.model.objects.filter(pk=line.pk).update(basket=self)
        else:
            if line.quantity > mine.quantity:
                self.lines.filter(pk=mine.pk).update(
                    quantity=line.quantity,
                    price_excl_tax=line.price_excl_tax,
                    price_incl_tax=line.price_incl_tax,
                )
            line.delete()
        self._lines = None

    merge_line.alters_data = True  # type: ignore[attr-defined]


class Line(AbstractLine):
    """`price_excl_tax` is the unit price the buyer was told when the quantity was last set."""

    price_excl_tax = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    price_incl_tax = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta(AbstractLine.Meta):
        abstract = False


from oscar.apps.basket.models import *  # noqa: E402, F403 - Oscar's own, after ours

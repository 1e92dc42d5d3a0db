"""What can go wrong with stock."""

from typing import TYPE_CHECKING

from oscar.apps.order.exceptions import UnableToPlaceOrder

if TYPE_CHECKING:
    from marketplace.pesantren.models import StockRecord


class OutOfStock(UnableToPlaceOrder):
    """Less is free than was asked for."""

    def __init__(self, stockrecord: "StockRecord", asked: int) -> None:
        self.stockrecord, self.asked = stockrecord, asked
        self.free = max(stockrecord.net_stock_level, 0)
        super().__init__(f"stock record {stockrecord.pk}: {asked} asked, {self.free} free")


class Reserved(Exception):
    """Orders need these goods. `number`: how many they need, or how many are free (see who raises it)."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(str(number))


class ChangedMeanwhile(Exception):
    """The stock is another than the page showed."""

    def __init__(self, now: int | None) -> None:
        self.now = now
        super().__init__(str(now))


class WrongSteps(Exception):
    """A price step that cannot be: the `place` (from 0) of it, what is wrong, and the figure it must pass."""

    NOT_ABOVE, NO_MULTIPLE, NOT_CHEAPER = "above", "multiple", "cheaper"

    def __init__(self, place: int, fault: str, figure: int) -> None:
        self.place, self.fault, self.figure = place, fault, figure
        super().__init__(f"step {place}: {fault} {figure}")

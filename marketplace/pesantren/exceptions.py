"""What can go wrong with stock."""

from datetime import date
from typing import TYPE_CHECKING

from oscar.apps.order.exceptions import UnableToPlaceOrder

if TYPE_CHECKING:
    from marketplace.pesantren.models import StockRecord


class OutOfStock(UnableToPlaceOrder):
    """Less is free than was asked for."""

    def __init__(self, stockrecord: "StockRecord", asked: int, free: int | None = None) -> None:
        self.stockrecord, self.asked = stockrecord, asked
        self.free = max(stockrecord.net_stock_level, 0) if free is None else free
        super().__init__(f"stock record {stockrecord.pk}: {asked} asked, {self.free} free")


class NotSelling(UnableToPlaceOrder):
    """These pesantren take no orders now. `names`: theirs."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(", ".join(names))


class Reserved(Exception):
    """Orders need these goods. `number`: how many they need, or how many are free (see who raises it)."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(str(number))


class Promised(Exception):
    """More is promised in this week (its Monday) than it shall make. `number`: how much."""

    def __init__(self, week: date, number: int) -> None:
        self.week, self.number = week, number
        super().__init__(f"{week}: {number}")


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

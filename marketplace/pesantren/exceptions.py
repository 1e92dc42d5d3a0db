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

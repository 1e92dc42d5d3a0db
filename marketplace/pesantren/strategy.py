"""Oscar's strategy: which stock record, at which price, whether it can be bought."""

from typing import Any

from django.utils.functional import cached_property
from oscar.apps.partner import availability, prices, strategy

from marketplace.pesantren import capacity, pricing
from marketplace.pesantren.models import StockRecord


class NotSellingHere(availability.Unavailable):
    """Listed from public sources; the pesantren has not joined (decision 0006)."""

    code = "not_selling"


class Suspended(availability.Unavailable):
    """The office has stopped its sales for now."""

    code = "suspended"


class MadeToOrder(availability.StockRequired):
    """Made in the weeks ahead: what is free there can be bought. Counted only when somebody asks."""

    CODE_IN_STOCK = "madetoorder"

    def __init__(self, record: StockRecord) -> None:
        self.record = record

    @cached_property
    def num_available(self) -> int:  # type: ignore[override]
        return capacity.free(self.record) or 0


class Steps(strategy.UseFirstStockRecord, strategy.StockRequired, strategy.NoTax, strategy.Structured):
    """One listing is one stock record; the price depends on the quantity; prices are what the buyer pays."""

    def fetch_for_line(self, line: Any, stockrecord: StockRecord | None = None) -> strategy.PurchaseInfo:
        record = stockrecord or self.select_stockrecord(line.product)
        price = pricing.unit_price(pricing.steps(record), line.quantity)
        policy = prices.FixedPrice(currency=price.currency, excl_tax=price.to_decimal(), tax=0)
        return strategy.PurchaseInfo(policy, self.availability_policy(line.product, record), record)

    def availability_policy(self, product: Any, stockrecord: StockRecord | None) -> availability.Base:
        if stockrecord and not stockrecord.partner.sells:
            return NotSellingHere()
        if stockrecord and stockrecord.partner.suspended_at:
            return Suspended()
        if stockrecord and stockrecord.is_made_to_order:
            return MadeToOrder(stockrecord)
        return super().availability_policy(product, stockrecord)


class Selector:
    """One strategy for everyone: offtakers' prices come from quotes and contracts, not from here."""

    def strategy(self, request: Any = None, user: Any = None, **kwargs: Any) -> Steps:
        return Steps(request)

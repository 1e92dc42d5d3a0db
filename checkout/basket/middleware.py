"""Oscar's basket middleware without offers: we sell at price steps, vouchers are not open yet (decision 0003)."""

from typing import Any

from oscar.apps.basket import middleware


class BasketMiddleware(middleware.BasketMiddleware):
    def apply_offers_to_basket(self, request: Any, basket: Any) -> None:
        """No offers: nothing to look up."""

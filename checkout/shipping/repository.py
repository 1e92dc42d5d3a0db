"""What Oscar believes about shipping. It thinks of one method for a whole order; ours are chosen for each
pesantren's part by marketplace.fulfilment.delivery, and an order keeps them as its fulfilments.

Without this file Oscar's own repository would answer "free shipping" to whoever asks. Ours offers nothing:
no page of ours asks it, and no code may price an order through it.
"""

from typing import Any


class Repository:
    def get_shipping_methods(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> list[Any]:
        """No single method fits an order of several pesantren."""
        return []

    def get_default_shipping_method(self, basket: Any, shipping_addr: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError("Ways of delivery come from marketplace.fulfilment.delivery.options.")

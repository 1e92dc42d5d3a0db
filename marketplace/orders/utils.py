"""Oscar's order creator with our number and frozen texts."""

from typing import Any

from django.conf import settings
from oscar.apps.order import utils

from marketplace.orders import holds
from marketplace.orders.numbers import order_number


class OrderNumberGenerator:
    """Oscar's 100000 + basket id tells how many orders there are and can be guessed."""

    def order_number(self, basket: Any) -> str:
        return order_number()


class OrderCreator(utils.OrderCreator):
    """Writes order and lines; names and units are frozen in every language they exist in.

    What is made to order holds its weeks instead of stock: the day it is ready is a term of the line.
    """

    def create_line_models(
        self, order: Any, basket_line: Any, extra_line_fields: dict[str, Any] | None = None
    ) -> Any:
        product, record = basket_line.product, basket_line.stockrecord
        making = holds.plan(record, basket_line.quantity) if record.is_made_to_order else None
        frozen = {
            "title_texts": texts(product, "title"),
            "unit_texts": texts(product.unit, "name") if product.unit else {},
            "weight_g": product.gross_weight_g or product.net_weight_g,
            "made_by": making.ready_on if making else None,
            **(extra_line_fields or {}),
        }
        line = super().create_line_models(order, basket_line, frozen)
        if making:
            holds.hold(line, making)
        return line

    def update_stock_records(self, line: Any) -> None:
        """The counted stock of a basket line; the weeks of what is made to order are held already."""
        if not line.stockrecord.is_made_to_order:
            super().update_stock_records(line)


def texts(row: Any, field: str) -> dict[str, str]:
    """All languages of a translated field that are filled."""
    suffix = {"id": "ind"}  # modeltranslation's name for Indonesian, since "_id" means a key
    found = {code: getattr(row, f"{field}_{suffix.get(code, code)}", "") for code, _ in settings.LANGUAGES}
    return {code: text for code, text in found.items() if text}

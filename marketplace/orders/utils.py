"""Oscar's order creator with our number and frozen texts."""

from typing import Any

from django.conf import settings
from oscar.apps.order import utils

from marketplace.orders.numbers import order_number


class OrderNumberGenerator:
    """Oscar's 100000 + basket id tells how many orders there are and can be guessed."""

    def order_number(self, basket: Any) -> str:
        return order_number()


class OrderCreator(utils.OrderCreator):
    """Writes order and lines; names and units are frozen in every language they exist in."""

    def create_line_models(
        self, order: Any, basket_line: Any, extra_line_fields: dict[str, Any] | None = None
    ) -> Any:
        product = basket_line.product
        frozen = {
            "title_texts": texts(product, "title"),
            "unit_texts": texts(product.unit, "name") if product.unit else {},
            "weight_g": product.gross_weight_g or product.net_weight_g,
            **(extra_line_fields or {}),
        }
        return super().create_line_models(order, basket_line, frozen)


def texts(row: Any, field: str) -> dict[str, str]:
    """All languages of a translated field that are filled."""
    suffix = {"id": "ind"}  # modeltranslation's name for Indonesian, since "_id" means a key
    found = {code: getattr(row, f"{field}_{suffix.get(code, code)}", "") for code, _ in settings.LANGUAGES}
    return {code: text for code, text in found.items() if text}

"""What one unit of an order line weighs."""

from catalogue.models import BY_WEIGHT
from marketplace.fulfilment.models import FulfilmentLine


def is_by_weight(line: FulfilmentLine) -> bool:
    """Whether it is sold by the kilogram: one unit is 1,000 g. `line` comes with its product and unit."""
    product = line.line.product
    return bool(product and product.unit and product.unit.code == BY_WEIGHT)


def net_g(line: FulfilmentLine) -> int:
    """Of one unit, in grams; 0 where the listing does not say."""
    if is_by_weight(line):
        return 1000
    product = line.line.product
    return (product.net_weight_g or 0) if product else 0


def gross_g(line: FulfilmentLine) -> int:
    """Of one unit as the pesantren hands it over; 0 where nobody says."""
    if is_by_weight(line):
        return 1000
    return line.line.weight_g or net_g(line)


def units_of_grams(grams: int, most: int) -> int:
    """Whole kilograms, rounded down: nobody pays for more than was accepted; never more than the line has (0044)."""
    return min(grams // 1000, most)

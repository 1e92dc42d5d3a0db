"""Which good somebody means who writes its name by hand; without it nobody is told of the line (matching.py)."""

from catalogue.models import Commodity, ProductClass
from catalogue.naming import named, names, words


def commodity_of(text: str) -> Commodity | None:
    """The commodity whose name stands in the text, in any language; of several the longest name. One query."""
    return named(Commodity.objects.order_by("pk"), text)


def kind_of(text: str) -> ProductClass | None:
    """The kind of goods that is called exactly so. One query."""
    said = words(text)
    rows = ProductClass.objects.order_by("pk")
    return next((row for row in rows if said and said in list(names(row))), None)

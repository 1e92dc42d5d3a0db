"""A listing as the cells of a row, and the version that tells later whether it has changed since.

The version has one short sum for each group that changes together (texts, price, terms, stock, capacity). So a row that
only says another price does not undo what was sold meanwhile, and is refused if somebody else set a price.
A version of the first layout knows nothing of the columns that came later (columns.LATE).
"""

from collections.abc import Mapping
from hashlib import sha256

from django.db.models import Prefetch, QuerySet

from catalogue import states
from catalogue.imports.columns import GROUPS, TERMS, Layout, steps_of
from catalogue.listing_forms import answers_of
from catalogue.models import Product, ProductAttributeValue
from marketplace.pesantren.models import Partner, StockRecord

FIRST, BEGIN = "v1", "v2"
LENGTH = 8  # hexadecimal digits of one sum: 1 in 4,000 million that a change goes unseen


def listings(partner: Partner) -> QuerySet[Product]:
    """What this pesantren lists, with all that a row tells; six queries, however many there are."""
    values = ProductAttributeValue.objects.select_related("attribute")
    records = StockRecord.objects.prefetch_related("tiers")
    return (
        Product.objects.filter(partner=partner)
        .exclude(product_class=None)
        .select_related("unit", "draft", "product_class", "commodity", "origin")
        .prefetch_related(
            "categories", Prefetch("attribute_values", values), Prefetch("stockrecords", records)
        )
    )


def record_of(product: Product) -> StockRecord | None:
    return next(iter(product.stockrecords.all()), None)


def cells_of(product: Product, layout: Layout) -> dict[str, str]:
    """What a row says of this listing; of a draft as it was typed so far."""
    if product.state == states.DRAFT:
        draft = getattr(product, "draft", None)
        found = dict(draft.answers) if draft else {}
    else:
        found = answers_of(product)
        if record := record_of(product):
            # What is made to order is not counted, whatever lay there before.
            found["stock"] = "" if record.is_made_to_order else _text(record.num_in_stock)
            found |= {name: _text(getattr(record, name)) for name in layout.names(TERMS)}
            found |= steps_of((tier.quantity, tier.price) for tier in record.tiers.all())
    return {one.name: _cell(found.get(one.name, "")) for one in layout.columns}


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cell(value: object) -> str:
    """Answers are kept as texts and lists of texts; our own dotted numbers become plain ones."""
    if isinstance(value, list):
        return ";".join(str(one) for one in value)
    return _text(value)


def sums_of(cells: Mapping[str, str], layout: Layout, begin: str = BEGIN) -> dict[str, str]:
    """One short sum for each group of cells; the same for all ways to write the same. `begin`: of which version."""
    columns = [one for one in layout.columns if begin == BEGIN or not one.is_late]
    found = {}
    for group in GROUPS:
        said = [(one.name, one.plain(cells.get(one.name, ""))) for one in columns if one.group == group]
        found[group] = sha256(repr(said).encode()).hexdigest()[:LENGTH]
    return found


def version_of(cells: Mapping[str, str], layout: Layout) -> str:
    sums = sums_of(cells, layout)
    return "-".join([BEGIN, *(sums[group] for group in GROUPS)])


def begin_of(text: str) -> str:
    """Of which layout a version is."""
    return text.strip().lower().partition("-")[0]


def read_version(text: str) -> dict[str, str] | None:
    """The sums in a version; nothing if it is none."""
    begin, *sums = text.strip().lower().split("-")
    if begin not in (FIRST, BEGIN) or len(sums) != len(GROUPS) or any(len(one) != LENGTH for one in sums):
        return None
    return dict(zip(GROUPS, sums, strict=True))

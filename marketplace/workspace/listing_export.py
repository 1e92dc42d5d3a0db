"""What a listing is, and what it lacks for buyers abroad, each with the place where its pesantren says it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.export import Gap, readiness
from catalogue.facts import grams
from catalogue.listing_fields import Options
from catalogue.models import Product
from marketplace.exports.tariffs import written

# The question that fills each gap: its page and its field.
QUESTIONS = {
    "field:hs6": ("texts", "commodity"),
    "field:carton": ("texts", "carton_cm"),
    "field:export_minimum": ("terms", "export_minimum"),
}


@dataclass(frozen=True)
class Missing:
    """One line of the page; without a link nobody here can fill it."""

    text: str
    countries: str
    url: str


@dataclass(frozen=True)
class ForExport:
    facts: list[tuple[str, str, bool]]  # label, value, whether it is assumed
    ready: list[str]
    missing: list[Missing]


def for_export(product: Product, options: Options) -> ForExport | None:
    """None for goods that do not travel. `product` comes with its commodity and origin."""
    if product.product_class is None or not product.product_class.requires_shipping:
        return None
    found = readiness(product)
    return ForExport(
        facts=_facts(product),
        ready=found.ready if found else [],
        missing=[_missing(product, gap, options) for gap in found.gaps] if found else [],
    )


def _facts(product: Product) -> list[tuple[str, str, bool]]:
    good = product.commodity
    assumed = bool(good and "hs6" in good.assumed and product.hs6 == good.hs6)
    carton = product.carton_cm.replace("x", " × ") + " cm" if product.carton_cm else ""
    rows = [
        (_("Which good it is"), str(good) if good else "", False),
        (_("HS code"), written(product.hs8 or product.hs6), assumed),
        (_("Net weight of one"), grams(product.net_weight_g) if product.net_weight_g else "", False),
        (_("Weight of one, packed"), grams(product.gross_weight_g) if product.gross_weight_g else "", False),
        (_("Carton"), carton, False),
        (_("Grown or made in"), str(product.origin or ""), False),
    ]
    return [row for row in rows if row[1]]


def _missing(product: Product, gap: Gap, options: Options) -> Missing:
    return Missing(gap.text, _(", ").join(gap.countries), _url(product, gap, options))


def _url(product: Product, gap: Gap, options: Options) -> str:
    one = gap.any_of[0]
    if one.startswith("paper:"):
        return f"{reverse('workspace:add-permit')}?product={product.pk}"
    if one == "field:weight":
        page, field = "texts", "weight_g" if product.net_weight_g else "net_weight_g"
    else:
        page, field = QUESTIONS[one]
    if field == "commodity" and (product.commodity or not options.goods):
        return ""  # of this good nobody has told us the code yet
    return f"{reverse('workspace:change-listing', args=[product.pk, page])}?export=1#id_{field}"

"""How cold goods must travel, and what may travel together. Degrees Celsius; the ranges come from Commodity."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.refused import Refused

# What a cold room holds around its set-point (assumed): rambutan at 12 and mangosteen at 12..14 travel at 13.
HOLDS = Decimal(1)


@dataclass(frozen=True)
class Need:
    """From `low` to `high`. Without figures: dry goods are not cooled; perishable ones may travel either way."""

    low: Decimal | None
    high: Decimal | None
    is_perishable: bool

    @property
    def is_cooled(self) -> bool:
        return self.low is not None

    @property
    def is_dry(self) -> bool:
        return self.low is None and not self.is_perishable

    def fits(self, setpoint: Decimal | None) -> bool:
        if setpoint is None:
            return not self.is_cooled
        if self.low is None or self.high is None:
            return self.is_perishable and setpoint > 0  # fresh goods without a figure: cooled, never frozen
        return self.low - HOLDS <= setpoint <= self.high + HOLDS


def need_of(product: Product | None) -> Need:
    """By its commodity ("12..14", "12", ""); a listing without one, or that is gone, by its class alone."""
    kind = product.commodity if product else None
    perishable = bool(product and product.product_class and product.product_class.perishable)
    low, _dots, high = (kind.storage_celsius if kind else "").partition("..")
    if not low.strip():
        return Need(None, None, perishable)
    return Need(Decimal(low.strip()), Decimal((high or low).strip()), perishable)


def common_setpoint(products: Iterable[Product | None]) -> Decimal | None:
    """The middle of what all cooled goods share, in whole degrees; none for dry goods. Raises Refused if they share
    nothing."""
    needs = [need_of(product) for product in products]
    if any(need.is_dry for need in needs) and not all(need.is_dry for need in needs):
        raise Refused(_("Chilled and dry goods do not travel together. Make a second consignment."))
    cooled = [need for need in needs if need.low is not None and need.high is not None]
    if not cooled:
        return None
    low = max(need.low for need in cooled if need.low is not None)
    high = min(need.high for need in cooled if need.high is not None)
    middle = Decimal((low + high) / 2).quantize(Decimal(1))
    if not all(need.fits(middle) for need in needs):
        raise Refused(_("These goods need temperatures too far apart. Make a second consignment."))
    return middle


def check(product: Product | None, setpoint: Decimal | None, name: str) -> None:
    """Raises Refused where these goods cannot travel at this set-point."""
    need = need_of(product)
    if need.fits(setpoint):
        return
    if setpoint is None:
        raise Refused(
            _("%(name)s must be cooled (%(low)s to %(high)s °C), and this consignment is not."),
            field="setpoint",
            name=name,
            low=need.low,
            high=need.high,
        )
    if need.is_dry:
        raise Refused(
            _("%(name)s travels dry, and this consignment is cooled to %(at)s °C."),
            field="setpoint",
            name=name,
            at=setpoint.normalize(),
        )
    raise Refused(
        _("%(name)s needs %(low)s to %(high)s °C, and this consignment travels at %(at)s °C."),
        field="setpoint",
        name=name,
        low=need.low if need.low is not None else "> 0",
        high=need.high if need.high is not None else "…",
        at=setpoint.normalize(),
    )

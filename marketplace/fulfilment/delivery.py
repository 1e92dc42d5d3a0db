"""How one pesantren's part can travel, at which price and when it arrives. Tariffs are data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalogue.models import DeliveryKind, Product
from marketplace.fulfilment.models import Tariff
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days
from marketplace.reference.distance import kilometres
from marketplace.reference.models import Regency


@dataclass(frozen=True)
class Load:
    """One line of what travels."""

    product: Product
    quantity: int
    lead_days: int  # working days until it is ready


@dataclass(frozen=True)
class Delivery:
    """One way to deliver one pesantren's part. `code` identifies it in the form; amounts in whole rupiah."""

    code: str
    partner: Partner
    kind: str
    name: str
    fee: Money
    lead_days: int
    road_least: int
    road_most: int
    claim_hours: int
    is_example: bool = False

    def dates(self, moment: datetime) -> tuple[date, date, date]:
        """Ready on, arrives from, arrives to, if the order is paid at `moment`."""
        closures = [(closure.first, closure.last) for closure in self.partner.closures.all()]
        start = working_days.counted_from(moment, self.partner.cut_off_hour)
        ready = working_days.after(start, self.lead_days, closures)
        return ready, ready + timedelta(days=self.road_least), ready + timedelta(days=self.road_most)


def options(
    partner: Partner, loads: Sequence[Load], destination: Regency | None, tariffs: Iterable[Tariff]
) -> list[Delivery]:
    """All ways that fit every line of this part, cheapest first; services ship nothing and need no way.

    `destination` may be unknown yet: then only picking up is offered. Empty: these goods cannot travel together.
    """
    shipped = [load for load in loads if load.product.get_product_class().requires_shipping]
    lead = max((load.lead_days for load in loads), default=0)
    claim = min(load.product.get_product_class().claim_hours for load in loads)
    if not shipped:
        return [Delivery("none", partner, "", "", Money(0), lead, 0, 0, claim)]
    kinds = set.intersection(*(set(load.product.get_product_class().delivery_kinds) for load in shipped))
    found = [
        Delivery(
            f"tariff-{tariff.pk}",
            partner,
            tariff.kind,
            tariff.name,
            charge(tariff, shipped),
            lead,
            tariff.days_least,
            tariff.days_most,
            claim,
            tariff.is_example,
        )
        for tariff in tariffs
        if tariff.kind in kinds and _reaches(tariff, partner.regency, destination)
    ]
    return sorted(found, key=lambda way: (way.fee.minor, way.road_most))


def _reaches(tariff: Tariff, origin: Regency, destination: Regency | None) -> bool:
    if tariff.kind == DeliveryKind.PICKUP:
        return True
    if destination is None:
        return False
    if tariff.same_regency_only and origin != destination:
        return False
    return tariff.within_km is None or kilometres(origin, destination) <= tariff.within_km


def charge(tariff: Tariff, loads: Sequence[Load]) -> Money:
    """Base plus price per started kilogram of the heavier of weight and volume weight; at least the minimum."""
    grams = sum(_grams(load, tariff.divisor) for load in loads)
    kilograms = max(_started(grams, 1000), tariff.minimum_kg)
    return Money(max(tariff.base + tariff.per_kg * kilograms, tariff.minimum))


def _grams(load: Load, divisor: int | None) -> int:
    product = load.product
    real = (product.gross_weight_g or product.net_weight_g or 1000) * load.quantity
    if not divisor or not product.carton_cm or not product.carton_quantity:
        return real
    long, wide, high = (int(side) for side in product.carton_cm.lower().split("x"))
    cartons = _started(load.quantity, product.carton_quantity)
    return max(real, _started(long * wide * high * 1000, divisor) * cartons)


def _started(amount: int, size: int) -> int:
    """How many times `size` is needed for `amount`; a started one counts. Integers only: exact."""
    return -(-amount // size)

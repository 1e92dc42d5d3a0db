"""How one pesantren's part can travel, at which price and when it arrives. Couriers and tariffs are data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from catalogue.models import DeliveryKind, Product, ProductClass
from marketplace.fulfilment.models import Courier, Tariff
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days
from marketplace.reference.models import Regency


@dataclass(frozen=True)
class Load:
    """One line of what travels."""

    product: Product
    quantity: int
    lead_days: int  # working days until it is ready
    made_by: date | None = None  # made to order: not ready before this day

    @property
    def kind(self) -> ProductClass:
        """What its kind of goods asks of a delivery."""
        return self.product.get_product_class()  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Weight:
    """What a part weighs for one courier, in grams: really, with volume, and what is charged."""

    real: int
    counted: int
    charged: int
    is_minimum: bool = False  # the courier's least weight was more

    @property
    def by_volume(self) -> bool:
        return self.counted > self.real


@dataclass(frozen=True)
class Quote:
    """What one courier asks for one way."""

    tariff: Tariff
    weight: Weight
    fee: Money


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
    road_sundays: bool = True
    weight: Weight | None = None  # where the price depends on it
    made_by: date | None = None  # the day the last of what is made to order is ready

    def dates(self, moment: datetime) -> tuple[date, date, date]:
        """Ready on, arrives from, arrives to, if the order is paid at `moment`."""
        closures = [(closure.first, closure.last) for closure in self.partner.closures.all()]
        start = working_days.counted_from(moment, self.partner.cut_off_hour)
        ready = working_days.after(start, self.lead_days, closures)
        ready = max(ready, self.made_by or ready)
        first = arrival(ready, self.road_least, sundays=self.road_sundays)
        return ready, first, arrival(ready, self.road_most, sundays=self.road_sundays)


def arrival(ready: date, days: int, *, sundays: bool) -> date:
    """The day on which `days` days on the road have passed; without `sundays`, a Sunday is none of them."""
    day = ready
    for _ in range(days):
        day += timedelta(days=1)
        if not sundays and day.weekday() == working_days.SUNDAY:
            day += timedelta(days=1)
    return day


def options(
    partner: Partner, loads: Sequence[Load], destination: Regency | None, tariffs: Iterable[Tariff]
) -> list[Delivery]:
    """All ways that fit every line of this part, cheapest first; services ship nothing and need no way.

    `destination` may be unknown yet: then only picking up is offered. Empty: these goods cannot travel together.
    """
    shipped = [load for load in loads if load.kind.requires_shipping]
    lead = max((load.lead_days for load in loads), default=0)
    made_by = max((load.made_by for load in loads if load.made_by), default=None)
    claim = min(load.kind.claim_hours for load in loads)
    if not shipped:
        return [Delivery("none", partner, "", "", Money(0), lead, 0, 0, claim, made_by=made_by)]
    by_courier: dict[int, list[Tariff]] = {}
    for tariff in tariffs:
        by_courier.setdefault(tariff.courier_id, []).append(tariff)
    quotes = [quote(rows, partner.regency, destination, shipped) for rows in by_courier.values()]
    found = [replace(_delivery(partner, quoted, lead, claim), made_by=made_by) for quoted in quotes if quoted]
    return sorted(found, key=lambda way: (way.fee.minor, way.road_most, way.road_least, way.code))


def _delivery(partner: Partner, quoted: Quote, lead: int, claim: int) -> Delivery:
    tariff, courier = quoted.tariff, quoted.tariff.courier
    return Delivery(
        code=f"courier-{courier.pk}",
        partner=partner,
        kind=courier.kind,
        name=courier.name,
        fee=quoted.fee,
        lead_days=lead,
        road_least=tariff.days_least,
        road_most=tariff.days_most,
        claim_hours=claim,
        is_example=courier.is_example,
        road_sundays=courier.works_sundays,
        weight=quoted.weight if tariff.per_kg else None,
    )


def quote(
    tariffs: Sequence[Tariff], origin: Regency, destination: Regency | None, shipped: Sequence[Load]
) -> Quote | None:
    """What the courier of these tariffs asks, by its first zone that covers the way; nothing if it cannot.

    It cannot where the kind of delivery does not suit the goods, the goods are perishable and it does not
    carry such, or they are heavier than it takes.
    """
    reaching = [tariff for tariff in tariffs if _reaches(tariff, origin, destination)]
    tariff = min(reaching, key=lambda one: (one.zone.order, one.zone_id), default=None)
    if tariff is None:
        return None
    courier = tariff.courier
    if any(courier.kind not in load.kind.delivery_kinds for load in shipped):
        return None
    if not courier.carries_perishables and any(load.kind.perishable for load in shipped):
        return None
    weight = weigh(courier, shipped)
    if courier.max_kg is not None and weight.counted > courier.max_kg * 1000:
        return None
    return Quote(tariff, weight, fee(tariff, weight))


def _reaches(tariff: Tariff, origin: Regency, destination: Regency | None) -> bool:
    if tariff.courier.kind == DeliveryKind.PICKUP:
        return True
    return destination is not None and tariff.zone.covers(origin, destination)


def weigh(courier: Courier, loads: Sequence[Load]) -> Weight:
    """The lines together: each by weight or volume, then at least the courier's minimum, in its steps."""
    real = sum(_grams(load) for load in loads)
    counted = sum(max(_grams(load), _volume_grams(load, courier.divisor)) for load in loads)
    rounded = _in_steps(counted, courier)
    least = _in_steps(courier.minimum_kg * 1000, courier)
    return Weight(real, counted, max(rounded, least), is_minimum=least > rounded)


def _in_steps(grams: int, courier: Courier) -> int:
    """Up to full steps of the courier; what lies no more than its tolerance above one is not counted."""
    full, rest = divmod(grams, courier.step_g)
    return (full + (rest > courier.tolerance_g)) * courier.step_g


def fee(tariff: Tariff, weight: Weight) -> Money:
    """Base plus price per kilogram of the charged weight (a started rupiah counts); at least the minimum."""
    return Money(max(tariff.base + _started(tariff.per_kg * weight.charged, 1000), tariff.minimum))


def _grams(load: Load) -> int:
    product = load.product
    return (product.gross_weight_g or product.net_weight_g or 1000) * load.quantity


def _volume_grams(load: Load, divisor: int | None) -> int:
    """The whole cartons by volume, each rounded up to a gram; 0 where volume does not count or is unknown."""
    product = load.product
    if not divisor or not product.carton_cm or not product.carton_quantity:
        return 0
    long, wide, high = (int(side) for side in product.carton_cm.lower().split("x"))
    return _started(long * wide * high * 1000, divisor) * _started(load.quantity, product.carton_quantity)


def _started(amount: int, size: int) -> int:
    """How many times `size` is needed for `amount`; a started one counts. Integers only: exact."""
    return -(-amount // size)

"""Who ships which part of an order, how, at what delivery price, and how the buyer signed for it."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

from catalogue.lots.models import Lot
from catalogue.models import DeliveryKind
from marketplace.fulfilment import states
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.pesantren.models import Partner
from marketplace.reference.distance import kilometres
from marketplace.reference.models import Regency


def _days(*args: Any) -> Func:
    """From the first to the last day, as PostgreSQL's range."""
    return Func(*args, function="daterange", output_field=DateRangeField())


class Courier(models.Model):
    """Who brings goods, and how it weighs them. What it costs stands in its tariffs, zone by zone.

    Chargeable weight: the heavier of real and volume weight (L×W×H cm ÷ `divisor` is kilograms), at least
    `minimum_kg`, in steps of `step_g`; up to `tolerance_g` above a full step are not counted.
    """

    STEPS = [
        (1000, _("each started kilogram")),
        (500, _("each started half kilogram")),
        (100, _("each started 100 grams")),
    ]

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=DeliveryKind.choices)
    divisor = models.PositiveIntegerField(null=True, blank=True)  # none: volume does not count
    minimum_kg = models.PositiveIntegerField(default=1)
    step_g = models.PositiveIntegerField(choices=STEPS, default=1000)
    tolerance_g = models.PositiveIntegerField(default=0)
    max_kg = models.PositiveIntegerField(null=True, blank=True)  # heavier parts it does not take
    carries_perishables = models.BooleanField(default=False)
    works_sundays = models.BooleanField(default=True)  # if not, a Sunday is no day on the road
    is_active = models.BooleanField(default=True)
    is_example = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)  # counts every change of it or its tariffs

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tolerance_g__lt=models.F("step_g")), name="courier_tolerance_below_step"
            ),
            models.CheckConstraint(condition=Q(divisor=None) | Q(divisor__gt=0), name="courier_divisor"),
        ]
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """Where a tariff holds. Of a courier's zones the first by `order` that covers the way counts."""

    SAME_REGENCY, SAME_PROVINCE, PROVINCES, EVERYWHERE = "regency", "province", "provinces", "everywhere"
    SCOPES = [
        (SAME_REGENCY, _("within one kabupaten or kota")),
        (SAME_PROVINCE, _("within one province")),
        (PROVINCES, _("to the listed provinces")),
        (EVERYWHERE, _("everywhere")),
    ]

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    scope = models.CharField(max_length=10, choices=SCOPES, default=EVERYWHERE)
    # Codes, not keys: tariffs with couriers and zones are then one query.
    provinces = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    within_km = models.PositiveIntegerField(null=True, blank=True)  # between centroids of kabupaten/kota

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name

    def covers(self, origin: Regency, destination: Regency) -> bool:
        """Whether this way lies in the zone. An unknown distance is within no number of kilometres."""
        if self.scope == self.SAME_REGENCY and origin != destination:
            return False
        if self.scope == self.SAME_PROVINCE and origin.province_id != destination.province_id:
            return False
        if self.scope == self.PROVINCES and destination.province.code not in self.provinces:
            return False
        if self.within_km is None or origin == destination:
            return True
        apart = kilometres(origin, destination)
        return apart is not None and apart <= self.within_km


class TariffQuerySet(models.QuerySet["Tariff"]):
    def in_force(self, day: date) -> "TariffQuerySet":
        """What active couriers charge on this day, with courier and zone: one query."""
        begun = self.filter(courier__is_active=True, valid_from__lte=day)
        return begun.filter(Q(valid_to=None) | Q(valid_to__gte=day)).select_related("courier", "zone")


class Tariff(models.Model):
    """What a courier charges in a zone, from one day to another. Amounts in whole rupiah.

    The charge is `base` + `per_kg` × chargeable kilograms, at least `minimum`. A price that changes is a new
    row from that day on (services/couriers.py); what was ordered keeps its own copy (Fulfilment).
    """

    courier = models.ForeignKey(Courier, on_delete=models.PROTECT, related_name="tariffs")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="tariffs")
    base = models.BigIntegerField(default=0)
    per_kg = models.BigIntegerField(default=0)
    minimum = models.BigIntegerField(default=0)
    days_least = models.PositiveSmallIntegerField(default=1)  # calendar days on the road
    days_most = models.PositiveSmallIntegerField(default=3)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the last day; none: until further notice

    objects = TariffQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="tariff_one_a_day",
                expressions=[
                    ("courier", RangeOperators.EQUAL),
                    ("zone", RangeOperators.EQUAL),
                    (_days("valid_from", "valid_to", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="tariff_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(base__gte=0, per_kg__gte=0, minimum__gte=0), name="tariff_amounts"
            ),
            models.CheckConstraint(
                condition=Q(days_most__gte=models.F("days_least")), name="tariff_road_in_order"
            ),
        ]
        ordering = ["courier", "zone", "valid_from"]

    def __str__(self) -> str:
        return f"{self.courier}: {self.zone}"

    @property
    def base_price(self) -> Money:
        return Money(self.base)

    @property
    def kilo_price(self) -> Money:
        return Money(self.per_kg)

    @property
    def least_price(self) -> Money:
        return Money(self.minimum)


class CourierChange(models.Model):
    """One change of a courier or of one of its tariffs: who, when, before, after. Append-only (a trigger)."""

    courier = models.ForeignKey(Courier, on_delete=models.PROTECT, related_name="changes")
    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, null=True, related_name="changes")
    before = models.JSONField(default=dict)  # only what differs; empty: it is new
    after = models.JSONField(default=dict)
    # Not a key: a deleted person must not take the history along.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.courier}, {self.at:%Y-%m-%d}: {self.actor_name}"


class Fulfilment(models.Model):
    """One pesantren's part of one order. Moves through fulfilment/states.py only."""

    number = models.CharField(max_length=24, unique=True)  # the order's number with "-1", "-2" …
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="fulfilments")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="fulfilments")
    state = models.CharField(max_length=12, choices=states.CHOICES, default=states.WAITING)
    delivery_kind = models.CharField(
        max_length=10, choices=DeliveryKind.choices, blank=True
    )  # "" for services
    delivery_name = models.CharField(max_length=60, blank=True)
    delivery_fee = models.BigIntegerField(default=0)  # whole rupiah
    currency = models.CharField(max_length=3, default="IDR")
    claim_hours = models.PositiveSmallIntegerField(default=48)
    # Which milestone makes the money the pesantren's: a term of the order, frozen with it.
    release_on = models.CharField(max_length=10, choices=states.RELEASES, default=states.ON_ACCEPTANCE)
    released_at = models.DateTimeField(null=True)
    lead_days = models.PositiveSmallIntegerField(default=0)  # working days from payment to ready
    road_least = models.PositiveSmallIntegerField(default=0)  # calendar days on the road
    road_most = models.PositiveSmallIntegerField(default=0)
    road_sundays = models.BooleanField(default=True)  # whether Sundays are among those days
    # Promised when ordered, counted again from the day of payment; a contract's days stand.
    ready_on = models.DateField(null=True)
    arrives_from = models.DateField(null=True)
    arrives_to = models.DateField(null=True)
    offered_at = models.DateTimeField(null=True, db_index=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    carrier = models.CharField(_("Carrier or driver"), max_length=80, blank=True)
    tracking_number = models.CharField(_("Receipt or vehicle number"), max_length=60, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    claim_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "partner"], name="fulfilment_once_per_seller")
        ]
        indexes = [
            models.Index(fields=["partner", "state", "-id"], name="fulfilment_partner_state"),
            models.Index(fields=["state", "offered_at"], name="fulfilment_state_offered"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    @property
    def is_supply(self) -> bool:
        """An exporter bought this part and sells it on: who brings it and the buyer do not deal with each other."""
        return self.order.sold_by_id not in (None, self.partner_id)

    @property
    def seller(self) -> Partner:
        """Who stands before the buyer for this part."""
        return self.order.sold_by or self.partner

    @property
    def buys(self) -> str:
        """The name of who bought this part, as who brings it may read it."""
        return self.seller.name if self.is_supply else self.order.buyer_name

    @property
    def ships(self) -> bool:
        """False for services alone: nothing is packed or handed over, they are delivered once done."""
        return bool(self.delivery_kind)

    def may(self, to: str) -> bool:
        """Whether the move to this state is legal now; pages show a button only then."""
        if (self.state, to) == (states.ACCEPTED, states.DELIVERED) and self.ships:
            return False
        return states.FULFILMENT.allows(self.state, to)

    @property
    def goods(self) -> Money:
        """Price of the goods, from its lines."""
        return sum((line.price for line in self.lines.all()), Money(0, self.currency))

    @property
    def to_buyer(self) -> Money:
        """Price of the goods to the buyer: by the contract, where an exporter sells them."""
        return sum((line.to_buyer(line.quantity) for line in self.lines.all()), Money(0, self.currency))

    @property
    def short_price(self) -> Money:
        """Price of the ordered goods that do not come, from its lines."""
        return sum((line.short_price for line in self.lines.all()), Money(0, self.currency))

    @property
    def short_to_buyer(self) -> Money:
        """The same, to the buyer."""
        return sum((line.short_to_buyer for line in self.lines.all()), Money(0, self.currency))

    @property
    def fee(self) -> Money:
        return Money(self.delivery_fee, self.currency)


class FulfilmentLine(models.Model):
    """How much of an order line this fulfilment brings, how much of it does not come, and how much the buyer took.

    `quantity` and `short` together are what was ordered; money, stock and papers follow `quantity`.
    `taken_off` is of the one unit that an exporter adds to the goods: what of its price fell away with units of
    these goods (below zero: was added), as long as the money of that part is held.
    """

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="parts")
    quantity = models.PositiveIntegerField()
    short = models.PositiveIntegerField(default=0)  # the one writer is services.short
    taken_off = models.BigIntegerField(default=0)  # minor units; the one writer is services.exporter
    accepted = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why less than all was accepted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once"),
            models.CheckConstraint(
                condition=(Q(quantity__gt=0) | Q(short__gt=0))
                & (Q(accepted=None) | Q(accepted__lte=models.F("quantity"))),
                name="fulfilment_line_quantities",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.fulfilment}: {self.quantity} × {self.line.title}"

    @property
    def unit_price(self) -> Money:
        return Money.from_decimal(self.line.unit_price_incl_tax, self.fulfilment.currency)

    def worth(self, units: int) -> Money:
        """What so many units of the line are to who brings them."""
        return self.unit_price * units - Money(self.taken_off if units else 0, self.fulfilment.currency)

    def to_buyer(self, units: int) -> Money:
        """What the buyer pays for so many, or gets back for them."""
        return self.worth(units) if self.line.sold_price is None else self.line.shared(units).buyer

    @property
    def short_to_buyer(self) -> Money:
        return self.to_buyer(self.short)

    @property
    def price(self) -> Money:
        return self.worth(self.quantity)

    @property
    def ordered(self) -> int:
        return self.quantity + self.short

    @property
    def short_price(self) -> Money:
        """The price of what does not come: off the bill, or paid back."""
        return self.worth(self.short)


class ShortDelivery(models.Model):
    """The pesantren said that it brings less than was ordered; FulfilmentLine.short adds up. Append-only (trigger)."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="short_deliveries")
    number = models.PositiveSmallIntegerField()  # 1, 2 … of this part
    lines = models.JSONField()  # [{"line": FulfilmentLine id, "quantity": units that do not come}]
    amount = models.BigIntegerField()  # their price, minor units
    currency = models.CharField(max_length=3, default="IDR")
    still_here = models.BooleanField(default=False)  # the goods exist, so the stock was not counted down
    why = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fulfilment", "number"], name="short_delivery_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.fulfilment}: {self.why}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)


class Return(models.Model):
    """Goods the buyer did not keep, on their way back. Moves through fulfilment/states.py only; moves no money."""

    number = models.CharField(max_length=30, unique=True)  # the part's number with "-R1", "-R2" …
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="returns")
    state = models.CharField(max_length=12, choices=states.RETURN_CHOICES, default=states.EXPECTED)
    credit_note = models.CharField(max_length=40, blank=True)  # its number; "": refused when the buyer signed
    note = models.CharField(max_length=300, blank=True)  # in which state it came back, or why it does not
    created = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "created"], name="return_state_created")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """How much of a line should come back, came, and can be sold again."""

    back = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(FulfilmentLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField()
    came = models.PositiveIntegerField(null=True)
    sellable = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["back", "line"], name="return_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0)
                & (
                    Q(came=None, sellable=None)
                    | Q(came__lte=models.F("quantity"), sellable__lte=models.F("came"))
                ),
                name="return_line_quantities",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.back}: {self.quantity}"


class FulfilmentLot(models.Model):
    """How much of a line was packed from one lot. Of one line, none or all of it; services/lots.py writes it."""

    line = models.ForeignKey(FulfilmentLine, on_delete=models.CASCADE, related_name="lots")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="packed")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "lot"], name="fulfilment_lot_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="fulfilment_lot_quantity"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.quantity} from {self.lot_id}"


class Acceptance(models.Model):
    """The buyer's signed receipt (berita acara serah terima), whole or partial. Never edited."""

    fulfilment = models.OneToOneField(Fulfilment, on_delete=models.PROTECT, related_name="acceptance")
    signed_name = models.CharField(_("Your full name"), max_length=100)
    signed_at = models.DateTimeField()
    by_clock = models.BooleanField(default=False)  # nobody signed: the claim time ran out
    note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.fulfilment}: {self.signed_name}"


def photo_path(photo: "AcceptancePhoto", filename: str) -> str:
    return f"private/acceptance/{photo.fulfilment.number}/{photo.token}.webp"


class AcceptancePhoto(models.Model):
    """A picture of faulty goods: checked by content, re-encoded without EXIF, shown to the parties only."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="photos")
    token = models.UUIDField(unique=True)
    file = models.ImageField(upload_to=photo_path)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.token)


def hand_over_path(photo: "HandOverPhoto", filename: str) -> str:
    return f"private/hand-over/{photo.fulfilment.number}/{photo.token}.webp"


class HandOverPhoto(models.Model):
    """The carrier's receipt or the loaded goods: checked by content, without EXIF; for buyer, pesantren and office."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="hand_over_photos")
    token = models.UUIDField(unique=True)  # from the form's key: the same photo sent again is the same row
    file = models.ImageField(upload_to=hand_over_path)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.token)


class AuditRun(models.Model):
    """One nightly look at everything that is stored twice, and what did not agree. Never edited."""

    at = models.DateTimeField(auto_now_add=True)
    faults = models.JSONField(default=list)  # sentences, at most services.audits.MOST_KEPT of them
    found = models.PositiveIntegerField()  # how many there were
    seconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.found}"

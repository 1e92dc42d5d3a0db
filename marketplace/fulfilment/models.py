"""Who ships which part of an order, how, at what delivery price, and how the buyer signed for it."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

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
    ready_on = models.DateField(null=True)  # promised when ordered, counted again from the day of payment
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
    def fee(self) -> Money:
        return Money(self.delivery_fee, self.currency)


class FulfilmentLine(models.Model):
    """How much of an order line this fulfilment brings, and how much of it the buyer took."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="parts")
    quantity = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why less than all was accepted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & (Q(accepted=None) | Q(accepted__lte=models.F("quantity"))),
                name="fulfilment_line_quantities",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.fulfilment}: {self.quantity} × {self.line.title}"

    @property
    def unit_price(self) -> Money:
        return Money.from_decimal(self.line.unit_price_incl_tax, self.fulfilment.currency)

    @property
    def price(self) -> Money:
        return self.unit_price * self.quantity


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


class AuditRun(models.Model):
    """One nightly look at everything that is stored twice, and what did not agree. Never edited."""

    at = models.DateTimeField(auto_now_add=True)
    faults = models.JSONField(default=list)  # sentences, at most services.audits.MOST_KEPT of them
    found = models.PositiveIntegerField()  # how many there were
    seconds = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.found}"

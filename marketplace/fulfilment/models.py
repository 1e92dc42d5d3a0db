"""Who ships which part of an order, how, at what delivery price, and how the buyer signed for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import DeliveryKind
from marketplace.fulfilment import states
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.pesantren.models import Partner


class Tariff(models.Model):
    """What a delivery kind costs. First match wins by `order`; amounts in whole rupiah.

    The charge is `base` + `per_kg` × chargeable kg (started kilos count), at least `minimum`; a cargo
    or courier with a `divisor` weighs a carton by volume: L×W×H cm ÷ divisor, if that is more.
    """

    kind = models.CharField(max_length=10, choices=DeliveryKind.choices)
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    same_regency_only = models.BooleanField(default=False)
    within_km = models.PositiveIntegerField(null=True, blank=True)  # between centroids of kabupaten/kota
    minimum_kg = models.PositiveIntegerField(default=1)
    divisor = models.PositiveIntegerField(null=True, blank=True)
    base = models.BigIntegerField(default=0)
    per_kg = models.BigIntegerField(default=0)
    minimum = models.BigIntegerField(default=0)
    days_least = models.PositiveSmallIntegerField(default=1)  # calendar days on the road
    days_most = models.PositiveSmallIntegerField(default=3)
    is_example = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name


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
    lead_days = models.PositiveSmallIntegerField(default=0)  # working days from payment to ready
    road_least = models.PositiveSmallIntegerField(default=0)  # calendar days on the road
    road_most = models.PositiveSmallIntegerField(default=0)
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

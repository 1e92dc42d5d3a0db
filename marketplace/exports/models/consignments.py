"""Goods that travel abroad together: one AWB, or one bill of lading."""

from decimal import Decimal
from secrets import token_urlsafe

from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalogue.lots.models import Lot
from marketplace.exports import states
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Port
from offtakers.models import Company


def new_token() -> str:
    """128 bits: the address of the public tracking page cannot be guessed."""
    return token_urlsafe(16)


class Consignment(models.Model):
    """One consignment. Money in minor units of `currency`; weights in grams; temperatures in degrees Celsius.

    The parties are copied here when it is made: papers show them as they were, whatever the company changes later.
    `state`, `eta`, `late_minutes`, `last_event_at`, `next_due_at`, `next_due` and `is_breach` are folds over events and
    papers with one writer, services.following.refold; audit recomputes them.
    """

    number = models.CharField(max_length=20, unique=True)  # "X26-7KQ3MX"
    exporter = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="consignments")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="consignments")
    consignee_name = models.CharField(_("Consignee"), max_length=150)
    consignee_address = models.CharField(_("Address of the consignee"), max_length=300, blank=True)
    notify_name = models.CharField(_("Notify party"), max_length=150, blank=True)
    notify_address = models.CharField(_("Address of the notify party"), max_length=300, blank=True)
    country = models.CharField(_("Country of destination"), max_length=2)  # ISO 3166-1 alpha-2
    mode = models.CharField(_("Mode"), max_length=4, choices=states.MODES)
    incoterm = models.CharField(_("Incoterm 2020"), max_length=3)
    place = models.CharField(_("Named place"), max_length=80)
    origin = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey(Port, on_delete=models.PROTECT, related_name="+")
    setpoint = models.DecimalField(
        _("Temperature, °C"), max_digits=4, decimal_places=1, null=True, blank=True
    )  # none: dry, not cooled
    carrier = models.CharField(_("Carrier"), max_length=80, blank=True)
    voyage = models.CharField(_("Flight, or vessel and voyage"), max_length=80, blank=True)
    booking = models.CharField(_("Booking number"), max_length=40, blank=True)
    transport_number = models.CharField(_("AWB or B/L number"), max_length=40, blank=True)
    container = models.CharField(_("Container"), max_length=11, blank=True)  # ISO 6346
    seal = models.CharField(_("Seal"), max_length=30, blank=True)
    cutoff_at = models.DateTimeField(_("Last time to hand in the goods"), null=True, blank=True)
    departs_at = models.DateTimeField(_("Planned departure"), null=True, blank=True)
    arrives_at = models.DateTimeField(_("Planned arrival"), null=True, blank=True)
    window_last = models.DateField(_("The buyer expects it until"), null=True, blank=True)
    currency = models.CharField(max_length=3)
    freight = models.BigIntegerField(default=0)  # main carriage, apart from the goods: PEB reports FOB value
    insurance = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.PREPARING)
    eta = models.DateTimeField(null=True)  # best knowledge of the arrival; the actual one once it is there
    eta_told = models.DateTimeField(null=True)  # what the buyer was told last; not a fold, services.following
    late_minutes = models.IntegerField(default=0)  # against arrives_at; below zero: early
    last_event_at = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    next_due = models.CharField(max_length=60, blank=True)  # code of the paper or step that is due next
    is_breach = models.BooleanField(default=False)  # it left without a paper that was due
    token = models.CharField(max_length=30, unique=True, default=new_token)
    is_tracked_publicly = models.BooleanField(default=True)
    is_consignee_shown = models.BooleanField(default=False)  # to pesantren and the public; the buyer's choice
    cleared_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(freight__gte=0, insurance__gte=0), name="consignment_amounts"),
            models.CheckConstraint(
                condition=Q(arrives_at=None) | Q(departs_at=None) | Q(arrives_at__gt=F("departs_at")),
                name="consignment_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(mode=states.SEA) | Q(container=""), name="consignment_container_by_sea"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_due_at"], name="consignment_state_due"),
            models.Index(fields=["company", "-id"], name="consignment_company"),
            models.Index(fields=["exporter", "-id"], name="consignment_exporter"),
            models.Index(fields=["transport_number"], name="consignment_transport"),
        ]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether goods, parties and plan may still change."""
        return self.state in states.HERE

    @property
    def travels(self) -> bool:
        """Whether goods are with it: not once it was cancelled, or emptied before it left."""
        return self.state != states.CANCELLED and (not self.is_open or self.has_goods)

    @cached_property
    def has_goods(self) -> bool:
        """A query, unless a list has asked for all its rows (tracking.with_goods)."""
        return self.lines.exists()

    @property
    def freight_cost(self) -> Money:
        return Money(self.freight, self.currency)

    @property
    def insurance_cost(self) -> Money:
        return Money(self.insurance, self.currency)


class ConsignmentLine(models.Model):
    """Goods of one lot of one pesantren's part, in like packages with running numbers.

    `quantity` in the order line's unit; of a part, all consignments together never hold more than it has
    (services.goods, under the part's lock). `unit_value` is the price of one unit as the exporter invoices it, without
    freight and insurance (FOB), minor units of the consignment's currency.
    """

    class Packing(models.TextChoices):
        CARTON = "carton", _("carton")
        BASKET = "basket", _("basket")
        BALE = "bale", _("bale")
        BAG = "bag", _("bag")
        CRATE = "crate", _("crate")
        BOX = "foam_box", _("foam box")

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    part = models.ForeignKey(FulfilmentLine, on_delete=models.PROTECT, related_name="consigned")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="consigned")
    description = models.CharField(max_length=120)  # in English, as papers name it
    quantity = models.PositiveIntegerField()
    unit_value = models.BigIntegerField()
    packing = models.CharField(max_length=10, choices=Packing.choices, default=Packing.CARTON)
    packages = models.PositiveIntegerField()
    first_mark = models.PositiveIntegerField()  # packages are numbered through the consignment
    net_g = models.PositiveBigIntegerField()  # of all packages
    gross_g = models.PositiveBigIntegerField()
    length_mm = models.PositiveIntegerField(default=0)  # of one package; 0: not measured
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    hs_origin = models.CharField(max_length=12, blank=True)  # Indonesian tariff line
    hs_destination = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "part", "lot"], nulls_distinct=False, name="consignment_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, packages__gt=0, unit_value__gte=0, net_g__gt=0, first_mark__gt=0),
                name="consignment_line_amounts",
            ),
            models.CheckConstraint(
                condition=Q(gross_g__gte=F("net_g")), name="consignment_line_gross_above_net"
            ),
        ]
        indexes = [models.Index(fields=["part"], name="consignment_line_part")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.quantity} × {self.description}"

    @property
    def last_mark(self) -> int:
        return self.first_mark + self.packages - 1

    @property
    def value(self) -> Money:
        """FOB value of the whole line."""
        return Money(self.unit_value * self.quantity, self.consignment.currency)

    @property
    def net_kg(self) -> Decimal:
        return Decimal(self.net_g) / 1000

    @property
    def gross_kg(self) -> Decimal:
        return Decimal(self.gross_g) / 1000

    @property
    def volume_cm3(self) -> int:
        """Of all packages; 0 where they were not measured."""
        return self.length_mm * self.width_mm * self.height_mm * self.packages // 1000


class ConsignmentCost(models.Model):
    """One cost of a consignment: what the offer estimated, beside what it came to. Minor units of `currency`."""

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="costs")
    kind = models.CharField(max_length=12)  # as sourcing names its cost lines
    label = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, default="IDR")
    estimate = models.BigIntegerField(null=True)
    actual = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(estimate=None) | Q(estimate__gte=0)) & (Q(actual=None) | Q(actual__gte=0)),
                name="consignment_cost_amounts",
            )
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.kind}"

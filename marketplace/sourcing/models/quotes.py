"""Who answers a demand with what. A version that was sent is never edited: a new round is a new version."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.grades import is_below
from catalogue.models import Product
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.sourcing import states
from marketplace.sourcing.models.demand import Demand, DemandLine


class Negotiation(models.Model):
    """One seller's answer to one demand, over all its versions, questions and counter-offers.

    Supply: a pesantren to whoever composes (rupiah a unit). Direct: a pesantren at home to the buyer. Offer: an
    exporter or aggregator to the buyer, composed from supply.
    """

    SUPPLY, DIRECT, OFFER = "supply", "direct", "offer"
    KINDS = [
        (SUPPLY, _("Supply to whoever composes the offer")),
        (DIRECT, _("Straight to the buyer")),
        (OFFER, _("Composed offer")),
    ]

    demand = models.ForeignKey(Demand, on_delete=models.PROTECT, related_name="negotiations")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="negotiations")
    kind = models.CharField(max_length=6, choices=KINDS)
    last_at = models.DateTimeField()  # of the last version, remark or counter-offer
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demand", "partner", "kind"], name="negotiation_once")]
        indexes = [models.Index(fields=["partner", "-last_at"], name="negotiation_partner")]

    def __str__(self) -> str:
        return f"{self.demand}: {self.partner} ({self.kind})"


class Quote(models.Model):
    """One version. Amounts in minor units of `currency`. Nothing but its state changes once it was sent."""

    negotiation = models.ForeignKey(Negotiation, on_delete=models.PROTECT, related_name="quotes")
    number = models.CharField(max_length=30, unique=True)  # "Q-D-2026-0001-2.1"
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=states.QUOTE_CHOICES, default=states.DRAFT)
    currency = models.CharField(max_length=3, default="IDR")
    incoterm = models.CharField(max_length=3, blank=True)
    place = models.CharField(max_length=80, blank=True)
    mode = models.CharField(max_length=4, choices=states.MODES, blank=True)
    # What rupiah were turned into the currency by (offers abroad); frozen with the contract.
    rate = models.DecimalField(max_digits=20, decimal_places=8, null=True)
    rate_source = models.CharField(max_length=200, blank=True)
    rate_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    lead_days = models.PositiveSmallIntegerField(null=True)  # from the call-off to the hand-over
    terms = models.TextField(_("Terms and assumptions"), blank=True, max_length=2000)
    # A sample first: what it costs, and its courier, which the buyer pays. None: no sample is offered; 0: free.
    sample_fee = models.BigIntegerField(null=True)
    sample_courier = models.BigIntegerField(null=True)
    rules = models.JSONField(default=dict)  # of an offer: how its plan shared the supply (composing.Rules)
    total = models.BigIntegerField(default=0)  # of the lines, written when it is sent
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reminded_at = models.DateTimeField(null=True)  # the buyer was told that it ends soon
    answers = models.ForeignKey(  # the counter-offer this version takes up
        "sourcing.Counter", on_delete=models.SET_NULL, null=True, related_name="answered_by"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["negotiation", "version"], name="quote_version_once"),
            models.UniqueConstraint(
                fields=["negotiation"], condition=Q(state=states.DRAFT), name="quote_one_draft"
            ),
            models.UniqueConstraint(
                fields=["negotiation"], condition=Q(state=states.ACCEPTED), name="quote_one_accepted"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[states.DRAFT, states.WITHDRAWN])
                | Q(sent_at__isnull=False, valid_until__isnull=False),
                name="quote_sent_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(sample_fee=None, sample_courier=None)
                | Q(sample_fee__gte=0, sample_courier__gte=0, sample_fee__isnull=False)
                & Q(sample_courier__isnull=False),
                name="quote_sample",
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_until"], name="quote_state_until")]
        ordering = ["version"]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        return Money(self.total, self.currency)

    @property
    def sample(self) -> tuple[Money, Money] | None:
        """Fee and courier of a sample, if one is offered."""
        if self.sample_fee is None or self.sample_courier is None:
            return None
        return Money(self.sample_fee, self.currency), Money(self.sample_courier, self.currency)

    @property
    def goods(self) -> Money:
        """The sum of the lines; of a draft, too, whose total is not written yet."""
        return sum((line.amount for line in self.lines.all()), Money(0, self.currency))


class QuoteLine(models.Model):
    """What a seller offers for one line of the demand. Price in minor units of the quote's currency, a unit."""

    LOCO, FRANKO = "loco", "franko"
    BASES = [(LOCO, _("Picked up at the pesantren")), (FRANKO, _("Brought to the packing house"))]

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    demand_line = models.ForeignKey(DemandLine, on_delete=models.PROTECT, related_name="quote_lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    quantity = models.PositiveIntegerField()  # committed
    stretch = models.PositiveIntegerField(default=0)  # perhaps, on top of it
    unit_price = models.BigIntegerField()
    basis = models.CharField(max_length=6, choices=BASES, blank=True)  # supply only
    pack = models.PositiveIntegerField(default=1)  # it comes in multiples of this
    minimum = models.PositiveIntegerField(default=0)  # supply only: so much at least, or nothing
    grade = models.CharField(max_length=40, blank=True)  # of catalogue.grades; older ones are free text
    ready_from = models.DateField(null=True)
    ready_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "demand_line"], name="quote_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gt=0, pack__gt=0), name="quote_line_amounts"
            ),
        ]
        ordering = ["demand_line__position"]

    def __str__(self) -> str:
        return f"{self.quote}: {self.quantity} × {self.demand_line.name}"

    @property
    def price(self) -> Money:
        """Of one unit."""
        return Money(self.unit_price, self.quote.currency)

    @property
    def amount(self) -> Money:
        return self.price * self.quantity

    @property
    def is_below(self) -> bool:
        """Whether its grade is worse than what the line asks for."""
        return is_below(self.grade, self.demand_line.grade)


class CostLine(models.Model):
    """What an exporter adds to the goods, by name; the estimate beside what it was in the end. Whole rupiah."""

    SORTING, PACKING, PAPERS, INLAND, FREIGHT, INSURANCE, MARGIN, OTHER = (
        "sorting",
        "packing",
        "papers",
        "inland",
        "freight",
        "insurance",
        "margin",
        "other",
    )
    KINDS = [
        (SORTING, _("Sorting loss")),
        (PACKING, _("Packing")),
        (PAPERS, _("Papers and inspections")),
        (INLAND, _("Transport within Indonesia")),
        (FREIGHT, _("Main freight")),
        (INSURANCE, _("Insurance")),
        (MARGIN, _("Margin of the exporter")),
        (OTHER, _("Other costs")),
    ]

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="costs")
    kind = models.CharField(max_length=10, choices=KINDS)
    note = models.CharField(max_length=120, blank=True)
    estimate = models.BigIntegerField()
    actual = models.BigIntegerField(null=True)  # once it is known; the offer does not change by it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quote", "kind"], name="cost_line_once"),
            models.CheckConstraint(condition=Q(estimate__gte=0), name="cost_line_estimate"),
        ]

    def __str__(self) -> str:
        return f"{self.quote}: {self.kind} {self.estimate}"

    @property
    def estimated(self) -> Money:
        return Money(self.estimate)


class Counter(models.Model):
    """The buyer would take a quote at other quantities or prices. Never edited; the seller answers by a new version."""

    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="counters")
    key = models.UUIDField(unique=True, default=uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"counter-offer to {self.quote}"


class CounterLine(models.Model):
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, related_name="lines")
    quote_line = models.ForeignKey(QuoteLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, unit_price__gt=0), name="counter_line_amounts")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} at {self.unit_price}"

    @property
    def price(self) -> Money:
        """Of one unit."""
        return Money(self.unit_price, self.quote_line.quote.currency)


class Remark(models.Model):
    """A question or an answer in a negotiation, plain text, never edited.

    Of a supply quote the buying side is an exporter: `composer` says which one wrote it or is to read it; none: all who
    compose for the demand.
    """

    BUYER, SELLER = "buyer", "seller"
    SIDES = [(BUYER, _("Buyer")), (SELLER, _("Seller"))]

    negotiation = models.ForeignKey(Negotiation, on_delete=models.CASCADE, related_name="remarks")
    key = models.UUIDField(unique=True, default=uuid4)
    side = models.CharField(max_length=6, choices=SIDES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    composer = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]

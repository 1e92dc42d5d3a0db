"""What both sides signed. Its terms are frozen with it; changes are numbered amendments that both sign again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models import Product, Unit
from marketplace.fulfilment import states as parts
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.sourcing import states
from marketplace.sourcing.models.demand import DemandLine
from marketplace.sourcing.models.quotes import Quote, QuoteLine
from offtakers.models import Company


def contract_path(row: "Contract | Amendment | Signature", filename: str) -> str:
    return f"private/contracts/{filename}"


class Contract(models.Model):
    """An accepted quote that runs over time. Amounts in minor units of `currency`."""

    class Sale(models.TextChoices):
        """The kind of sale as the parties name it. A record, no judgement of ours on what it is in law."""

        ORDINARY = "ordinary", _("Sale (jual beli)")
        SALAM = "salam", _("Salam: paid ahead, delivered later")
        ISTISHNA = "istishna", _("Istishna': made to order")
        WAKALAH = "wakalah", _("Wakalah: bought on behalf of the buyer")

    number = models.CharField(max_length=20, unique=True)  # "K-2026-0001"
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="contract")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="contracts")
    seller = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="contracts")  # alone signs
    state = models.CharField(max_length=10, choices=states.CONTRACT_CHOICES, default=states.DRAFTED)
    sale = models.CharField(max_length=10, choices=Sale.choices, default=Sale.ORDINARY)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2)
    mode = models.CharField(max_length=4, choices=states.MODES, blank=True)
    incoterm = models.CharField(max_length=3, blank=True)
    place = models.CharField(max_length=80, blank=True)
    first = models.DateField()  # it runs from this day
    last = models.DateField()  # to this one
    rate = models.DecimalField(
        max_digits=20, decimal_places=8, null=True
    )  # locked; rupiah for one of `currency`
    rate_source = models.CharField(max_length=200, blank=True)
    rate_at = models.DateTimeField(null=True)
    price_formula = models.CharField(max_length=500, blank=True)  # "": the price is fixed
    release_on = models.CharField(max_length=10, choices=parts.RELEASES, default=parts.ON_ACCEPTANCE)
    claim_hours = models.PositiveSmallIntegerField(default=48)
    quality = models.TextField(_("Quality, inspection and claims"), blank=True, max_length=3000)
    late_charge = models.CharField(max_length=300, blank=True)  # to a social account; never interest
    prevailing_language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="id")
    file = models.FileField(
        upload_to=contract_path, max_length=200, blank=True
    )  # the exact paper that is signed
    sha256 = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="contract_days"),
            models.CheckConstraint(condition=Q(currency="IDR") | Q(rate__gt=0), name="contract_rate"),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="contract_company"),
            models.Index(fields=["seller", "-id"], name="contract_seller"),
        ]

    def __str__(self) -> str:
        return self.number


class ContractLine(models.Model):
    """One good of a contract. `called_off` has one writer (services.call_offs), and more of it the contract's lock."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="lines")
    quote_line = models.OneToOneField(QuoteLine, on_delete=models.PROTECT, related_name="contract_line")
    demand_line = models.ForeignKey(DemandLine, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    tolerance = models.PositiveSmallIntegerField()  # permille, both ways
    unit_price = models.BigIntegerField()
    called_off = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gt=0), name="contract_line_amounts"
            ),
            # The last word: whatever asks for more than quantity and tolerance is refused by the database.
            models.CheckConstraint(
                condition=Q(
                    called_off__lte=F("quantity")
                    + Cast(F("quantity"), models.BigIntegerField()) * F("tolerance") / 1000
                ),
                name="contract_line_within_tolerance",
            ),
        ]
        ordering = ["demand_line__position"]

    def __str__(self) -> str:
        return f"{self.contract}: {self.quantity} × {self.name}"

    @property
    def most(self) -> int:
        """Quantity and tolerance, rounded down to whole units."""
        return self.quantity + self.quantity * self.tolerance // 1000

    @property
    def left(self) -> int:
        """Units that can still be called off, tolerance included."""
        return max(self.most - self.called_off, 0)

    @property
    def price(self) -> Money:
        """Of one unit."""
        return Money(self.unit_price, self.contract.currency)


class PaymentStep(models.Model):
    """When which share of each call-off is paid: hundredths of a percent; they add up to 10,000."""

    DEPOSIT, BALANCE, FULL = "deposit", "balance", "full"
    STEPS = [(FULL, _("All at once")), (DEPOSIT, _("Deposit")), (BALANCE, _("Balance"))]

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=10, choices=STEPS)
    share = models.PositiveSmallIntegerField()
    days_before = models.SmallIntegerField()  # before the first day of the call-off's window

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["contract", "position"], name="payment_step_once")]

    def __str__(self) -> str:
        return f"{self.contract}: {self.step} {self.share}"


class Amendment(models.Model):
    """A numbered change of a contract: takes effect once both signed it, unless it ended before. Its text is never
    edited."""

    WITHDRAWN, DECLINED, OVER = "withdrawn", "declined", "over"
    ENDED = [
        (WITHDRAWN, pgettext_lazy("amendment", "Withdrawn")),
        (DECLINED, pgettext_lazy("amendment", "Declined")),
        (OVER, pgettext_lazy("amendment", "Ended by itself: its day, or the contract, was over")),
    ]
    OPEN = Q(taken_at=None, ended_at=None)

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=3000)
    changes = models.JSONField(default=dict)  # {"last": "2027-06-30", "lines": {"<id>": {"quantity": 1200}}}
    file = models.FileField(upload_to=contract_path, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=9, choices=ENDED, blank=True)
    why = models.CharField(_("Reason"), max_length=500, blank=True)  # in a person's words; who: the history
    side = models.CharField(
        max_length=6, blank=True
    )  # who proposes it, of Signature.SIDES; "": not written down then
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="amendment_once"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended="")
                | (Q(ended_at__isnull=False, taken_at=None) & ~Q(ended="")),
                name="amendment_holds_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}, amendment {self.number}"

    @property
    def is_open(self) -> bool:
        return self.taken_at is None and self.ended_at is None


class Signature(models.Model):
    """One side signed the exact file with this hash. Append-only (a trigger refuses changes)."""

    BUYER, SELLER = "buyer", "seller"
    SIDES = [(BUYER, _("Buyer")), (SELLER, _("Seller"))]

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="signatures")
    side = models.CharField(max_length=6, choices=SIDES)
    name = models.CharField(_("Your full name"), max_length=100)
    position = models.CharField(_("Your position"), max_length=100, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    stamped = models.FileField(
        upload_to=contract_path, max_length=200, blank=True
    )  # an uploaded copy (e-Meterai)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "amendment", "side"], nulls_distinct=False, name="signature_once_a_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.side} {self.name}"

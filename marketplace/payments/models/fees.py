"""What the operator keeps and what the state gets, as rules; credit notes; decisions on money held long."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import ProductClass
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.payments import states
from marketplace.payments.models.dues import Refund
from marketplace.payments.models.online import Dispute
from marketplace.pesantren.models import Partner

BASIS_POINTS = 10_000  # 100 % in hundredths of a percent


def percent(rate_bp: int) -> str:
    """1250 → "12,5": as Indonesian pages write it."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)


class CommissionRule(models.Model):
    """What the operator keeps of accepted goods. The first that matches (by `order`) wins; none: nothing is kept.

    `rate_bp` hundredths of a percent of the price, or `amount` minor units for each unit sold; never both.
    """

    name = models.CharField(_("Name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("Place in the list"), default=100)
    channel = models.CharField(_("Channel"), max_length=10, choices=states.CHANNELS, blank=True)
    product_class = models.ForeignKey(ProductClass, on_delete=models.PROTECT, null=True, blank=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, blank=True)
    currency = models.CharField(_("Currency"), max_length=3, default="IDR")
    rate_bp = models.PositiveIntegerField(_("Rate in hundredths of a percent"), default=0)
    amount = models.BigIntegerField(_("Amount for each unit"), default=0)
    valid_from = models.DateField(_("First day"))
    valid_to = models.DateField(_("Last day"), null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__lte=BASIS_POINTS, amount__gte=0), name="commission_sizes"
            ),
            models.CheckConstraint(condition=Q(rate_bp=0) | Q(amount=0), name="commission_one_way"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="commission_days"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> str:
        return percent(self.rate_bp)

    @property
    def unit_amount(self) -> Money:
        return Money(self.amount, self.currency)


class TaxRule(models.Model):
    """PPN of goods or of the operator's fee: rate × part of the price it is counted on, e.g. 12 % × 11/12.

    The first that matches (by `order`) wins; none: no tax. `source` names the rule of law.
    """

    name = models.CharField(_("Name"), max_length=80)
    order = models.PositiveSmallIntegerField(_("Place in the list"), default=100)
    on_fee = models.BooleanField(_("On the operator's fee"), default=False)
    registered = models.BooleanField(_("Seller is registered for PPN"), null=True, blank=True)
    product_class = models.ForeignKey(ProductClass, on_delete=models.PROTECT, null=True, blank=True)
    channel = models.CharField(_("Channel"), max_length=10, choices=states.CHANNELS, blank=True)
    rate_bp = models.PositiveIntegerField(_("Rate in hundredths of a percent"))
    base_parts = models.PositiveSmallIntegerField(default=11)  # the tax is counted on 11/12 of the price
    base_of = models.PositiveSmallIntegerField(default=12)
    source = models.CharField(_("Source"), max_length=300)
    valid_from = models.DateField(_("First day"))
    valid_to = models.DateField(_("Last day"), null=True, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_bp__lte=BASIS_POINTS, base_of__gt=0, base_parts__lte=F("base_of")),
                name="tax_sizes",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> str:
        return percent(self.rate_bp)


class LineTerms(models.Model):
    """Commission and tax of one order line, frozen when it was ordered."""

    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="money_terms")
    rule = models.CharField(max_length=80, blank=True)  # name of the commission rule
    rate_bp = models.PositiveIntegerField(default=0)
    amount = models.BigIntegerField(default=0)  # minor units for each unit
    fee_tax = models.CharField(max_length=80, blank=True)  # name of the tax rule on the fee
    fee_tax_bp = models.PositiveIntegerField(default=0)
    fee_tax_parts = models.PositiveSmallIntegerField(default=1)
    fee_tax_of = models.PositiveSmallIntegerField(default=1)
    tax = models.CharField(max_length=80, blank=True)  # name of the tax rule on the goods
    tax_bp = models.PositiveIntegerField(default=0)
    tax_parts = models.PositiveSmallIntegerField(default=1)
    tax_of = models.PositiveSmallIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.line_id}: {self.rule}"


class CreditNote(models.Model):
    """After money was released: what the buyer gets back for a claim, line by line of the fee too. Never edited."""

    number = models.CharField(max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="credit_notes")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="credit_notes")
    # None: all of it came off an open bill on tempo. Else what goes back to the buyer (the rest came off the bill).
    # Of goods that an exporter sold: together with what the exporter bears, in one refund.
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="credit_notes")
    # Of these goods the buyer gets so much more, since an exporter sold them for more (below zero: less).
    difference = models.BigIntegerField(default=0)
    # What an exporter bears, once its own part was released, of units of this part: no paper of the buyer.
    for_part = models.CharField(max_length=24, blank=True)
    # Not to the buyer: the buyer's bank took it, and the pesantren bears it.
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, related_name="credit_notes")
    amount = models.BigIntegerField()  # to the buyer; of it:
    commission = models.BigIntegerField(default=0)  # the operator gives back
    tax = models.BigIntegerField(default=0)  # tax on the fee, given back
    from_payable = models.BigIntegerField(default=0)  # taken from what is owed to the pesantren
    from_debt = models.BigIntegerField(default=0)  # the pesantren owes now, netted later
    currency = models.CharField(max_length=3, default="IDR")
    # [{"line": id, "quantity": n, "amount": n, "commission": n, "tax": n}]; "line": 0 is the delivery fee.
    lines = models.JSONField(default=list)
    why = models.CharField(max_length=300)
    # None: a guest signed for less than was released at hand-over.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0)
                & Q(amount=F("commission") + F("tax") + F("from_payable") + F("from_debt")),
                name="credit_note_adds_up",
            ),
            models.UniqueConstraint(
                fields=["refund"], condition=Q(for_part=""), name="credit_note_refund_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def to_buyer(self) -> Money:
        """What the buyer gets by it: the price of the contract, where an exporter sold the goods."""
        return Money(self.amount + self.difference, self.currency)

    @property
    def back(self) -> Money:
        """Of the total: paid back to the buyer."""
        if self.refund and self.for_part:
            return self.total
        return Money(self.refund.amount - self.difference if self.refund else 0, self.currency)

    @property
    def off_bill(self) -> Money:
        """Of the total: taken off the company's bill."""
        return self.total * 0 if self.dispute_id else self.total - self.back

    @property
    def pesantren(self) -> Money:
        """Of the total: borne by the pesantren."""
        return Money(self.from_payable + self.from_debt, self.currency)

    @property
    def debt(self) -> Money:
        return Money(self.from_debt, self.currency)

    @property
    def fee_back(self) -> Money:
        """Of the total: the operator's fee and the tax on it."""
        return Money(self.commission + self.tax, self.currency)


class HeldReview(models.Model):
    """The office looked at money held for long, and decided to keep it until a day, with its reason. Never edited."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="held_reviews")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    keep_until = models.DateField(_("Keep it until"))
    why = models.CharField(_("Reason"), max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.order_id}/{self.partner_id}: {self.keep_until}"

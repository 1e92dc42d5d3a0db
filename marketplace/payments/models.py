"""Money due and paid. Amounts are bigint minor units with a currency (IDR: whole rupiah)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import states


class Due(models.Model):
    """One amount that a buyer owes by a date. Paid by transfer under its unique reference."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="dues")
    reference = models.CharField(max_length=20, unique=True)  # what the buyer writes on the transfer
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=states.DUE_CHOICES, default=states.OPEN)
    received = models.BigIntegerField(default=0)  # matched so far; the one writer is services.match
    settled_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # How the amount is shared: {"<pesantren id>": {"goods": n, "delivery": n}}; adds up to `amount`.
    split = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, received__gte=0), name="due_amounts"),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="due_state_at")]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def missing(self) -> Money:
        return Money(max(self.amount - self.received, 0), self.currency)


class Receipt(models.Model):
    """Money that arrived at the bank, as the office typed it. Stays in sight until matched or returned."""

    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    received_on = models.DateField(_("Date on the statement"))
    payer = models.CharField(_("Name of the payer"), max_length=100)
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60, unique=True)
    note = models.CharField(_("Text of the transfer"), max_length=140, blank=True)
    due = models.ForeignKey(Due, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    state = models.CharField(max_length=10, choices=states.RECEIPT_CHOICES, default=states.UNMATCHED)
    over = models.BigIntegerField(default=0)  # what came beyond the due: stays in suspense until returned
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0, over__gte=0), name="receipt_amounts")]
        indexes = [models.Index(fields=["state", "-recorded_at"], name="receipt_state_at")]

    def __str__(self) -> str:
        return f"{self.bank_reference}: {self.amount}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)


class Refund(models.Model):
    """Money owed back. Owed from the moment it is decided; paid when the office has transferred it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="refunds")
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="refunds")
    key = models.CharField(max_length=120, unique=True)  # "declined/12", "over/7": decided once
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    reason = models.CharField(max_length=20, choices=states.REFUND_REASONS)
    state = models.CharField(max_length=10, choices=states.REFUND_CHOICES, default=states.OWED)
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60, unique=True, null=True)
    created = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount")]
        indexes = [models.Index(fields=["state", "created"], name="refund_state_at")]

    def __str__(self) -> str:
        return self.key

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

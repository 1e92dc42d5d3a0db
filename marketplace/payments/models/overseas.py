"""Buyers abroad: rates with their source, rates locked for an order, money exchanged, letters of credit."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.models.dues import Due


class Rate(models.Model):
    """One `base` is `rate` `quote`, as the source said. Append-only: a new day is a new row."""

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3, default="IDR")
    rate = models.DecimalField(max_digits=20, decimal_places=8)
    source = models.CharField(max_length=200)
    quoted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "source", "quoted_at"], name="rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
        ]
        ordering = ["-quoted_at", "base"]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.rate}"


class RateLock(models.Model):
    """The rate at which an order's money becomes rupiah for its sellers, whatever the bank gives. Never edited."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="rate_lock")
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3, default="IDR")
    rate = models.DecimalField(max_digits=20, decimal_places=8)
    source = models.CharField(max_length=200)
    quoted_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    locked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="rate_lock_positive")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.base}/{self.quote} {self.rate}"


class Exchange(models.Model):
    """Foreign money of one order, already owed to its sellers, sold to the bank: both booked amounts.

    The difference between what was promised at the lock and what the bank gave is in `fx`. Never edited.
    """

    lock = models.ForeignKey(RateLock, on_delete=models.PROTECT, related_name="exchanges")
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60, unique=True)
    sold = models.BigIntegerField()  # minor units of lock.base
    received = models.BigIntegerField()  # minor units of lock.quote that the bank gave
    promised = models.BigIntegerField()  # at the locked rate: what the sellers' part is
    # Per pesantren, adding up to the two amounts: {"<pesantren id>": {"sold": n, "promised": n}}.
    parts = models.JSONField(default=dict)
    exchanged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sold__gt=0, received__gt=0, promised__gt=0), name="exchange_amounts"
            )
        ]

    def __str__(self) -> str:
        return self.bank_reference


class LetterOfCredit(models.Model):
    """A bank's promise to pay against papers: recorded with its dates, so that nobody misses one."""

    due = models.OneToOneField(Due, on_delete=models.PROTECT, related_name="letter_of_credit")
    number = models.CharField(_("Number of the letter of credit"), max_length=60)
    issuing_bank = models.CharField(_("Issuing bank"), max_length=100)
    advising_bank = models.CharField(_("Advising bank"), max_length=100, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    issued_on = models.DateField(_("Issued on"))
    latest_shipment = models.DateField(_("Latest day of shipment"))
    expires_on = models.DateField(_("Expires on"))
    presentation_days = models.PositiveSmallIntegerField(_("Days to present the papers"), default=21)
    papers = ArrayField(models.CharField(max_length=150), verbose_name=_("Papers it asks for"), default=list)
    state = models.CharField(max_length=10, choices=states.CREDIT_CHOICES, default=states.ADVISED)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount__gt=0,
                    latest_shipment__gte=models.F("issued_on"),
                    expires_on__gte=models.F("latest_shipment"),
                ),
                name="letter_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.number

"""Money on its way to the pesantren: their bank accounts, batches for the bank, and each transfer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.payments import states
from marketplace.pesantren.models import Partner


class PayoutAccount(models.Model):
    """Where a pesantren is paid. Named by one of its people, confirmed by another person, used 48 hours later."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="payout_accounts")
    bank = models.CharField(_("Bank"), max_length=60)
    number = models.CharField(_("Account number"), max_length=30)
    holder = models.CharField(_("Name on the account"), max_length=100)
    state = models.CharField(
        max_length=10, choices=states.PAYOUT_ACCOUNT_CHOICES, default=states.ACCOUNT_PROPOSED
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    usable_from = models.DateTimeField(null=True)  # a changed account waits, and the old contact is told

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(state=states.ACCOUNT_ACTIVE), name="payout_account_one_active"
            ),
            models.UniqueConstraint(
                fields=["partner"],
                condition=Q(state=states.ACCOUNT_PROPOSED),
                name="payout_account_one_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.ACCOUNT_ACTIVE)
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="payout_account_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bank} {self.number}"


class PayoutBatch(models.Model):
    """Transfers for the bank: drafted by the timetable or a person, prepared by one, approved by another."""

    number = models.CharField(max_length=24, unique=True)
    rail = models.CharField(max_length=20, default="bank-batch")
    currency = models.CharField(max_length=3, default="IDR")
    state = models.CharField(max_length=10, choices=states.BATCH_CHOICES, default=states.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True)  # of the file for the bank, fixed when approved
    created = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[states.DRAFT, states.PREPARED, states.BATCH_CANCELLED])
                | (Q(approved_by__isnull=False) & ~Q(approved_by=F("prepared_by"))),
                name="payout_batch_two_people",
            ),
        ]
        indexes = [models.Index(fields=["state", "-created"], name="payout_batch_state")]

    def __str__(self) -> str:
        return self.number


class Payout(models.Model):
    """One transfer to one pesantren. Made in the transaction that claims the money (payable → paying)."""

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="payouts")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="payouts")
    account = models.ForeignKey(PayoutAccount, on_delete=models.PROTECT, related_name="payouts")
    reference = models.CharField(max_length=24, unique=True)  # in the bank's file; a retry repeats it
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    state = models.CharField(max_length=10, choices=states.PAYOUT_CHOICES, default=states.CLAIMED)
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60, null=True, unique=True)
    failure = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount"),
            models.UniqueConstraint(fields=["batch", "partner"], name="payout_once_a_batch"),
        ]
        indexes = [models.Index(fields=["partner", "-created"], name="payout_partner_at")]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

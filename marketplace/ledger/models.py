"""Double-entry books. One Movement is one debit and one credit of the same amount in one currency, so a
journal balances by construction. Amounts are bigint minor units; IDR has none here (1 = one rupiah)."""

from django.db import models
from django.db.models import F, Q


class Kind(models.TextChoices):
    """Accounts by their kind; CREDIT_NORMAL says which side makes them grow."""

    BANK = "bank", "Bank"
    SELLER_DEBT = "seller_debt", "Owed by a seller"
    HELD = "held", "Held for a seller, not yet owed"
    PAYABLE = "payable", "Owed to a seller"
    SHIPPING_DUE = "shipping_due", "Held for delivery"
    SUSPENSE = "suspense", "Received, not yet matched"
    REFUND_DUE = "refund_due", "Owed back to a buyer"
    COMMISSION = "commission", "Commission"
    TAX_DUE = "tax_due", "Tax to pay on"
    FEES = "fees", "Bank and payment fees"


CREDIT_NORMAL = frozenset(
    {
        Kind.HELD,
        Kind.PAYABLE,
        Kind.SHIPPING_DUE,
        Kind.SUSPENSE,
        Kind.REFUND_DUE,
        Kind.COMMISSION,
        Kind.TAX_DUE,
    }
)
# May never go below zero: other people's money.
GUARDED = frozenset({Kind.HELD, Kind.PAYABLE, Kind.SHIPPING_DUE, Kind.SUSPENSE, Kind.REFUND_DUE})


class Account(models.Model):
    kind = models.CharField(max_length=16, choices=Kind.choices)
    ref = models.CharField(
        max_length=80, blank=True
    )  # "order/26-…/7", "pesantren/7", "" for the operator's own
    currency = models.CharField(max_length=3)
    debits = models.BigIntegerField(default=0)  # running totals, minor units, only ever grow
    credits = models.BigIntegerField(default=0)
    guarded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "currency"], name="ledger_account_once"),
            models.CheckConstraint(
                condition=Q(debits__gte=0, credits__gte=0), name="ledger_totals_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(guarded=False) | Q(credits__gte=F("debits")), name="ledger_guarded_not_negative"
            ),
        ]
        # Also for "begins with", whatever the collation.
        indexes = [models.Index(fields=["ref"], opclasses=["varchar_pattern_ops"], name="ledger_account_ref")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}:{self.currency}"

    @property
    def balance(self) -> int:
        """Minor units, positive on the account's normal side."""
        net = self.debits - self.credits
        return -net if self.kind in CREDIT_NORMAL else net


class Journal(models.Model):
    """The movements of one event. `key` is its identity: the same event posts once."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)
    memo = models.JSONField(default=dict)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    def __str__(self) -> str:
        return self.key


class Movement(models.Model):
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="movements")
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} → {self.credit}: {self.amount}"

"""Double-entry books. One Movement is one debit and one credit of the same amount in one currency, so a
journal balances by construction. Amounts are bigint minor units; IDR has none here (1 = one rupiah)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Accounts by their kind; CREDIT_NORMAL says which side makes them grow."""

    BANK = "bank", _("Bank")
    PROVIDER = "provider", _("At a payment provider")
    DISPUTED = "disputed", _("Taken back by a card's bank, in dispute")
    SELLER_DEBT = "seller_debt", _("Owed by a seller")
    RECEIVABLE = "receivable", _("Owed by a company that buys on tempo")
    HELD = "held", _("Held for a seller, not yet owed")
    PAYABLE = "payable", _("Owed to a seller")
    PAYABLE_LATER = "payable_later", _("Owed to a seller once the company has paid")
    PAYING = "paying", _("Set aside for a transfer to a seller")
    SHIPPING_DUE = "shipping_due", _("Held for delivery")
    SUSPENSE = "suspense", _("Received, not yet matched")
    REFUND_DUE = "refund_due", _("Owed back to a buyer")
    COMMISSION = "commission", _("Commission")
    TAX_DUE = "tax_due", _("Tax to pay on")
    FEES = "fees", _("Bank and payment fees")
    LOSS = "loss", _("Lost")
    FX = "fx", _("Difference of exchange rates")


CREDIT_NORMAL = frozenset(
    {
        Kind.HELD,
        Kind.PAYABLE,
        Kind.PAYABLE_LATER,
        Kind.PAYING,
        Kind.SHIPPING_DUE,
        Kind.SUSPENSE,
        Kind.REFUND_DUE,
        Kind.COMMISSION,
        Kind.TAX_DUE,
    }
)
# May never go below zero: other people's money, and what a company owes (nobody pays more than that).
GUARDED = frozenset(
    {
        Kind.RECEIVABLE,
        Kind.HELD,
        Kind.PAYABLE,
        Kind.PAYABLE_LATER,
        Kind.PAYING,
        Kind.SHIPPING_DUE,
        Kind.SUSPENSE,
        Kind.REFUND_DUE,
    }
)


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
                condition=Q(guarded=False)
                | Q(kind=Kind.RECEIVABLE, debits__gte=F("credits"))
                | (~Q(kind=Kind.RECEIVABLE) & Q(credits__gte=F("debits"))),
                name="ledger_guarded_not_negative",
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
    at = models.DateTimeField(auto_now_add=True, db_index=True)
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

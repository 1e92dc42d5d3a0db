"""Money due and paid. Amounts are bigint minor units with a currency (IDR: whole rupiah)."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Replace, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.overseas import bank_account
from offtakers.models import Company


def reference_key(reference: Any) -> Upper:
    """A bank reference as it is compared: "REF 1" and "ref1" are the same."""
    return Upper(Replace(reference, Value(" "), Value("")))


class Due(models.Model):
    """One amount that a buyer owes by a date. Paid by transfer under its unique reference.

    On tempo (`terms_days` above zero) a company owes it: the goods go first, the money comes by `due_at`, which
    is an estimate until the last part has arrived (decision on tempo). Nobody adds interest or a fee.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="dues")
    reference = models.CharField(max_length=20, unique=True)  # what the buyer writes on the transfer
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    due_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, choices=states.DUE_CHOICES, default=states.OPEN)
    received = models.BigIntegerField(default=0)  # matched so far; the one writer is services.match
    settled_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, related_name="dues")
    terms_days = models.PositiveSmallIntegerField(default=0)  # 0: paid before the pesantren is asked
    # What fell away while unpaid; the writers are services.tempo and, for balances, services.schedules.
    credited = models.BigIntegerField(default=0)
    is_estimate = models.BooleanField(default=False)  # due_at is not fixed yet: goods are still on their way
    reminded_for = models.SmallIntegerField(null=True)  # days late of the last reminder of a tempo due
    # How the amount is shared: {"<pesantren id>": {"goods": n, "delivery": n}}; adds up to `amount`.
    # On a balance, beside them, what fell away before it was paid and is counted in `credited`: "off": 1 is the whole
    # part, "short": n so much of its goods; "owes": n an exporter pays so much in place of the buyer, for goods that it
    # sold for less than they cost (below zero: it is owed that once the balance is paid; decision 0047).
    split = models.JSONField(default=dict)
    step = models.CharField(max_length=10, choices=states.STEPS, default=states.FULL)
    number = models.PositiveSmallIntegerField(default=1)  # place in the order's payment schedule
    # What bank charges may take off a transfer from abroad (minor units): so little missing still settles it.
    tolerance = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, received__gte=0, credited__gte=0)
                & Q(amount__gte=F("received") + F("credited")),
                name="due_amounts",
            ),
            models.CheckConstraint(
                condition=(Q(terms_days=0, company=None) & (Q(credited=0) | Q(step=states.BALANCE)))
                | Q(terms_days__gt=0, company__isnull=False),
                name="due_on_tempo_of_a_company",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="due_state_at"),
            models.Index(fields=["company", "state", "due_at"], name="due_company_at"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def missing(self) -> Money:
        return Money(max(self.amount - self.received - self.credited, 0), self.currency)

    @property
    def pay_to(self) -> str:
        """The operator's account for this currency in one line; empty where it has none."""
        account = bank_account(self.currency)
        return account.line if account else ""

    @property
    def is_on_tempo(self) -> bool:
        return self.terms_days > 0

    @property
    def is_balance(self) -> bool:
        """The later step of a schedule: it does not end the order when its day passes (services.schedules)."""
        return self.step == states.BALANCE

    @property
    def live_split(self) -> dict[str, dict[str, int]]:
        """The split without what fell away."""
        return {
            partner: {"goods": part["goods"] - part.get("short", 0), "delivery": part["delivery"]}
            for partner, part in self.split.items()
            if not part.get("off")
        }

    @property
    def fell_away(self) -> int:
        """What of a balance is not asked for any more, by its split; `credited` must say the same."""
        found = 0
        for part in self.split.values():
            found += part["goods"] + part["delivery"] if part.get("off") else part.get("short", 0)
            found += part.get("owes", 0)
        return found

    @property
    def owed(self) -> int:
        """What exporters put into it in place of the buyer, beside what was `received`."""
        return sum(max(part.get("owes", 0), 0) for part in self.split.values())

    @property
    def gains(self) -> dict[str, int]:
        """What comes to exporters once it is paid, by partner."""
        return {partner: -part["owes"] for partner, part in self.split.items() if part.get("owes", 0) < 0}

    @property
    def due_on(self) -> date:
        """The last day to pay, where the site is."""
        return timezone.localdate(self.due_at)

    @property
    def is_overdue(self) -> bool:
        """Only bills on tempo can be: an order that nobody paid ends instead."""
        open_ = self.state == states.OPEN and self.is_on_tempo and not self.is_estimate
        return open_ and self.due_at < timezone.now()


class Receipt(models.Model):
    """Money that arrived at the bank, typed or read from a statement. In sight until matched or returned."""

    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    received_on = models.DateField(_("Date on the statement"))
    payer = models.CharField(_("Name of the payer"), max_length=100)
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60)
    note = models.CharField(_("Text of the transfer"), max_length=300, blank=True)
    due = models.ForeignKey(Due, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts")
    state = models.CharField(max_length=10, choices=states.RECEIPT_CHOICES, default=states.UNMATCHED)
    over = models.BigIntegerField(default=0)  # what came beyond the due: stays in suspense until returned
    charges = models.BigIntegerField(default=0)  # what banks on the way kept, within the due's tolerance
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, over__gte=0, charges__gte=0), name="receipt_amounts"
            ),
            models.UniqueConstraint(reference_key(F("bank_reference")), name="receipt_reference_once"),
        ]
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
    bank_reference = models.CharField(_("Bank's own reference"), max_length=60, null=True)
    # Paid online: the money goes back the way it came, by the provider (services/online_refunds.py).
    attempt = models.ForeignKey(
        "payments.Attempt", on_delete=models.PROTECT, null=True, related_name="refunds"
    )
    provider_id = models.CharField(max_length=60, null=True, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)  # how often the provider was asked; part of its key
    failure = models.CharField(max_length=200, blank=True)  # why the provider could not, in its words
    created = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.UniqueConstraint(reference_key(F("bank_reference")), name="refund_reference_once"),
        ]
        indexes = [models.Index(fields=["state", "created"], name="refund_state_at")]

    def __str__(self) -> str:
        return self.key

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

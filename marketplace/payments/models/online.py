"""Paying online at a provider (Stripe): each try, what the provider told us, and disputes."""

from django.db import models
from django.db.models import F, Q

from marketplace.ledger.money import Money
from marketplace.payments import states
from marketplace.payments.models.dues import Due


class Attempt(models.Model):
    """One try to pay a due on the provider's page. Written before the provider is asked, so a retry repeats it.

    The one writer of its state is services.online.sync, which reads the provider's present state under a lock.
    """

    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()  # 1, 2 … of this due; part of the idempotency key
    rail = models.CharField(max_length=10, default="stripe")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    state = models.CharField(max_length=10, choices=states.ATTEMPT_CHOICES, default=states.PREPARED)
    session_id = models.CharField(max_length=120, null=True, unique=True)
    intent_id = models.CharField(max_length=60, null=True, unique=True)
    url = models.TextField(blank=True)  # the provider's page, while it is open
    expires_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)  # the last decline, or what differed
    # What the provider settled to us, in its own currency (minor units), and what it kept.
    settled = models.BigIntegerField(null=True)
    settled_currency = models.CharField(max_length=3, blank=True)
    fee = models.BigIntegerField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    synced_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["due", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["due"], condition=Q(state__in=states.ATTEMPT_LIVE), name="attempt_one_live"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_amount"),
        ]
        indexes = [models.Index(fields=["state", "synced_at"], name="attempt_state_at")]

    def __str__(self) -> str:
        return f"{self.due}/{self.number}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)


class ProviderEvent(models.Model):
    """The inbox of signed webhooks: one row an event, processed once by a task. The body is only a hint to look."""

    id = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=60)
    body = models.JSONField()
    received_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], condition=Q(done_at=None), name="provider_event_waits")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BalanceLine(models.Model):
    """One line of the provider's own account statement, as it came. Audit holds it against our rows."""

    id = models.CharField(max_length=120, primary_key=True)
    kind = models.CharField(max_length=40)
    # As the provider counts (gateway.wire: 100 to the rupiah), in the currency in which it settles.
    amount = models.BigIntegerField()  # signed
    fee = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=120, db_index=True)  # intent of a charge; refund, dispute, payout
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id


class Dispute(models.Model):
    """A buyer's bank asks the money of a card payment back. While it is open, the order's held money is frozen."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="disputes")
    provider_id = models.CharField(max_length=60, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    reason = models.CharField(max_length=60, blank=True)  # the provider's code
    state = models.CharField(max_length=10, choices=states.DISPUTE_CHOICES, default=states.DISPUTED)
    evidence_by = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True)
    loss = models.BigIntegerField(
        default=0
    )  # once it is lost and decided: what of `amount` the operator bears

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_amount"),
            models.CheckConstraint(
                condition=Q(loss=0) | Q(state=states.LOST, loss__gt=0, loss__lte=F("amount")),
                name="dispute_loss",
            ),
        ]
        indexes = [models.Index(fields=["state", "evidence_by"], name="dispute_state_by")]

    def __str__(self) -> str:
        return self.provider_id

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

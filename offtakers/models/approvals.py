"""Something of a company that a second person must agree to."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.ledger.money import Money
from offtakers import states
from offtakers.models.companies import CURRENCIES, Company


class Approval(models.Model):
    """Whoever asked never decides. Moves through offtakers/approvals.py only.

    `kind` and `reference` name what it is about in the words of the room that asks: a reference stands for one thing
    within its kind, whatever the company. `amount` is in minor units of `currency`.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="approvals")
    kind = models.SlugField(max_length=20)
    reference = models.CharField(max_length=60)
    what = models.CharField(max_length=200, blank=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, choices=CURRENCIES)
    state = models.CharField(max_length=10, choices=states.APPROVAL_CHOICES, default=states.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was declined

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reference"],
                condition=Q(state=states.WAITING),
                name="company_approval_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(asked_by=None) | ~Q(decided_by=F("asked_by")),
                name="company_approval_two_people",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="company_approval_amount"),
        ]
        indexes = [
            models.Index(fields=["company", "state", "asked_at"], name="company_approval_state"),
            models.Index(fields=["kind", "reference"], name="company_approval_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}: {self.state}"

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

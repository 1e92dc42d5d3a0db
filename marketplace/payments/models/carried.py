"""Money that a seller lets count for another order of the same buyer (decision 0043)."""

from django.db import models
from django.db.models import F, Q

from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments.models.dues import Due
from marketplace.pesantren.models import Partner


class CarriedOver(models.Model):
    """What was paid for the goods of one order (a sample) counts for a due of another. The seller bears it.

    Never edited but for `undone_at`: the due ended unpaid, so the seller has its money back, and it can count anew.
    """

    of_order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="carried_on")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="carried_over")
    due = models.ForeignKey(Due, on_delete=models.PROTECT, related_name="carried")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    from_payable = models.BigIntegerField()  # out of what the seller was owed
    from_debt = models.BigIntegerField()  # the seller owes this since
    undone_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of_order", "partner", "due"], name="carried_once_to_a_due"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, from_payable__gte=0, from_debt__gte=0)
                & Q(amount=F("from_payable") + F("from_debt")),
                name="carried_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_order_id} → {self.due_id}: {self.amount}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

"""What an exporter bears when units that it sold do not come or are not kept (decision 0047)."""

from django.db import models
from django.db.models import F, Q

from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.models.fees import CreditNote
from marketplace.pesantren.models import Partner


class PriceDifference(models.Model):
    """Units of a part fell away. Their purchase price left that part; the buyer gets the price of the contract, and
    the exporter bears the difference. Append-only (trigger). Amounts in minor units.

    `price` is units × (contract price − purchase price); `amount` what of it the exporter bears: the same, unless its
    own part fell away before. Below zero both come to the exporter.
    """

    key = models.CharField(max_length=120, unique=True)  # of what fell away: "missing/…", as its refund
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="price_differences")
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="price_differences"
    )  # the exporter
    part = models.CharField(max_length=24)  # number of the part whose units these are
    price = models.BigIntegerField()
    amount = models.BigIntegerField()  # of it:
    from_held = models.BigIntegerField(
        default=0
    )  # out of what is held for its own part, or (below zero) into it
    from_asked = models.BigIntegerField(default=0)  # off balances not paid yet, or (below zero) onto them
    from_debt = models.BigIntegerField(default=0)  # the exporter owes this now, netted later
    to_payable = models.BigIntegerField(default=0)  # its own part holds nothing: the exporter is owed this
    note = models.OneToOneField(CreditNote, on_delete=models.PROTECT, null=True, related_name="borne")
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=20, choices=states.REFUND_REASONS)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(from_debt__gte=0, to_payable__gte=0)
                & (
                    ~Q(note=None)
                    | Q(amount=F("from_held") + F("from_asked") + F("from_debt") - F("to_payable"))
                ),
                name="price_difference_adds_up",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key}: {self.amount}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def gained(self) -> Money:
        return self.total * -1

    @property
    def debt(self) -> Money:
        return Money(self.from_debt, self.currency)

"""What is delivered under a contract, and what the exporter buys for it from each pesantren."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from catalogue.models import Product
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.sourcing import states
from marketplace.sourcing.models.contracts import Contract, ContractLine


class CallOff(models.Model):
    """One delivery asked for under a contract; becomes an order with the contract's terms."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="call_offs")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField(unique=True, default=uuid4)
    state = models.CharField(max_length=10, choices=states.CALL_OFF_CHOICES, default=states.PLANNED)
    first = models.DateField()  # the goods leave within these days
    last = models.DateField()
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="call_off")
    note = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="call_off_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="call_off_days"),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | ~Q(state__in=[states.ORDERED, states.COMPLETED]),
                name="call_off_ordered_has_order",
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.contract}-{self.number}"

    @property
    def fallen(self) -> list["CallOffLine"]:
        """Lines of which something did not come, once it was an order."""
        return [line for line in self.lines.select_related("contract_line__unit") if line.fell]


class CallOffLine(models.Model):
    """How much of a contract line; the pool says which pesantren bring it.

    `fell`: of it did not come, was not kept, or was left out by whole packs; it went back to the contract, and can be
    called off again (decision 0054). The one writer is services.call_offs.
    """

    call_off = models.ForeignKey(CallOff, on_delete=models.CASCADE, related_name="lines")
    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="call_off_lines")
    quantity = models.PositiveIntegerField()
    fell = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call_off", "contract_line"], name="call_off_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="call_off_line_quantity"),
            models.CheckConstraint(condition=Q(fell__lte=F("quantity")), name="call_off_line_fell"),
        ]
        ordering = ["contract_line__demand_line__position"]

    def __str__(self) -> str:
        return f"{self.call_off}: {self.quantity} × {self.contract_line.name}"

    @property
    def counts(self) -> int:
        """Units that are used up of the contract."""
        return self.quantity - self.fell

    @property
    def least(self) -> int:
        """Units that are enough by the contract's tolerance."""
        return max(self.quantity - self.quantity * self.contract_line.tolerance // 1000, 1)


class PurchaseAgreement(models.Model):
    """What the exporter buys from one pesantren for one line of a contract: whole rupiah a unit, frozen.

    `pack`: its quote's; it brings whole packs only.
    """

    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="purchases")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="purchase_agreements")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()
    pack = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract_line", "partner"], name="purchase_once_a_line"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, unit_price__gt=0, pack__gt=0), name="purchase_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.quantity} × {self.product}"

    @property
    def price(self) -> Money:
        """Of one unit."""
        return Money(self.unit_price)

"""What was bought, by whom, on which terms: Oscar's order with its parties and terms frozen."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import get_language
from oscar.apps.address.abstract_models import AbstractBillingAddress, AbstractShippingAddress
from oscar.apps.order.abstract_models import AbstractLine, AbstractLinePrice, AbstractOrder

from marketplace.ledger.money import Money
from marketplace.orders import holds
from marketplace.orders.sold import Shared, Sold, shared, text
from marketplace.orders.states import labels
from marketplace.pesantren.models import CapacityWeek, Partner
from marketplace.reference.models import IndonesianAddress

CONTRACTED = "contract"  # Order.shipping_code: how and when it comes is said by a contract


def amount_field() -> models.DecimalField:
    """Oscar caps amounts at 9,999,999,999.99, about US$ 0.6 million in rupiah; ours hold contracts."""
    return models.DecimalField(max_digits=18, decimal_places=2, default=0)


class ShippingAddress(IndonesianAddress, AbstractShippingAddress):
    """Where the goods go, frozen with the order."""

    class Meta(AbstractShippingAddress.Meta):
        abstract = False


class BillingAddress(IndonesianAddress, AbstractBillingAddress):
    class Meta(AbstractBillingAddress.Meta):
        abstract = False


class Order(AbstractOrder):
    """An order. `status` moves through orders/states.py only; totals are whole rupiah in Oscar's Decimals."""

    total_incl_tax = amount_field()
    total_excl_tax = amount_field()
    shipping_incl_tax = amount_field()
    shipping_excl_tax = amount_field()
    buyer_name = models.CharField(max_length=150, default="")
    buyer_phone = models.CharField(max_length=16, blank=True)  # E.164
    language = models.CharField(max_length=2, default="id")
    channel = models.CharField(max_length=10, default="domestic")
    pay_by = models.DateTimeField(null=True)  # none: on tempo, the due says when
    # One order for one press of the button: the form carries this key, a second press finds the first's order.
    place_key = models.UUIDField(unique=True, null=True)
    # The exporter of a contract, who buys the goods of the pesantren and alone sells to the buyer. The buyer reads
    # `sold_lines`, never what the pesantren are paid; they read the exporter, never the buyer (docs/sourcing.md).
    sold_by = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="+")
    sold_lines = models.JSONField(default=list)  # orders.sold.Sold, frozen with the order

    class Meta(AbstractOrder.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["status", "-date_placed"], name="order_status_placed"),
            # The office looks for a part of a name: icontains compares upper-case texts.
            GinIndex(OpClass(Upper("buyer_name"), name="gin_trgm_ops"), name="order_buyer_name"),
        ]

    @property
    def email(self) -> str:
        """Where mails about this order go."""
        return self.guest_email or (self.user.email if self.user else "") or ""

    @property
    def total(self) -> Money:
        return Money.from_decimal(self.total_incl_tax, self.currency)

    @property
    def shipping(self) -> Money:
        return Money.from_decimal(self.shipping_incl_tax, self.currency)

    @property
    def goods(self) -> Money:
        return self.total - self.shipping

    @property
    def sold(self) -> list[Sold]:
        """What an exporter sold, by the contract; nothing where the sellers of the parts stand before the buyer."""
        return [Sold.of(row, self.currency) for row in self.sold_lines]

    @property
    def is_on_tempo(self) -> bool:
        """A company pays after delivery; every other order has a deadline to be paid before."""
        return self.pay_by is None

    @property
    def is_contracted(self) -> bool:
        """Placed under a contract or from its quote: its days were agreed, not reckoned from the payment."""
        return self.shipping_code == CONTRACTED

    @property
    def status_words(self) -> str:
        return str(labels(self.is_on_tempo).get(self.status, self.status))

    def set_status(self, new_status: str) -> None:
        """Oscar's unlocked way to change a status is closed: use orders.services."""
        raise RuntimeError("Use marketplace.orders.services.move; Oscar's set_status takes no lock.")


class Line(AbstractLine):
    """One product of an order. Prices are frozen; `title_texts` keeps the name in all languages."""

    line_price_incl_tax = amount_field()
    line_price_excl_tax = amount_field()
    line_price_before_discounts_incl_tax = amount_field()
    line_price_before_discounts_excl_tax = amount_field()
    unit_price_incl_tax = amount_field()
    unit_price_excl_tax = amount_field()
    unit_texts = models.JSONField(default=dict)
    title_texts = models.JSONField(default=dict)
    weight_g = models.PositiveIntegerField(null=True)  # gross, of one unit
    # What the buyer pays an exporter for one unit, in minor units; none where the seller sells to the buyer itself.
    sold_price = models.BigIntegerField(null=True)
    made_by = models.DateField(null=True)  # made to order: the day it is ready; none: from the counted stock

    class Meta(AbstractLine.Meta):
        abstract = False

    def set_status(self, new_status: str) -> None:
        raise RuntimeError("Line states follow their fulfilment.")

    @property
    def can_track_allocations(self) -> bool:
        """Without its stock record (the listing was deleted) there is nothing to free or consume."""
        return bool(self.stockrecord and self.stockrecord.can_track_allocations)

    def cancel_allocation(self, quantity: int) -> None:
        """These units will not be delivered: the stock, or the weeks in which they would be made, are free again."""
        if self.made_by is None:
            super().cancel_allocation(quantity)
        else:
            holds.release(self, quantity)

    def consume_allocation(self, quantity: int) -> None:
        """These units left: they are out of the stock, or their weeks are used. Raises InvalidStockAdjustment."""
        if self.made_by is None:
            super().consume_allocation(quantity)
        else:
            holds.use(self, quantity)

    def text(self, texts: dict[str, str], language: str) -> str:
        return text(texts, language)

    @property
    def title_here(self) -> str:
        """The frozen name in the language of the page."""
        return self.text(self.title_texts, get_language() or "") or str(self.title)

    @property
    def unit_here(self) -> str:
        """The frozen unit in the language of the page."""
        return self.text(self.unit_texts, get_language() or "")

    @property
    def unit_price(self) -> Money:
        return Money.from_decimal(self.unit_price_incl_tax, self.order.currency)

    @property
    def price(self) -> Money:
        return Money.from_decimal(self.line_price_incl_tax, self.order.currency)

    def shared(self, units: int) -> Shared:
        """The price of so many units, to the buyer, to who brings them, and to the exporter between the two."""
        sold = None if self.sold_price is None else Money(self.sold_price, self.order.currency)
        return shared(units, self.unit_price, sold)


class CapacityHold(models.Model):
    """How much of an order line is made in which week. Goes when that is given up; stays once it left (`used`).

    The sum over all lines is CapacityWeek.held. Written by holds.py alone. Deleted with the listing.
    """

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="holds")
    week = models.ForeignKey(CapacityWeek, on_delete=models.CASCADE, related_name="holds")
    quantity = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)  # of them handed over

    class Meta:
        app_label = "order"
        ordering = ["week__week"]
        constraints = [
            models.UniqueConstraint(fields=["line", "week"], name="capacity_hold_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, used__lte=models.F("quantity")), name="capacity_hold_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of line {self.line_id}"


class LinePrice(AbstractLinePrice):
    price_incl_tax = amount_field()
    price_excl_tax = amount_field()
    shipping_incl_tax = amount_field()
    shipping_excl_tax = amount_field()

    class Meta(AbstractLinePrice.Meta):
        abstract = False


from oscar.apps.order.models import *  # noqa: E402, F403 - Oscar's own, after ours

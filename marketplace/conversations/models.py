"""What a buyer and a pesantren write to each other: one thread of the two, about goods and orders alike."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner

MOST_LETTERS = 2000


class Side(models.TextChoices):
    """Who of the two speaks."""

    BUYER = "buyer"
    SELLER = "seller"

    @property
    def other(self) -> "Side":
        return Side.SELLER if self == Side.BUYER else Side.BUYER


class Thread(models.Model):
    """The conversation of one buyer and one pesantren.

    A buyer is a person with an account (`user`), or whoever holds the signed link of one guest's order
    (`order`). The times are written by services.py alone, under the lock of this row: when each side wrote
    last, up to where it has read, and when it was last told by mail.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="threads")
    user = models.ForeignKey("customer.User", on_delete=models.CASCADE, null=True, related_name="threads")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="threads")
    last_at = models.DateTimeField(null=True)
    buyer_wrote_at = models.DateTimeField(null=True)
    seller_wrote_at = models.DateTimeField(null=True)
    buyer_read_to = models.DateTimeField(null=True)
    seller_read_to = models.DateTimeField(null=True)
    buyer_mailed_at = models.DateTimeField(null=True)
    seller_mailed_at = models.DateTimeField(null=True)
    # Up to here the pesantren said that nothing is left to answer: a "thank you" must not wait for ever.
    seller_done_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "partner"], name="thread_once_per_buyer"),
            models.UniqueConstraint(fields=["order", "partner"], name="thread_once_per_guest_order"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(order__isnull=True), name="thread_of_account_or_guest"
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-last_at"], name="thread_partner_last"),
            models.Index(fields=["user", "-last_at"], name="thread_user_last"),
        ]

    def __str__(self) -> str:
        return f"{self.buyer_name} – {self.partner}"

    @property
    def is_unanswered(self) -> bool:
        """The buyer had the last word, and the pesantren did not say that nothing is left to answer."""
        asked, heard = self.buyer_wrote_at, (self.seller_wrote_at, self.seller_done_to)
        return asked is not None and all(mark is None or mark < asked for mark in heard)

    @property
    def buyer_name(self) -> str:
        """What the pesantren may know: a name, never an address."""
        name = self.order.buyer_name if self.order else self.user.name if self.user else ""
        return name or _("A buyer")


class Message(models.Model):
    """One message, plain text, never edited. It may be about a product or about an order."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    side = models.CharField(max_length=6, choices=Side.choices)
    author = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=MOST_LETTERS)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="+")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(default=uuid.uuid4)  # of the form: a second press writes nothing
    created = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "key"], name="message_once")]
        indexes = [models.Index(fields=["thread", "-created", "-id"], name="message_thread_created")]

    def __str__(self) -> str:
        return f"{self.thread}: {self.text[:40]}"

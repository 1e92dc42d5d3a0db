"""A sample that a buyer ordered from a quote: an order like any other, whose fee counts for what is bought later."""

from uuid import uuid4

from django.db import models

from marketplace.orders.models import Order
from marketplace.sourcing.models.quotes import Negotiation, Quote


class Sample(models.Model):
    """One order of one version of a quote. How it goes on, its order says; what it cost stands in the version."""

    negotiation = models.ForeignKey(Negotiation, on_delete=models.PROTECT, related_name="samples")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="samples")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="sample")
    key = models.UUIDField(unique=True, default=uuid4)  # of the form: pressed twice, ordered once
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.quote}: sample"

"""The basket: Oscar's, with wide amounts."""

from django.db import models
from oscar.apps.basket.abstract_models import AbstractLine


class Line(AbstractLine):
    price_excl_tax = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    price_incl_tax = models.DecimalField(max_digits=18, decimal_places=2, null=True)

    class Meta(AbstractLine.Meta):
        abstract = False


from oscar.apps.basket.models import *  # noqa: E402, F403 - Oscar's own, after ours

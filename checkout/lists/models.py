"""What a buyer takes again and again, by name: "Belanja bulanan". Prices are not kept: they are today's."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from catalogue.models import Product


class SavedList(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_lists")
    name = models.CharField(max_length=60)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="lists_one_name_an_owner")]

    def __str__(self) -> str:
        return self.name


class SavedLine(models.Model):
    """So much of one product. A listing that is taken away stays here, and the page says so."""

    saved_list = models.ForeignKey(SavedList, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["saved_list", "product"], name="lists_one_line_a_product"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="lists_quantity_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

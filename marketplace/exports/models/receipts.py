"""Goods on their way to the packing house, and what the scales and the sorters say there.

Amounts of goods sold by the kilogram are in grams; of all others in units of the order line (`by_weight` tells which).
"""

from decimal import Decimal
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.lots.models import Lot
from marketplace.exports import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency


class PackingHouse(models.Model):
    """Where an exporter weighs, sorts and packs."""

    exporter = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="packing_houses")
    name = models.CharField(_("Name"), max_length=100)
    address = models.CharField(_("Address"), max_length=300)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, related_name="+")
    registration = models.CharField(_("Registration number"), max_length=40, blank=True)  # PH-32-73-…
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exporter", "name"], name="packing_house_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PickUp(models.Model):
    """One truck on one day: it stops at pesantren and brings their goods to the packing house."""

    number = models.CharField(max_length=20, unique=True)  # "T26-7KQ3M"
    house = models.ForeignKey(PackingHouse, on_delete=models.PROTECT, related_name="pick_ups")
    day = models.DateField(_("Day"))
    vehicle = models.CharField(_("Truck"), max_length=40)  # its plate
    driver = models.CharField(_("Driver"), max_length=80, blank=True)
    phone = models.CharField(_("Driver's telephone"), max_length=16, blank=True)  # E.164
    capacity_kg = models.PositiveIntegerField(_("Carries at most, kg"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=states.PICK_UP_CHOICES, default=states.PLANNED)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["house", "-day"], name="pick_up_house_day")]
        ordering = ["-day", "pk"]

    def __str__(self) -> str:
        return self.number


class PickUpStop(models.Model):
    """One pesantren's part on the way of a truck."""

    pick_up = models.ForeignKey(PickUp, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()
    part = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="pick_up_stops")
    at = models.TimeField(_("About"), null=True, blank=True)
    collected_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pick_up", "part"], name="pick_up_stop_once")]
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return f"{self.pick_up}: {self.part}"


class GoodsReceipt(models.Model):
    """One pesantren's part at the packing house: weighed, sorted, graded, photographed. Closed, it is never changed."""

    number = models.CharField(max_length=20, unique=True)  # "R26-7KQ3MX"
    house = models.ForeignKey(PackingHouse, on_delete=models.PROTECT, related_name="receipts")
    part = models.OneToOneField(Fulfilment, on_delete=models.PROTECT, related_name="goods_receipt")
    pick_up = models.ForeignKey(PickUp, on_delete=models.PROTECT, null=True, related_name="receipts")
    state = models.CharField(max_length=10, choices=states.RECEIPT_CHOICES, default=states.OPEN)
    grader = models.CharField(_("Graded by"), max_length=100, blank=True)
    note = models.CharField(max_length=500, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["house", "state", "-id"], name="receipt_house_state")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """What became of one lot of one line: weighed = accepted + downgraded + rejected + shrinkage, to the gram."""

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(FulfilmentLine, on_delete=models.PROTECT, related_name="receipt_lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="receipt_lines")
    by_weight = models.BooleanField()  # grams; otherwise units
    weighed = models.PositiveBigIntegerField()
    accepted = models.PositiveBigIntegerField()  # export grade
    downgraded = models.PositiveBigIntegerField(default=0)  # good, but not of the grade
    rejected = models.PositiveBigIntegerField(default=0)
    shrinkage = models.PositiveBigIntegerField(default=0)  # lost by washing, drying, handling
    grade = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why not all was accepted

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "line", "lot"], nulls_distinct=False, name="receipt_line_once"
            ),
            models.CheckConstraint(
                condition=Q(weighed=F("accepted") + F("downgraded") + F("rejected") + F("shrinkage")),
                name="receipt_line_adds_up",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.receipt}: {self.accepted} of {self.weighed}"

    @property
    def accepted_shown(self) -> Decimal:
        """Kilograms, or units."""
        return Decimal(self.accepted) / (1000 if self.by_weight else 1)

    @property
    def weighed_shown(self) -> Decimal:
        return Decimal(self.weighed) / (1000 if self.by_weight else 1)


def receipt_photo_path(photo: "ReceiptPhoto", filename: str) -> str:
    return f"private/receipts/{photo.key}.webp"


class ReceiptPhoto(models.Model):
    """What the sorters saw. Checked by content, without the camera's data, as a WebP picture."""

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.CASCADE, related_name="photos")
    key = models.UUIDField(unique=True, default=uuid4)  # sending twice makes one
    file = models.FileField(upload_to=receipt_photo_path)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.key)

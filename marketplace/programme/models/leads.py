"""Somebody met at an exhibition who may buy: typed, or read from a scanned badge."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from marketplace.programme import states
from marketplace.programme.models.events import Event, Exhibitor, Guest


class Lead(models.Model):
    """Moves through services only. `key` comes from the phone: sent twice, kept once."""

    number = models.CharField(max_length=12, unique=True)
    key = models.UUIDField(unique=True, default=uuid4)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="leads")
    exhibitor = models.ForeignKey(
        Exhibitor, on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    guest = models.ForeignKey(
        Guest, on_delete=models.SET_NULL, null=True, blank=True, related_name="leads"
    )  # scanned
    state = models.CharField(max_length=10, choices=states.LEAD_CHOICES, default=states.NEW)
    company = models.CharField(max_length=128)
    country = models.CharField(max_length=2, blank=True)
    contact = models.CharField(max_length=150, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    wants = models.CharField(max_length=300)  # goods, quantity, conditions in words
    follow_on = models.DateField(null=True, blank=True)  # when somebody shall write or call
    closed_why = models.CharField(max_length=300, blank=True)
    met_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=200, blank=True)  # of the historic ones
    source_url = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering = ["-met_at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-met_at"], name="programme_lead_event"),
            models.Index(fields=["state", "follow_on"], name="programme_lead_follow"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.company}"


class LeadNote(models.Model):
    """What was done about a lead. Kept as it was written."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.lead}: {self.text[:40]}"

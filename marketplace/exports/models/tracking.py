"""What happened to a consignment, in the field's own codes, and what the thermometers on the way said."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.exports import states
from marketplace.exports.models.consignments import Consignment
from marketplace.reference.models import Port


class Event(models.Model):
    """One event: planned, expected or happened. Append-only (a trigger); a retraction is a new row.

    Codes are those of DCSA Track & Trace 3 (families shipment, transport, equipment) and of IATA status messages
    (family FSU); data/event_codes.csv lists them.
    """

    HAND, FILE, DCSA, SYSTEM = "hand", "file", "dcsa", "system"
    SOURCES = [
        (HAND, _("by hand")),
        (FILE, _("from a file")),
        (DCSA, _("from the carrier")),
        (SYSTEM, _("by this programme")),
    ]

    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="events")
    family = models.CharField(max_length=10)
    code = models.CharField(max_length=4)
    classifier = models.CharField(max_length=3, choices=states.CLASSIFIERS, default=states.ACT)
    at = models.DateTimeField()
    offset_minutes = models.SmallIntegerField(default=0)  # of the place's clock from UTC, as reported
    port = models.ForeignKey(Port, on_delete=models.PROTECT, null=True, related_name="+")
    location = models.CharField(max_length=80, blank=True)  # as written, where no port of ours fits
    recorded_at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=6, choices=SOURCES)
    source_id = models.CharField(max_length=120)  # the same one sent twice is one event
    pieces = models.PositiveIntegerField(null=True)
    weight_g = models.PositiveBigIntegerField(null=True)
    is_partial = models.BooleanField(default=False)
    retracts = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="retracted_by")
    reason = models.CharField(
        max_length=120, blank=True
    )  # the carrier's delay reason, or why it is taken back
    # Not a key: a deleted person must not take the history along.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "source", "source_id"], name="event_once"),
            models.UniqueConstraint(
                fields=["retracts"], condition=Q(retracts__isnull=False), name="event_retracted_once"
            ),
        ]
        indexes = [models.Index(fields=["consignment", "at"], name="event_consignment_at")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.code} {self.classifier}"


class TemperatureReading(models.Model):
    """One reading of a logger that travels with the goods."""

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="readings")
    logger = models.CharField(max_length=40)
    at = models.DateTimeField()
    celsius = models.DecimalField(max_digits=4, decimal_places=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consignment", "logger", "at"], name="temperature_reading_once")
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.celsius} °C"


class Alert(models.Model):
    """Something about a consignment that somebody should look at; raised once, ended when it no longer holds."""

    class Kind(models.TextChoices):
        PAPER_LATE = "paper_late", _("A paper is late")
        CUTOFF_NEAR = "cutoff_near", _("The cut-off is near")
        SILENCE = "silence", _("No news for too long")
        ETA_LATE = "eta_late", _("It will arrive after the buyer's window")
        SHELF_LIFE = "shelf_life", _("The goods may not arrive fresh")
        EXCURSION = "excursion", _("Too warm or too cold on the way")
        PERMIT_ENDS = "permit_ends", _("A permit or paper ends before arrival")
        BREACH = "breach", _("Left without a paper that was due")
        CONTRADICTION = "contradict", _("Two events contradict each other")
        REST = "rest", _("Goods of a part stand in no consignment, and it waits for them")
        HAND_OVER = "hand_over", _("A part of an order could not be handed over")

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    about = models.CharField(max_length=60, blank=True)  # code of the paper, number of the lot …
    details = models.JSONField(default=dict)
    raised_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consignment", "kind", "about"], condition=Q(ended_at=None), name="alert_open_once"
            )
        ]
        indexes = [models.Index(fields=["consignment", "ended_at"], name="alert_consignment")]
        ordering = ["-raised_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.kind}"

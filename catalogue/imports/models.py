"""A file of listings that a pesantren sent, and each of its rows. Both go after thirty days (personal.py)."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from catalogue.imports import states
from catalogue.models import Product, ProductClass
from marketplace.pesantren.models import Partner


def file_path(run: "ListingImport", filename: str) -> str:
    return f"private/imports/{run.token}.{run.layout}"


def photos_path(run: "ListingImport", filename: str) -> str:
    return f"private/imports/{run.token}-photos.zip"


class ListingImport(models.Model):
    """One file, read, checked and taken over by workers; the one writer is services.py."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)  # for the history of what its rows change
    language = models.CharField(max_length=5)  # of the sentences about its rows
    token = models.UUIDField(default=uuid4, unique=True)  # sending the form twice makes one
    name = models.CharField(max_length=150)
    layout = models.CharField(max_length=4)  # xlsx, csv
    file = models.FileField(upload_to=file_path, blank=True)
    photos = models.FileField(upload_to=photos_path, blank=True)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.UPLOADED)
    why = models.CharField(max_length=1000, blank=True)  # it cannot be read
    notes = models.JSONField(default=list)  # sentences: what was left out
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # rows checked, then rows taken over
    tries = models.PositiveSmallIntegerField(default=0)  # to read it; a file that kills workers is refused
    uploaded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["partner", "-uploaded_at"], name="import_of_partner"),
            models.Index(fields=["state", "uploaded_at"], name="import_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"], condition=Q(state=states.TAKING), name="import_one_taken_over"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("rows")), name="import_rows"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_running(self) -> bool:
        return self.state in states.RUNNING


class ImportRow(models.Model):
    """One listing of the file: as typed, what it would do, and what it did."""

    run = models.ForeignKey(ListingImport, on_delete=models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField()  # from 0, in the order of the file
    kind = models.ForeignKey(ProductClass, on_delete=models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=60, blank=True)
    line = models.PositiveIntegerField()  # of the sheet, as the person sees it
    twin = models.PositiveIntegerField(null=True)  # the line that says the same name or number before
    cells = models.JSONField()
    name = models.CharField(max_length=100, blank=True)  # as typed, to know the row by
    outcome = models.CharField(max_length=10, choices=states.OUTCOMES, blank=True)
    faults = models.JSONField(default=list)  # faults.Fault as stored
    changes = models.JSONField(default=list)  # [label, before, after]
    result = models.CharField(max_length=10, choices=states.RESULTS, blank=True)
    said = models.CharField(max_length=500, blank=True)  # why it was not taken, or what is still missing
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["place"]
        indexes = [
            models.Index(fields=["run", "outcome", "place"], name="import_row_outcome"),
            models.Index(fields=["run", "result", "place"], name="import_row_result"),
        ]
        constraints = [models.UniqueConstraint(fields=["run", "place"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.run_id}, {self.line}"

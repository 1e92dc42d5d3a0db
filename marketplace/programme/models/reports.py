"""Reports for the head of the office and the governor, made in the background."""

from django.conf import settings
from django.db import models
from django.utils.translation import pgettext_lazy

from marketplace.programme import states
from marketplace.reference.models import Province


def report_path(row: "Report", filename: str) -> str:
    return f"private/programme/reports/{row.token}-{filename}"


class Report(models.Model):
    """One quarter or one year of one province, as PDF and XLSX, with the figures as they were when it was made."""

    QUARTER, YEAR = "quarter", "year"
    PERIODS = [(QUARTER, pgettext_lazy("report", "Quarter")), (YEAR, pgettext_lazy("report", "Year"))]
    token = models.CharField(max_length=40, unique=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="reports")
    period = models.CharField(max_length=8, choices=PERIODS)
    first = models.DateField()
    last = models.DateField()
    language = models.CharField(max_length=2, default="id")
    state = models.CharField(max_length=10, choices=states.WORK_CHOICES, default=states.WAITING)
    step = models.PositiveSmallIntegerField(default=0)
    steps = models.PositiveSmallIntegerField(default=4)
    tries = models.PositiveSmallIntegerField(default=0)
    pdf = models.FileField(upload_to=report_path, blank=True)
    xlsx = models.FileField(upload_to=report_path, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="programme_report_span"
            ),
            models.UniqueConstraint(
                fields=["province", "first", "last", "language"],
                condition=models.Q(state__in=[states.WAITING, states.WORKING]),
                name="programme_report_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.first}–{self.last}"

    @property
    def is_running(self) -> bool:
        return self.state in (states.WAITING, states.WORKING)

    @property
    def quarter(self) -> int:
        return (self.first.month + 2) // 3

    @property
    def file_name(self) -> str:
        """For instance opop-32-2026-Q2-id; a year has no quarter."""
        quarter = f"-Q{self.quarter}" if self.period == self.QUARTER else ""
        return f"opop-{self.province.code}-{self.first.year}{quarter}-{self.language}"

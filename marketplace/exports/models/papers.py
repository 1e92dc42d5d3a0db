"""Papers of a consignment. Which are required comes from dated rules (data/paper_rules.csv, rules.py)."""

from secrets import token_urlsafe

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.exports import states
from marketplace.exports.models.consignments import Consignment


class Paper(models.Model):
    """One paper that a consignment needs. `kind` is a code of data/paper_kinds.csv."""

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="papers")
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=10, choices=states.PAPER_CHOICES, default=states.REQUIRED)
    needed_before = models.CharField(max_length=10, choices=states.NEEDED_BEFORE)
    due_at = models.DateTimeField(null=True)  # counted back from the plan; none while there is no plan
    start_at = models.DateTimeField(null=True)  # to be in time it must be asked for now
    source = models.CharField(max_length=200, blank=True)  # of the rule that asks for it
    is_assumed = models.BooleanField(default=False)
    number = models.CharField(_("Number"), max_length=60, blank=True)
    issued_on = models.DateField(_("Date"), null=True, blank=True)
    valid_to = models.DateField(_("Valid to"), null=True, blank=True)  # none: without an end
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)  # why it is not needed, or does not fit

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consignment", "kind"], name="paper_once")]
        indexes = [models.Index(fields=["state", "due_at"], name="paper_state_due")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.kind}"


def paper_path(version: models.Model, filename: str) -> str:
    return f"private/papers/{filename}"


class PaperVersion(models.Model):
    """One issue of a paper, made here or uploaded: the exact files and the facts they show. Append-only (a trigger)."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()  # 1, 2 …
    facts = models.JSONField(default=dict)
    facts_sha256 = models.CharField(max_length=64)
    pdf = models.FileField(upload_to=paper_path, max_length=200, blank=True)
    xlsx = models.FileField(upload_to=paper_path, max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)  # of the PDF
    is_uploaded = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)  # what changed
    # Not a key: a deleted person must not take the history along.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="paper_version_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.paper}, {self.number}"


def link_token() -> str:
    return token_urlsafe(24)


class UploadLink(models.Model):
    """A customs broker or forwarder may upload these papers of one consignment until the link ends."""

    BROKER, FORWARDER = "broker", "forwarder"
    ROLES = [(BROKER, _("Customs broker (PPJK)")), (FORWARDER, _("Forwarder"))]

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="upload_links")
    token = models.CharField(max_length=40, unique=True, default=link_token)
    role = models.CharField(max_length=10, choices=ROLES)
    name = models.CharField(_("For whom"), max_length=100)
    kinds = ArrayField(models.CharField(max_length=30))
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.name}"


class PaperPack(models.Model):
    """All papers of a consignment as one PDF, made in the background."""

    consignment = models.ForeignKey(Consignment, on_delete=models.CASCADE, related_name="packs")
    state = models.CharField(max_length=10, choices=states.PACK_CHOICES, default=states.ASKED)
    total = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to=paper_path, max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consignment"],
                condition=Q(state__in=[states.ASKED, states.RUNNING]),
                name="paper_pack_one_at_a_time",
            )
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="paper_pack_state")]
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.consignment}: {self.state}"

"""A pesantren asks to sell here. What it must fulfil is data (requirements.csv), and so is each answer."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.common.prose import plain
from marketplace.pesantren.joining import states
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency


class Requirement(models.Model):
    """One thing asked of everybody who joins. Computed here, attested by a tick, or verified by the office."""

    COMPUTED, ATTESTED, VERIFIED = "computed", "attested", "verified"
    KINDS = [
        (COMPUTED, _("checked by the computer")),
        (ATTESTED, _("said by the pesantren")),
        (VERIFIED, _("looked at by the office")),
    ]
    SELLING, PAYOUT = "selling", "payout"
    STAGES = [(SELLING, _("before it sells")), (PAYOUT, _("before the first payout"))]
    code = models.SlugField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    is_required = models.BooleanField(default=True)
    needed_for = models.CharField(max_length=10, choices=STAGES, default=SELLING)
    place = models.PositiveSmallIntegerField(default=0)
    text_id = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200)
    text_ar = models.CharField(max_length=200)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return str(getattr(self, f"text_{get_language() or 'id'}", self.text_id))


class Application(models.Model):
    """One pesantren's wish to sell here, sent by one person. Moves through services.py only."""

    person = models.ForeignKey("customer.User", on_delete=models.CASCADE, related_name="applications")
    nspp = models.CharField(max_length=12)
    name = models.CharField(max_length=128)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, related_name="+")
    sector = models.SlugField(max_length=40)  # code of a root category; those stand above this floor
    product = models.CharField(max_length=100)
    phone = models.CharField(max_length=16)  # E.164
    nib = models.CharField(max_length=13, blank=True)
    npwp = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.SENT)
    why = models.CharField(max_length=300, blank=True)  # what the office asks for, or why not
    sent_at = models.DateTimeField(default=timezone.now)
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )

    class Meta:
        indexes = [models.Index(fields=["state", "sent_at"], name="application_state_sent")]
        constraints = [
            models.UniqueConstraint(
                fields=["nspp"], condition=Q(state__in=sorted(states.OPEN)), name="application_nspp_one_open"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=sorted(states.OPEN)),
                name="application_person_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.nspp})"

    def save(self, *args: object, **kwargs: object) -> None:
        """Typed by anybody who signed up: markup is taken out before anything is stored."""
        self.name, self.product = plain(self.name), plain(self.product)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Answer(models.Model):
    """Where one requirement of one application stands."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=states.ANSWERS, default=states.UNKNOWN)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["requirement__place", "pk"]
        constraints = [models.UniqueConstraint(fields=["application", "requirement"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.get_state_display()}"

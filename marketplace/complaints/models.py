"""A complaint to the office: about an order's part, about a pesantren, or about the marketplace itself."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.complaints import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days

# Assumed, until the programme office decides; the public page says so.
ANSWER_WORKING_DAYS, SOLVE_DAYS, REOPEN_DAYS = 3, 14, 14
MOST_LETTERS = 3000


class Subject(models.TextChoices):
    GOODS = "goods", _("The goods")
    DELIVERY = "delivery", _("The delivery")
    MONEY = "money", _("A payment or money back")
    CONDUCT = "conduct", _("How the seller behaved")
    PRIVACY = "privacy", _("My personal data")
    OTHER = "other", _("Something else")


class Complaint(models.Model):
    """Moves through complaints/states.py only. `partner` is the pesantren concerned, if there is one."""

    number = models.CharField(max_length=16, unique=True)
    key = models.UUIDField(unique=True)  # of the form: a second press makes no second complaint
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, null=True, related_name="complaints")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="complaints")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="complaints"
    )
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="id")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    text = models.CharField(max_length=MOST_LETTERS)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.RECEIVED)
    created = models.DateTimeField()
    answer_by = models.DateField()  # of the answer that is due next
    solve_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "answer_by"], name="complaint_state_answer_by"),
            models.Index(fields=["partner", "-created"], name="complaint_partner_created"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def who(self) -> str:
        """Who complained; the name goes with the account."""
        return self.name or str(_("A deleted account"))

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def is_late(self) -> bool:
        """The office has not answered by the promised day."""
        return self.state in states.WAITING and self.answer_by < working_days.today()

    @property
    def may_reopen(self) -> bool:
        """For 14 days after the answer the complainant may ask again."""
        if self.state not in (states.ANSWERED, states.CLOSED) or self.answered_at is None:
            return False
        return timezone.now() < self.answered_at + timedelta(days=REOPEN_DAYS)


class Entry(models.Model):
    """What was written after the complaint: the office's answers, the pesantren's view, a further question."""

    COMPLAINANT, OFFICE, PESANTREN = "complainant", "office", "pesantren"

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="entries")
    side = models.CharField(max_length=11)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = models.CharField(max_length=MOST_LETTERS)
    key = models.UUIDField(default=uuid.uuid4)
    created = models.DateTimeField()

    class Meta:
        ordering = ["created", "pk"]
        constraints = [models.UniqueConstraint(fields=["complaint", "key"], name="complaint_entry_once")]

    def __str__(self) -> str:
        return f"{self.complaint}: {self.side}"

"""What two sides promised at an event, what they say came of it, and the rows that prove it.

Three sums, never added: *committed* is `Commitment.value` once both sides confirmed; *reported* is a `Settlement` that
both sides confirmed, with evidence; *realised* follows from the orders that `CommitmentLink` names: accepted and paid
in our ledger.
"""

from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models import Product
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.programme import states
from marketplace.programme.models.events import Event, Exhibitor, Guest
from marketplace.programme.models.leads import Lead
from marketplace.reference.working_days import JAKARTA
from marketplace.sourcing.models import Contract, Demand


class Commitment(models.Model):
    """One promise between one pesantren and one buyer. Moves through services only.

    `key` comes from the phone that recorded it: sent twice, kept once. `rupiah` is the value in whole rupiah, turned by
    the dated rate that `rate_note` names where the currency is another.
    """

    COMMITMENT, LOI, PO, CONTRACT = "commitment", "loi", "po", "contract"
    KINDS = [
        (COMMITMENT, pgettext_lazy("commitment", "Commitment")),
        (LOI, _("Letter of intent (LoI)")),
        (PO, _("Purchase order (PO)")),
        (CONTRACT, pgettext_lazy("commitment", "Contract")),
    ]
    number = models.CharField(max_length=12, unique=True)
    key = models.UUIDField(unique=True, default=uuid4)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="commitments")
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.PROTECT, related_name="commitments")
    guest = models.ForeignKey(Guest, on_delete=models.PROTECT, related_name="commitments")
    lead = models.ForeignKey(
        Lead, on_delete=models.SET_NULL, null=True, blank=True, related_name="commitments"
    )
    kind = models.CharField(max_length=12, choices=KINDS, default=COMMITMENT)
    state = models.CharField(max_length=10, choices=states.COMMITMENT_CHOICES, default=states.RECORDED)
    what = models.CharField(max_length=120)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    quantity = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    value = models.BigIntegerField()  # minor units of `currency`
    currency = models.CharField(max_length=3, default="IDR")
    rupiah = models.BigIntegerField()
    rate_note = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)  # when the goods are wanted
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)  # on the phone
    received_at = models.DateTimeField(auto_now_add=True)  # here
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    seller_token = models.CharField(max_length=40, unique=True)  # of the link by which each side confirms
    buyer_token = models.CharField(max_length=40, unique=True)
    seller_said_at = models.DateTimeField(null=True, blank=True)
    buyer_said_at = models.DateTimeField(null=True, blank=True)
    disputed_why = models.CharField(max_length=300, blank=True)
    closed_why = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        indexes = [
            models.Index(fields=["event", "-recorded_at"], name="programme_commitment_event"),
            models.Index(fields=["exhibitor", "-recorded_at"], name="programme_commitment_seller"),
            models.Index(fields=["state", "recorded_at"], name="programme_commitment_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gt=0, rupiah__gt=0), name="programme_commitment_positive"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.CONFIRMED)
                | Q(seller_said_at__isnull=False, buyer_said_at__isnull=False),
                name="programme_confirmed_by_both",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.CLOSED) | ~Q(closed_why=""), name="programme_closed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        return Money(self.value, self.currency)

    @property
    def begun_on(self) -> date:
        """The first day of its event or the day it was recorded there, whichever is earlier: nothing of it is older."""
        recorded = self.recorded_at.astimezone(ZoneInfo(self.event.time_zone or str(JAKARTA))).date()
        return min(recorded, self.event.starts_on or recorded)

    @property
    def rupiah_money(self) -> Money:
        return Money(self.rupiah)


class CommitmentLink(models.Model):
    """What became of a commitment: a demand, a contract (with all its call-offs) or one order. Each belongs to one
    commitment at most, so that nothing is counted as realised twice."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="links")
    demand = models.OneToOneField(
        Demand, on_delete=models.PROTECT, null=True, blank=True, related_name="commitment_link"
    )
    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, null=True, blank=True, related_name="commitment_link"
    )
    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="commitment_link"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(demand__isnull=False, contract=None, order=None)
                | Q(demand=None, contract__isnull=False, order=None)
                | Q(demand=None, contract=None, order__isnull=False),
                name="programme_link_names_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.demand or self.contract or self.order}"


def evidence_path(row: "Settlement", filename: str) -> str:
    return f"private/programme/evidence/{row.token}"


class Settlement(models.Model):
    """Both sides say that a commitment was settled elsewhere: amount, day, evidence. Counts as *reported* once both
    confirmed; never as realised. `refused_why` begins with who refused it: a side, or the office that took it back."""

    OFFICE = "office: "

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="settlements")
    token = models.CharField(max_length=40, unique=True)
    rupiah = models.BigIntegerField()  # whole rupiah
    settled_on = models.DateField()
    file = models.FileField(upload_to=evidence_path)
    file_name = models.CharField(max_length=200)
    file_kind = models.CharField(max_length=40)  # content type, found by its bytes
    said_by = models.CharField(max_length=10)  # "seller" or "buyer" or "office"
    seller_said_at = models.DateTimeField(null=True, blank=True)
    buyer_said_at = models.DateTimeField(null=True, blank=True)
    refused_why = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(rupiah__gt=0), name="programme_settlement_positive")
        ]

    def __str__(self) -> str:
        return f"{self.commitment}: {self.rupiah}"

    @property
    def money(self) -> Money:
        return Money(self.rupiah)

    @property
    def counts(self) -> bool:
        """As reported: both sides said so, and nobody refused."""
        return bool(self.seller_said_at and self.buyer_said_at and not self.refused_why)

    @property
    def taken_back_why(self) -> str:
        """The reason of the office; nothing where it was not taken back."""
        return self.refused_why.removeprefix(self.OFFICE) if self.refused_why.startswith(self.OFFICE) else ""


class Reminder(models.Model):
    """A side was asked what became of a commitment; each round once."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="reminders")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "round"], name="programme_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.commitment} #{self.round}"

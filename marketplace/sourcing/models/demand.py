"""What an offtaker asks for (a request for quotes): goods, quantity, window, destination, terms."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalogue.models import Commodity, Product, ProductClass, Unit
from catalogue.permits.kinds import PAPERS
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Regency
from marketplace.reference.queries import country_name
from marketplace.sourcing import states
from offtakers.models import Company

MOST_ANSWERS = 12  # a demand closes for new answers then: more would not be read (Alibaba caps at 10)


class Demand(models.Model):
    """One request of one company. Moves through sourcing/states.py only; open ones are never edited."""

    number = models.CharField(max_length=20, unique=True)  # "D-2026-0001"
    key = models.UUIDField(unique=True, default=uuid4)  # of the form: pressed twice, made once
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="demands")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=states.DEMAND_CHOICES, default=states.DRAFT)
    currency = models.CharField(
        max_length=3, default="IDR"
    )  # of target prices and of the offers to the buyer
    country = models.CharField(max_length=2, default="ID")  # of destination, ISO 3166-1 alpha-2
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mode = models.CharField(_("How it travels"), max_length=4, choices=states.MODES, blank=True)
    incoterm = models.CharField(max_length=3, blank=True)  # Incoterms 2020; none at home
    place = models.CharField(_("Named place"), max_length=80, blank=True)  # "Dubai (AEDXB)"
    wants_sample = models.BooleanField(_("A sample first"), default=False)
    papers = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # permits and certificates
    note = models.TextField(_("What else is to know"), blank=True, max_length=2000)
    answers_until = models.DateTimeField(null=True)  # quotes are taken until then
    most_answers = models.PositiveSmallIntegerField(default=MOST_ANSWERS)
    opened_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True)  # whom it fits was told
    of_order = models.ForeignKey(Order, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "-id"], name="demand_company"),
            models.Index(fields=["state", "answers_until"], name="demand_state_until"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=states.DRAFT) | Q(state=states.CANCELLED) | Q(answers_until__isnull=False),
                name="demand_open_has_end",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_abroad(self) -> bool:
        """Goods for abroad are sold by an exporter alone; at home a pesantren may quote by itself."""
        return self.country != "ID"

    @property
    def papers_named(self) -> list[str]:
        """The papers the buyer needs, in words."""
        return [str(label) for kind, label in PAPERS if kind in self.papers]

    @property
    def destination(self) -> str:
        """Where the goods go, in the language of the page: a named place, a kabupaten/kota, at least the country."""
        where = self.place or (self.regency.short if self.regency else "")
        return " · ".join(filter(None, [where, country_name(self.country) if self.is_abroad else ""]))


class DemandLine(models.Model):
    """One good of a demand. Quantities in its unit; the tolerance both ways in permille of the quantity."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    commodity = models.ForeignKey(
        Commodity, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.ForeignKey(ProductClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(_("What you need"), max_length=120)
    specification = models.CharField(_("Grade, size, pack"), max_length=500, blank=True)
    grade = models.CharField(max_length=40, blank=True)  # of catalogue.grades: this one or better
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    tolerance = models.PositiveSmallIntegerField(default=50)  # permille
    target_price = models.BigIntegerField(
        null=True, blank=True
    )  # minor units of the demand's currency, a unit

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["demand", "position"], name="demand_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, tolerance__lte=500), name="demand_line_quantity"
            ),
            models.CheckConstraint(
                condition=Q(target_price=None) | Q(target_price__gt=0), name="demand_line_target"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.demand}/{self.position}: {self.name}"

    @property
    def tolerance_percent(self) -> str:
        """Of the quantity: 5, 2.5."""
        return f"{self.tolerance / 10:g}"

    @property
    def target(self) -> Money | None:
        return Money(self.target_price, self.demand.currency) if self.target_price else None


class DemandSlot(models.Model):
    """How much of a line is wanted in which days: one window, or a row a month. They add up to the line."""

    line = models.ForeignKey(DemandLine, on_delete=models.CASCADE, related_name="slots")
    first = models.DateField()
    last = models.DateField()
    quantity = models.PositiveIntegerField()

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first"), quantity__gt=0), name="demand_slot_sane")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.quantity}, {self.first} – {self.last}"

    @property
    def is_month(self) -> bool:
        """A whole month is called by its name."""
        same = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return same and self.first.day == 1 and (self.last + timedelta(days=1)).day == 1


class Invited(models.Model):
    """A pesantren that was told of a demand, and why it fits or what it still lacks. Written once, when it opens."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="invited")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="invitations_to_quote")
    line = models.ForeignKey(DemandLine, on_delete=models.CASCADE, related_name="invited")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="+")
    score = models.PositiveSmallIntegerField()  # 0 to 1000, by the formula of sourcing/matching.py
    facts = models.JSONField(default=dict)  # what the score was made of, to explain it later
    is_ready = models.BooleanField(
        default=True
    )  # not ready: `facts` says which permits or fields are missing
    seen_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)  # "not this time", in one tap
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "partner"], name="invited_once_a_line")]
        indexes = [models.Index(fields=["partner", "-id"], name="invited_partner")]

    def __str__(self) -> str:
        return f"{self.demand}: {self.partner}"


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """`filename` is the token and the ending that marketplace.common.proofs found in the content."""
    return f"private/demands/{attachment.demand_id}/{filename}"


class Attachment(models.Model):
    """A drawing, specification or picture of a demand, checked by content; for the parties only."""

    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="attachments")
    token = models.UUIDField(unique=True, default=uuid4)
    name = models.CharField(max_length=100)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

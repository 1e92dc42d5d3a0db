"""Lots: what was harvested or made together, where and when; and whose name their passports may show."""

from datetime import date, timedelta
from secrets import choice
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation

from catalogue.consent import HOWS
from catalogue.lots import states
from catalogue.models import Product
from marketplace.pesantren.models import Partner
from marketplace.reference.models import District

# Nothing that looks like something else on a wet label. 30 ** 10 codes: not found by trying (see views.py).
ALPHABET = "abcdefghjkmnpqrstuvwxyz2345678"
CODE_LENGTH = 10


def new_code() -> str:
    return "".join(choice(ALPHABET) for _ in range(CODE_LENGTH))


class Grower(models.Model):
    """Somebody who grew or made goods of a pesantren and agreed that passports name them; for a santri or a child
    the guardian agreed. Taken back, the names go at once; that and when there was a consent stays."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="growers")
    name = models.CharField(max_length=100, blank=True)
    needs_guardian = models.BooleanField(default=False)
    guardian = models.CharField(max_length=100, blank=True)
    agreed_on = models.DateField()
    how = models.CharField(max_length=10, choices=HOWS)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["partner", "-id"], name="grower_partner_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) & ~Q(name="")
                | Q(name="", guardian="", withdrawn_at__isnull=False),
                name="grower_named_while_agreed",
            ),
            models.CheckConstraint(
                condition=Q(needs_guardian=False, guardian="")
                | Q(needs_guardian=True) & (~Q(guardian="") | Q(withdrawn_at__isnull=False)),
                name="grower_guardian_agreed",
            ),
        ]

    def __str__(self) -> str:
        return self.name or "–"


class Lot(models.Model):
    """One harvest or batch of one listing. Quantities in the listing's unit.

    `used` is how much was packed from it; its one writer is services.take and give_back. `left_at`: when goods of it
    were first handed over; from then on what it says is corrected with a reason that the passport shows.
    """

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="lots")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)  # of the public passport
    number = models.CharField(max_length=20)  # for people: day and place in the day, "261123-1"
    key = models.UUIDField(unique=True, default=uuid4)  # pressing twice makes one
    made_from = models.DateField()
    made_to = models.DateField()
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="+"
    )  # where it grew or was made
    quantity = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    best_before = models.DateField(
        null=True, blank=True
    )  # as the pesantren says; none: what is usual, if known
    grower = models.ForeignKey(Grower, on_delete=models.SET_NULL, null=True, blank=True, related_name="lots")
    note = models.CharField(max_length=200, blank=True)  # for the pesantren alone
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.OPEN)
    recall_why = models.CharField(max_length=300, blank=True)  # everybody reads it
    left_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_to", "-pk"]
        indexes = [
            models.Index(fields=["product", "-made_to", "-id"], name="lot_product_newest"),
            models.Index(fields=["product", "made_to"], name="lot_open", condition=Q(state=states.OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partner", "number"], name="lot_number_once"),
            models.CheckConstraint(condition=Q(made_to__gte=F("made_from")), name="lot_days_in_order"),
            # The last word against packing more than was made, whatever code runs above it.
            models.CheckConstraint(
                condition=Q(quantity__gt=0, used__lte=F("quantity")), name="lot_not_overused"
            ),
            models.CheckConstraint(
                condition=Q(best_before=None) | Q(best_before__gte=F("made_to")), name="lot_keeps_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.RECALLED) | ~Q(recall_why=""), name="lot_recalled_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.product_id}"

    @property
    def free(self) -> int:
        """How much of it is not packed yet."""
        return self.quantity - self.used

    @property
    def place(self) -> str:
        """ "Garut Kota, Kabupaten Garut"."""
        return f"{self.district}, {self.district.regency}"

    @property
    def is_grown(self) -> bool:
        """Whether one says harvested, not made."""
        return bool(self.product.product_class and self.product.product_class.slug == "fresh_produce")

    @property
    def grower_shown(self) -> str:
        """The grower's name, if and as long as they agree."""
        return self.grower.name if self.grower and self.grower.withdrawn_at is None else ""

    @property
    def usual_end(self) -> date | None:
        """The day after which goods of this kind usually no longer keep; none where no source says how long."""
        least = usual_days(self.product)
        return self.made_to + timedelta(days=least) if least else None

    def get_absolute_url(self) -> str:
        return reverse("lots:passport", args=[self.code])

    def link(self, language: str) -> str:
        """Address of the passport for a label, in this language."""
        with translation.override(language):
            return f"{settings.BASE_URL}{self.get_absolute_url()}"


def usual_days(product: Product) -> int:
    """How many days goods like this keep at least ("14..28" gives 14); 0 where that is not known from a source."""
    kind = product.commodity
    return 0 if kind is None or "shelf_life_days" in kind.assumed else kind.keeps_days


class LotCorrection(models.Model):
    """One change of what a lot says: who, when, why, before, after. Append-only (a trigger). It names no grower."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="corrections")
    before = models.JSONField(default=dict)  # only what differs; days as 2026-11-23, the place as its name
    after = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)
    is_public = models.BooleanField(
        default=False
    )  # goods had left: whoever holds them may know the old facts
    # Not a key: a deleted person must not take the history along.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.lot_id}, {self.at:%Y-%m-%d}: {self.actor_name}"

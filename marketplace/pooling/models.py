"""How one quantity is shared among sellers: what is wanted, who offers what, who supplies which part, and how it
was decided. Prices are whole rupiah; quantities whole units (1 kg, 1 kodi)."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.pooling import states
from marketplace.reference.models import Regency

PERMILLE = 1_000
UNKNOWN_KM = 300  # assumed: about the length of West Java


class Pool(models.Model):
    """One quantity of one thing, wanted within a window, to be filled by several pesantren.

    Between `quantity − minus` and `quantity + plus` units is enough. The rules and weights are data (docs/pooling.md):
    no seller supplies more than `cap_permille` of the quantity; `per_km` rupiah for 1,000 units and a kilometre,
    `per_day` a unit for each day after `ready_wished`, `per_stretch` a unit beyond what was committed.
    `reference` names what it is for in the room above ("CO-7/2": a line of a call-off).
    """

    reference = models.CharField(max_length=80, unique=True)
    label = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, default="kg")
    quantity = models.PositiveIntegerField()
    minus = models.PositiveIntegerField(default=0)
    plus = models.PositiveIntegerField(default=0)
    ready_wished = models.DateField(null=True)
    ready_by = models.DateField()
    destination = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, related_name="+")
    worst_grade = models.PositiveSmallIntegerField(default=PERMILLE)  # 1 is the best; the default takes all
    cap_permille = models.PositiveSmallIntegerField(default=PERMILLE)
    per_km = models.PositiveBigIntegerField(default=0)
    per_day = models.PositiveBigIntegerField(default=0)
    per_stretch = models.PositiveBigIntegerField(default=0)
    unknown_km = models.PositiveIntegerField(default=UNKNOWN_KM)  # counted where no distance is known
    answer_hours = models.PositiveSmallIntegerField(default=48)
    repools_itself = models.BooleanField(default=True)  # what falls away is shared anew without a click
    repool_due = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=states.POOL_CHOICES, default=states.OPEN)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, minus__lt=F("quantity"), cap_permille__range=(1, PERMILLE)),
                name="pool_sizes",
            ),
            models.CheckConstraint(
                condition=Q(ready_wished=None) | Q(ready_wished__lte=F("ready_by")), name="pool_days"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(repool_due=True), name="pool_repool_due")]

    def __str__(self) -> str:
        return f"{self.reference}: {self.quantity} {self.unit} {self.label}"

    @property
    def lowest(self) -> int:
        return self.quantity - self.minus

    @property
    def highest(self) -> int:
        return self.quantity + self.plus

    @property
    def most_each(self) -> int | None:
        """Units that one seller may supply at most. None: there is no cap."""
        if self.cap_permille == PERMILLE:
            return None
        return self.quantity * self.cap_permille // PERMILLE


class Offer(models.Model):
    """What one pesantren can supply to a pool in all, at one price. Never edited; a newer one replaces it.

    `committed` units are promised, up to `stretch` more are possible. `source` names the quote it comes from.
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="offers")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="pool_offers")
    committed = models.PositiveIntegerField()
    stretch = models.PositiveIntegerField(default=0)
    price = models.PositiveBigIntegerField()  # rupiah a unit
    pack = models.PositiveIntegerField(default=1)  # units; only whole packs are taken
    minimum = models.PositiveIntegerField(default=0)  # taken at all, then at least so many units
    ready_on = models.DateField()
    grade = models.PositiveSmallIntegerField(default=1)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, related_name="+")
    km = models.PositiveIntegerField(null=True)  # to the pool's destination, as the crow flies; None: unknown
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=states.OFFER_CHOICES, default=states.OFFERED)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "partner"], condition=Q(state=states.OFFERED), name="offer_one_valid"
            ),
            models.CheckConstraint(condition=Q(pack__gt=0, price__gt=0), name="offer_sizes"),
        ]

    def __str__(self) -> str:
        return f"{self.partner}: {self.committed} + {self.stretch}"

    @property
    def unit_price(self) -> Money:
        return Money(self.price)

    @property
    def most(self) -> int:
        return self.committed + self.stretch


class PoolRun(models.Model):
    """One answer of the allocator: what it was asked, what it said, for whom. Append-only (a trigger refuses changes).

    `question` and `answer` are what wire.py writes; the same question gives the same answer (queries.replays).
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="runs")
    question = models.JSONField()
    answer = models.JSONField()
    solver = models.CharField(max_length=40)
    milliseconds = models.PositiveIntegerField()
    actor_id = models.BigIntegerField(null=True)  # not a key: no person's going may touch this row
    actor_name = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pool_id}/{self.pk}: {self.answer['total']}"


class Share(models.Model):
    """The part of a pool that one pesantren supplies, at the price of its offer when it was proposed.

    `reason` is the allocator's code, `amount` its sum (terms.Reason). `delivered`: units, once it is over.
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="shares")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="shares")
    run = models.ForeignKey(PoolRun, on_delete=models.PROTECT, related_name="shares")
    quantity = models.PositiveIntegerField()
    stretch_part = models.PositiveIntegerField(default=0)
    price = models.PositiveBigIntegerField()  # rupiah a unit, frozen
    reason = models.CharField(max_length=12)
    confirm_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=states.SHARE_CHOICES, default=states.PROPOSED)
    ended = models.CharField(max_length=12, choices=states.ENDED_CHOICES, blank=True)  # why it was released
    why = models.CharField(_("Reason"), max_length=300, blank=True)  # in a person's words
    delivered = models.PositiveIntegerField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "offer"], name="share_once_a_run"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, stretch_part__lte=F("quantity")), name="share_sizes"
            ),
            models.CheckConstraint(
                condition=Q(state=states.DELIVERED, delivered=F("quantity"))
                | Q(state=states.SHORT, delivered__lt=F("quantity"))
                | Q(state__in=[states.PROPOSED, states.COMMITTED, states.RELEASED], delivered=None),
                name="share_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.RELEASED) & Q(ended="") | Q(state=states.RELEASED) & ~Q(ended=""),
                name="share_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["confirm_by"], condition=Q(state=states.PROPOSED), name="share_confirm_by"),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id}: {self.quantity} of {self.offer.partner}"

    @property
    def unit_price(self) -> Money:
        return Money(self.price)

    @property
    def goods(self) -> Money:
        return Money(self.price * self.quantity)

    @property
    def counts(self) -> int:
        """Units of the pool that this share covers, or covered."""
        if self.state in states.HELD:
            return self.quantity
        return self.delivered or 0


def day_number(day: date | None) -> int:
    """As the allocator counts days; 0: none."""
    return day.toordinal() if day else 0

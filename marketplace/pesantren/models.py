"""Who sells: the pesantren (Oscar's partner), its members, its price steps, stock and days off."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oscar.apps.partner.abstract_models import AbstractPartner, AbstractStockRecord

from marketplace.common.prose import plain
from marketplace.pesantren import states
from marketplace.pesantren.exceptions import OutOfStock
from marketplace.reference.models import Regency


class Partner(AbstractPartner):
    """A pesantren. `sells` is false for real ones listed from public sources: they have not joined, so
    nothing can be ordered from them (decision 0006)."""

    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, related_name="pesantren")
    nspp = models.CharField(max_length=20, unique=True, null=True, blank=True)
    about = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)  # where the facts come from
    sells = models.BooleanField(default=False)
    is_fictional = models.BooleanField(default=False)
    cut_off_hour = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # an order later than this counts tomorrow
    phone = models.CharField(max_length=16, blank=True)  # E.164
    # Buys from other pesantren, adds packing, papers and freight, and alone signs with the buyer; the office says so.
    is_exporter = models.BooleanField(default=False)
    tax_registered = models.BooleanField(default=False)  # for PPN (pengusaha kena pajak)
    # By the office (catalogue.services.standing): nothing new is ordered, what was ordered goes on.
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_why = models.CharField(max_length=300, blank=True)  # its people read it, buyers do not

    class Meta(AbstractPartner.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_why="")
                | (Q(suspended_at__isnull=False) & ~Q(suspended_why="")),
                name="partner_suspended_with_reason",
            )
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Sellers type plain text: markup is taken out before anything is stored."""
        for name in ("name", "about_ind", "about_en", "about_ar"):
            if getattr(self, name):
                setattr(self, name, plain(getattr(self, name)))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("pesantren:detail", args=[self.code])

    @property
    def place(self) -> str:
        return self.regency.short

    @property
    def with_place(self) -> str:
        """For lists to choose from: names are not unique."""
        return f"{self.name}, {self.place}"

    @property
    def sells_now(self) -> bool:
        """It has joined and is not suspended: it can be ordered from."""
        return self.sells and self.suspended_at is None


class Member(models.Model):
    """A person who works for a pesantren here. One person may work for several."""

    OWNER, HELPER = "owner", "helper"
    ROLES = [(OWNER, _("Responsible")), (HELPER, _("Helper"))]

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey("customer.User", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=ROLES, default=OWNER)

    class Meta:
        app_label = "partner"
        constraints = [models.UniqueConstraint(fields=["partner", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.partner}"


class MemberInvitation(models.Model):
    """A link by which one more person may work for a pesantren; used once, for a week."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Member.ROLES, default=Member.HELPER)
    note = models.CharField(max_length=60, blank=True)  # for whom it is
    token = models.CharField(max_length=40, unique=True)
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")
    used_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        app_label = "partner"

    def __str__(self) -> str:
        return f"{self.partner}: {self.note}"


class Mentorship(models.Model):
    """The office offers a mentor (pendamping); once the pesantren agrees, the mentor keeps its goods and permits for
    a while, and nothing else (access.py). Moves through services/mentors.py only."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="mentorships")
    mentor = models.ForeignKey("customer.User", on_delete=models.CASCADE, related_name="mentorships")
    state = models.CharField(max_length=10, choices=states.MENTORSHIP_CHOICES, default=states.OFFERED)
    offered_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey("customer.User", on_delete=models.SET_NULL, null=True, related_name="+")
    ends_at = models.DateTimeField(null=True)  # once it runs

    class Meta:
        app_label = "partner"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "mentor"],
                condition=Q(state__in=sorted(states.OPEN)),
                name="mentorship_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.RUNNING) | (Q(ends_at__isnull=False) & Q(agreed_by__isnull=False)),
                name="mentorship_runs_with_consent",
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="mentorship_state_end")]

    def __str__(self) -> str:
        return f"{self.mentor} @ {self.partner}"


class Closure(models.Model):
    """A seller's own days off (libur), first and last day included."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="closures")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=100, blank=True)

    class Meta:
        app_label = "partner"
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_order")]

    def __str__(self) -> str:
        return f"{self.partner}: {self.first}–{self.last}"


class StockRecord(AbstractStockRecord):
    """Price, stock and terms of one listing. Quantities are in the product's unit; price in whole rupiah."""

    price = models.DecimalField(_("Price"), max_digits=18, decimal_places=2)
    minimum = models.PositiveIntegerField(default=1)  # domestic channel
    multiple = models.PositiveIntegerField(default=1)
    export_minimum = models.PositiveIntegerField(null=True, blank=True)
    export_multiple = models.PositiveIntegerField(default=1)
    lead_days = models.PositiveSmallIntegerField(null=True, blank=True)  # working days until ready
    # Made to order, so many a week; none: sold by count. What is said of single weeks: CapacityWeek.
    weekly_capacity = models.PositiveIntegerField(null=True, blank=True)
    off_season_capacity = models.PositiveIntegerField(default=0)  # in weeks outside the harvest months
    # Units free in the weeks ahead, for lists and search. capacity.refresh() alone writes it; who orders is
    # answered by the weeks themselves.
    free_ahead = models.PositiveIntegerField(default=0)
    example_fields = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta(AbstractStockRecord.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=1, multiple__gte=1), name="stock_minimum_gte_1"),
            # The last word against selling twice, whatever code runs above it.
            models.CheckConstraint(
                condition=Q(num_in_stock__isnull=True) | Q(num_in_stock__gte=Coalesce(F("num_allocated"), 0)),
                name="stock_not_oversold",
            ),
        ]

    @property
    def is_made_to_order(self) -> bool:
        return self.weekly_capacity is not None

    def allocate(self, quantity: int) -> None:
        """Reserve `quantity` by one conditional update; raises OutOfStock if less is free.

        Replaces Oscar's, which adds without a condition and oversells under concurrency (design/oscar.md, 2).
        """
        if not self.can_track_allocations:
            return
        free = Q(num_in_stock__gte=Coalesce(F("num_allocated"), 0) + quantity)
        rows = StockRecord.objects.filter(free, pk=self.pk).update(
            num_allocated=Coalesce(F("num_allocated"), 0) + quantity
        )
        self.refresh_from_db(fields=["num_in_stock", "num_allocated"])
        if not rows:
            raise OutOfStock(self, quantity)


class CapacityWeek(models.Model):
    """One week of a listing that is made to order: what can be made, and how much of that is promised.

    Only weeks that hold something or that the pesantren spoke of have a row; the others follow the listing's rule
    (weeks.Rule). Written by capacity.py alone, under the lock of the stock record.
    """

    stockrecord = models.ForeignKey(StockRecord, on_delete=models.CASCADE, related_name="weeks")
    week = models.DateField()  # its Monday
    capacity = models.PositiveIntegerField()
    is_own = models.BooleanField(default=False)  # said for this very week
    held = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "partner"
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["stockrecord", "week"], name="capacity_week_once"),
            # The last word against promising more than can be made, whatever code runs above it.
            models.CheckConstraint(condition=Q(held__lte=F("capacity")), name="capacity_not_exceeded"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="capacity_week_is_monday"),
        ]

    def __str__(self) -> str:
        return f"{self.week}: {self.held} of {self.capacity}"


class PriceTier(models.Model):
    """From `quantity` on, the whole order of this listing costs `price` a unit (whole rupiah)."""

    stockrecord = models.ForeignKey(StockRecord, on_delete=models.CASCADE, related_name="tiers")
    quantity = models.PositiveIntegerField()
    price = models.BigIntegerField()

    class Meta:
        app_label = "partner"
        ordering = ["quantity"]
        constraints = [
            models.UniqueConstraint(fields=["stockrecord", "quantity"], name="tier_once"),
            models.CheckConstraint(condition=Q(price__gt=0, quantity__gt=1), name="tier_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}+: {self.price}"


from oscar.apps.partner.models import *  # noqa: E402, F403 - Oscar's own, after ours

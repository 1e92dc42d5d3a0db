"""A temu bisnis or an exhibition: who comes, with what, who wishes to meet whom, and when they meet."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.models import Product
from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.programme.models.years import ProgrammeYear
from marketplace.reference.models import Province, Regency
from offtakers.models import Company


class Event(models.Model):
    """A business meeting at home or an exhibition (a trip abroad as well). Moves through services only."""

    TEMU_BISNIS, EXHIBITION = "temu_bisnis", "exhibition"
    KINDS = [(TEMU_BISNIS, "Temu bisnis"), (EXHIBITION, _("Exhibition"))]
    PLACE, ONLINE, BOTH = "place", "online", "both"
    MODES = [
        (PLACE, pgettext_lazy("event", "In a place")),
        (ONLINE, pgettext_lazy("event", "Online")),
        (BOTH, pgettext_lazy("event", "In a place and online")),
    ]
    number = models.CharField(max_length=12, unique=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="events")  # of its year
    year = models.ForeignKey(ProgrammeYear, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=KINDS, default=TEMU_BISNIS)
    mode = models.CharField(max_length=8, choices=MODES, default=PLACE)
    state = models.CharField(max_length=10, choices=states.EVENT_CHOICES, default=states.PLANNED)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="ID")  # ISO 3166-1 alpha-2
    city = models.CharField(max_length=80, blank=True)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=300, blank=True)  # for the online part
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, default="Asia/Jakarta")
    # What the schedule is made of: minutes of a meeting, and the most one side has a day.
    minutes = models.PositiveSmallIntegerField(default=15)
    most_meetings = models.PositiveSmallIntegerField(default=12)
    pesantren = models.PositiveIntegerField(null=True, blank=True)  # how many came, as a source says
    outcome_id = models.TextField(blank=True)  # what a source says came of it
    outcome_en = models.TextField(blank=True)
    outcome_ar = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=300, blank=True)
    is_historic = models.BooleanField(default=False)
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["province", "kind", "-starts_on"], name="programme_event_list")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="programme_event_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_abroad(self) -> bool:
        return self.country != "ID"


class Exhibitor(models.Model):
    """A pesantren that comes to an event. `token` is its badge: whoever scans it checks it in or notes a lead."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="exhibitors")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="exhibits_at")
    booth = models.CharField(max_length=10, blank=True)
    token = models.CharField(max_length=40, unique=True)
    accepted_at = models.DateTimeField(null=True, blank=True)  # says that it comes
    declined_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "partner"], name="programme_exhibitor_once"),
            models.UniqueConstraint(
                fields=["event", "booth"], condition=~Q(booth=""), name="programme_booth_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner} @ {self.event}"


class Exhibit(models.Model):
    """A product that an exhibitor shows, and samples it brings."""

    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="exhibits")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    samples = models.PositiveIntegerField(default=0)  # units taken along
    samples_left = models.PositiveIntegerField(default=0)  # units that came back
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exhibitor", "product"], name="programme_exhibit_once"),
            models.CheckConstraint(
                condition=Q(samples_left__lte=F("samples")), name="programme_samples_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.exhibitor.event}"


class Guest(models.Model):
    """A buyer at an event: a company of here, or one that only its name and contact are known of."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="guests")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=128)  # of the company
    country = models.CharField(max_length=2, default="ID")
    contact = models.CharField(max_length=150, blank=True)  # a person
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True)  # E.164
    language = models.CharField(max_length=2, default="id")
    sectors = models.JSONField(default=list, blank=True)  # codes of what it looks for
    looks_for = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=40, unique=True)  # its badge and its own page
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)  # the mail was queued
    # Noted by a pesantren at its own stand: promises to it count once the office has looked (sums.KNOWN).
    added_by_seller = models.BooleanField(default=False)
    looked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "company"], condition=Q(company__isnull=False), name="programme_guest_once"
            )
        ]
        indexes = [models.Index(fields=["event", "name"], name="programme_guest_name")]

    def __str__(self) -> str:
        return f"{self.name} @ {self.event}"


class Wish(models.Model):
    """One side would like to meet the other. Both: the meeting comes first."""

    EXHIBITOR, GUEST = "exhibitor", "guest"
    SIDES = [(EXHIBITOR, pgettext_lazy("wish", "Pesantren")), (GUEST, pgettext_lazy("wish", "Buyer"))]
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="wishes")
    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="wishes")
    by = models.CharField(max_length=10, choices=SIDES)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["exhibitor", "guest", "by"], name="programme_wish_once")
        ]

    def __str__(self) -> str:
        return f"{self.exhibitor_id} × {self.guest_id} ({self.by})"


class Slot(models.Model):
    """A span of time of an event in which meetings are held, or a break."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_break = models.BooleanField(default=False)
    label = models.CharField(max_length=60, blank=True)  # of a break: "Zuhur"

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["event", "starts_at"], name="programme_slot_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="programme_slot_span"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d.%m. %H:%M}"


class Appointment(models.Model):
    """Two who meet in one slot. Nobody is in two places at once: the database says so."""

    PLANNED, MET, MISSED = "planned", "met", "missed"
    STATES = [
        (PLANNED, pgettext_lazy("appointment", "Planned")),
        (MET, pgettext_lazy("appointment", "Met")),
        (MISSED, pgettext_lazy("appointment", "Did not meet")),
    ]
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="appointments")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="appointments")
    exhibitor = models.ForeignKey(Exhibitor, on_delete=models.CASCADE, related_name="appointments")
    guest = models.ForeignKey(Guest, on_delete=models.CASCADE, related_name="appointments")
    why = models.CharField(max_length=20)  # "both", "guest", "exhibitor", "sector"
    is_fixed = models.BooleanField(default=False)  # set by hand: a new schedule keeps it
    state = models.CharField(max_length=8, choices=STATES, default=PLANNED)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slot", "exhibitor"], name="programme_exhibitor_one_place"),
            models.UniqueConstraint(fields=["slot", "guest"], name="programme_guest_one_place"),
            models.UniqueConstraint(fields=["exhibitor", "guest"], name="programme_meet_once"),
        ]
        indexes = [models.Index(fields=["event", "slot"], name="programme_appointment_slot")]

    def __str__(self) -> str:
        return f"{self.exhibitor_id} × {self.guest_id}"


class Scheduling(models.Model):
    """One making of an event's schedule, in the background: how far, how many, and whom it could not serve, why."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="schedulings")
    state = models.CharField(max_length=10, choices=states.WORK_CHOICES, default=states.WAITING)
    made = models.PositiveIntegerField(default=0)
    unmet = models.JSONField(
        default=list, blank=True
    )  # {"exhibitor", "guest", "why"} of wishes that were not met
    problem = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(state__in=states.UNDER_WAY), name="programme_one_scheduling"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.state}"


class EventPaper(models.Model):
    """A PDF of an event in one language, made in the background. The newest finished one counts."""

    language = models.CharField(max_length=2, default="id")
    state = models.CharField(max_length=10, choices=states.WORK_CHOICES, default=states.WAITING)
    step = models.PositiveIntegerField(default=0)  # products or badges ready to print, of `steps`
    steps = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}: {self.language}"


def catalogue_path(row: "EventCatalogue", filename: str) -> str:
    return f"private/programme/catalogues/{filename}"


class EventCatalogue(EventPaper):
    """The printable catalogue: who comes and takes part may read it."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="catalogues")
    file = models.FileField(upload_to=catalogue_path, blank=True)

    class Meta(EventPaper.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"],
                condition=Q(state__in=states.UNDER_WAY),
                name="programme_one_catalogue_making",
            )
        ]


def badge_sheet_path(row: "BadgeSheet", filename: str) -> str:
    return f"private/programme/badges/{filename}"


class BadgeSheet(EventPaper):
    """All badges of an event to be cut out: for the office alone, as it holds the codes of all."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="badge_sheets")
    file = models.FileField(upload_to=badge_sheet_path, blank=True)

    class Meta(EventPaper.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["event", "language"],
                condition=Q(state__in=states.UNDER_WAY),
                name="programme_one_badge_sheet_making",
            )
        ]

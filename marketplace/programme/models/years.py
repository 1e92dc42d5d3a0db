"""A province's programme year by year: targets, who takes part and how far it came, grants, awards, sourced figures."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.reference.models import Province, Regency


class Officer(models.Model):
    """Which province's programme a person with the staff role "programme" runs."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="programme_officer"
    )
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="officers")

    def __str__(self) -> str:
        return f"{self.user} @ {self.province}"


class ProgrammeYear(models.Model):
    """One year of one province's programme. `is_historic`: known from sources alone, nobody registers here."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="programme_years")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=states.YEAR_CHOICES, default=states.PLANNED)
    target = models.PositiveIntegerField(null=True, blank=True)  # pesantren that shall take part
    target_value = models.BigIntegerField(null=True, blank=True)  # rupiah of commitments aimed at
    opens_on = models.DateField(null=True, blank=True)  # registration
    closes_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    is_historic = models.BooleanField(default=False)
    is_fictional = models.BooleanField(default=False)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["province", "year"], name="programme_year_once"),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(closes_on=None) | Q(closes_on__gte=models.F("opens_on")),
                name="programme_year_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.year}"

    def may_hold(self, day: date) -> bool:
        """Whether an event that begins on this day is one of this year: of the calendar, or of its registration."""
        registers = self.opens_on and self.closes_on and self.opens_on <= day <= self.closes_on
        return day.year == self.year or bool(registers)


class Figure(models.Model):
    """One published figure of a year, with its source and the window it was counted in. Never added to another."""

    REGISTERED, AUDITIONED, ACCEPTED = "registered", "auditioned", "accepted"
    FINALISTS, WINNERS, TARGET = "finalists", "winners", "target"
    POTENTIAL, POTENTIAL_DAY, BUYERS, EXHIBITORS = "potential", "potential_day", "buyers", "exhibitors"
    CODES = [
        (REGISTERED, _("Registered")),
        (AUDITIONED, _("Came to audition I")),
        (ACCEPTED, _("Took part")),
        (FINALISTS, _("In the final of the province")),
        (WINNERS, _("Won in the province")),
        (TARGET, _("Aim")),
        (POTENTIAL, _("Potential transactions at the temu bisnis")),
        (POTENTIAL_DAY, _("Of these on the day of the event")),
        (BUYERS, _("Buyers at the temu bisnis")),
        (EXHIBITORS, _("Exhibitors at the temu bisnis")),
    ]
    RUPIAH, PESANTREN, COMPANIES = "rupiah", "pesantren", "companies"
    UNITS = [
        (RUPIAH, "Rp"),
        (PESANTREN, pgettext_lazy("unit", "pesantren")),
        (COMPANIES, pgettext_lazy("unit", "companies")),
    ]
    year = models.ForeignKey(ProgrammeYear, on_delete=models.CASCADE, related_name="figures")
    code = models.CharField(max_length=20, choices=CODES)
    value = models.BigIntegerField()  # whole rupiah, or how many
    unit = models.CharField(max_length=10, choices=UNITS)
    is_about = models.BooleanField(default=False)  # the source says "about"
    participants = models.PositiveIntegerField(
        null=True, blank=True
    )  # among how many pesantren, for sums of money
    first = models.DateField(null=True, blank=True)  # the window, where days are known
    last = models.DateField(null=True, blank=True)
    window_id = models.CharField(max_length=200, blank=True)  # and in words
    window_en = models.CharField(max_length=200, blank=True)
    window_ar = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=200)  # "Antara Jawa Barat, 2021"
    source_url = models.URLField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="programme_figure_once")]
        ordering = ["year__year", "pk"]

    def __str__(self) -> str:
        return f"{self.year} {self.code}: {self.value}"

    @property
    def window(self) -> str:
        """In the language of the page."""
        return str(getattr(self, f"window_{get_language() or 'id'}", "") or self.window_id)

    @property
    def shown(self) -> str:
        """Exact, as pages write it: Rp 21.020.000.000, or 1.074."""
        if self.unit == self.RUPIAH:
            return str(Money(self.value))
        return str(number_format(self.value, use_l10n=True, force_grouping=True))


class Participation(models.Model):
    """One pesantren in the programme. Once in all years of its province: the NSPP number is the key.

    Moves through services only; `reached` is the last stage before it left.
    """

    START_UP, SCALE_UP = "start_up", "scale_up"
    CATEGORIES = [(START_UP, "Start-up"), (SCALE_UP, "Scale-up")]
    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="+")  # of its year
    year = models.ForeignKey(ProgrammeYear, on_delete=models.PROTECT, related_name="participations")
    nspp = models.CharField(max_length=12)
    name = models.CharField(max_length=128)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, related_name="+")
    district = models.CharField(max_length=60, blank=True)  # kecamatan
    category = models.CharField(max_length=10, choices=CATEGORIES)
    sector = models.SlugField(max_length=40)  # code of a root category of the catalogue, or "lainnya"
    product = models.CharField(max_length=100, blank=True)
    contact = models.CharField(max_length=150, blank=True)
    phone = models.CharField(max_length=16, blank=True)  # E.164
    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=12, choices=states.PARTICIPATION_CHOICES, default=states.REGISTERED)
    reached = models.CharField(max_length=12, choices=states.STAGES, default=states.REGISTERED)
    left_why = models.CharField(max_length=300, blank=True)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "nspp"], name="programme_joins_once"),
            models.UniqueConstraint(
                fields=["province", "partner"],
                condition=Q(partner__isnull=False),
                name="programme_partner_joins_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.LEFT) | ~Q(left_why=""), name="programme_left_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["year", "reached", "category"], name="programme_year_reached"),
            models.Index(fields=["year", "name"], name="programme_year_name"),
            models.Index(fields=["year", "regency"], name="programme_year_regency"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.nspp})"


class Given(models.Model):
    """Recorded by the office. What was recorded wrongly is taken back and stays visible so, and counts nowhere."""

    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_why = models.CharField(max_length=300, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Grant(Given):
    """Money of the province for a participant, outside our books: whole rupiah, as the office records it."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="grants")
    amount = models.BigIntegerField()
    given_on = models.DateField()
    what_for = models.CharField(max_length=200)
    decree = models.CharField(max_length=100, blank=True)  # number of the decision (SK)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["given_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="programme_grant_positive"),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | ~Q(taken_back_why=""),
                name="programme_grant_back_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation}: {self.amount}"


class Award(Given):
    """Who won what in a year. Historic ones carry their source; those of here a participation."""

    PROVINCE, REGENCY, NATION = "province", "regency", "nation"
    LEVELS = [
        (PROVINCE, pgettext_lazy("award", "Province")),
        (REGENCY, pgettext_lazy("award", "Kabupaten/kota")),
        (NATION, pgettext_lazy("award", "National")),
    ]
    year = models.ForeignKey(ProgrammeYear, on_delete=models.CASCADE, related_name="awards")
    title = models.CharField(max_length=120)  # "Juara OPOP tingkat provinsi"
    level = models.CharField(max_length=10, choices=LEVELS, default=PROVINCE)
    name = models.CharField(max_length=128)  # of the pesantren, or of the programme itself
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=120, blank=True)  # sector or product
    amount = models.BigIntegerField(null=True, blank=True)  # whole rupiah
    participation = models.ForeignKey(
        Participation, on_delete=models.PROTECT, null=True, blank=True, related_name="awards"
    )
    partner = models.ForeignKey(
        Partner, on_delete=models.SET_NULL, null=True, blank=True, related_name="awards"
    )
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering = ["year__year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "title", "name", "what"],
                condition=Q(taken_back_at=None),
                name="programme_award_once",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | ~Q(taken_back_why=""),
                name="programme_award_back_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year.year}: {self.name}"


class RoleModel(models.Model):
    """A pesantren where others learn (pesantren percontohan)."""

    province = models.ForeignKey(Province, on_delete=models.PROTECT, related_name="role_models")
    name = models.CharField(max_length=128)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    partner = models.ForeignKey(Partner, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    sector = models.SlugField(max_length=40, blank=True)
    what_id = models.CharField(max_length=300)
    what_en = models.CharField(max_length=300, blank=True)
    what_ar = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)
    source_url = models.URLField(max_length=300, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["province", "name"], name="programme_role_model_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> str:
        """In the language of the page."""
        return str(getattr(self, f"what_{get_language() or 'id'}", "") or self.what_id)


def registration_path(row: "RegistrationFile", filename: str) -> str:
    return f"private/programme/registrations/{row.token}.xlsx"


class RegistrationFile(models.Model):
    """A workbook of registrations: read in the background, shown row by row, written once it is confirmed."""

    token = models.CharField(max_length=40, unique=True)
    year = models.ForeignKey(ProgrammeYear, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=registration_path)
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=states.WORK_CHOICES, default=states.WAITING)
    step = models.PositiveIntegerField(default=0)  # rows done of `steps`
    steps = models.PositiveIntegerField(default=0)
    rows = models.JSONField(
        default=list, blank=True
    )  # what will be written, with errors and likely duplicates
    tries = models.PositiveSmallIntegerField(default=0)  # to read it; a file that kills workers is refused
    written = models.PositiveIntegerField(default=0)  # participants made of it
    without_likely = models.BooleanField(default=False)  # likely duplicates are left out
    language = models.CharField(max_length=5, default="id")  # of the sentences about its rows
    problem = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)  # for the history of what it registers
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "created"], name="programme_file_state")]

    def __str__(self) -> str:
        return f"{self.year}: {self.name}"

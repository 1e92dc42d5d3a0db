"""A company that buys, at home or abroad: facts, proof with its last day, terms, how it trades."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.reference import working_days
from marketplace.reference.models import Incoterm, Port, Regency
from marketplace.reference.queries import country_name
from offtakers import states
from offtakers.numbers import check_nib, check_npwp

TEMPO_DAYS = (0, 14, 30)  # days after delivery; 0: pays before delivery, like everybody
INDONESIA = "ID"
CURRENCIES = [(code, code) for code in MINOR_DIGITS]
NEEDED = {  # what the office must be told, by kind; the rest is asked of both
    "domestic": ("npwp", "regency"),
    "overseas": ("trade_licence", "tax_kind", "tax_number"),
}


def proof_path(company: "Company", filename: str) -> str:
    """`filename` is the token and the ending that marketplace.common.proofs found in the content."""
    return f"private/companies/{company.pk}/{filename}"


class Company(models.Model):
    """A company that buys. Moves through offtakers/states.py only; terms through services.set_terms only."""

    class Kind(models.TextChoices):
        DOMESTIC = "domestic", _("In Indonesia")
        OVERSEAS = "overseas", _("Abroad")

    key = models.UUIDField(unique=True, default=uuid4)  # of the form: sent twice, it is one company
    name = models.CharField(_("Name of the company"), max_length=150)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DOMESTIC)
    country = models.CharField(max_length=2, default=INDONESIA)  # ISO 3166-1 alpha-2
    npwp = models.CharField("NPWP", max_length=16, blank=True, validators=[check_npwp])
    nib = models.CharField("NIB", max_length=13, blank=True, validators=[check_nib])
    trade_licence = models.CharField(_("Trade licence number"), max_length=40, blank=True)
    tax_kind = models.CharField(_("Kind of tax number"), max_length=20, blank=True)  # "TRN", "VAT"
    tax_number = models.CharField(_("Tax number"), max_length=20, blank=True)
    address = models.CharField(_("Address"), max_length=300)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True)
    phone = models.CharField(max_length=16)  # E.164
    email = models.EmailField(max_length=254)
    proof = models.FileField(upload_to=proof_path, max_length=200, blank=True)
    renewal = models.FileField(upload_to=proof_path, max_length=200, blank=True)  # a newer proof that waits
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    verified_until = models.DateField(null=True)  # the last day on which the office's word holds
    tempo_days = models.PositiveSmallIntegerField(default=0)
    credit_limit = models.BigIntegerField(default=0)  # whole rupiah owed at any one time
    currency = models.CharField(_("Currency"), max_length=3, choices=CURRENCIES, default="IDR")
    # Above this amount, in minor units of `currency`, an approver must agree; nothing: no approver is asked.
    approval_above = models.BigIntegerField(null=True)
    incoterms = models.ManyToManyField(Incoterm, blank=True, related_name="+")
    ports = models.ManyToManyField(Port, blank=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tempo_days__in=TEMPO_DAYS, credit_limit__gte=0), name="company_terms"
            ),
            models.CheckConstraint(
                condition=Q(kind="domestic", country=INDONESIA)
                | (Q(kind="overseas") & ~Q(country=INDONESIA)),
                name="company_kind_fits_country",
            ),
            models.CheckConstraint(
                condition=Q(verified_until__isnull=False) | ~Q(state__in=states.HAS_LAST_DAY),
                name="company_verified_until",
            ),
            models.CheckConstraint(
                condition=Q(approval_above=None) | Q(approval_above__gt=0), name="company_limit_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="company_state_at"),
            models.Index(fields=["country", "state"], name="company_country"),
            models.Index(
                fields=["verified_until"], condition=Q(state=states.VERIFIED), name="company_last_day"
            ),
        ]
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Money:
        return Money(self.credit_limit)

    @property
    def is_overseas(self) -> bool:
        return self.kind == self.Kind.OVERSEAS

    @property
    def is_editable(self) -> bool:
        return self.state in states.EDITABLE

    @property
    def is_verified(self) -> bool:
        """The office's word holds today. The nightly sweep may still have to write down that it ended."""
        return (
            self.state == states.VERIFIED
            and self.verified_until is not None
            and self.verified_until >= working_days.today()
        )

    @property
    def days_left(self) -> int | None:
        """Whole days until the last day of the verification; nothing for who is not verified."""
        if not self.is_verified or self.verified_until is None:
            return None
        return (self.verified_until - working_days.today()).days

    @property
    def threshold(self) -> Money | None:
        """Above this an approver must agree."""
        return None if self.approval_above is None else Money(self.approval_above, self.currency)

    @property
    def place(self) -> str:
        """Kabupaten or kota at home, the country abroad."""
        return str(self.regency) if self.regency else country_name(self.country)

    def missing(self) -> list[str]:
        """Names of the facts that a company of this kind must still tell."""
        return [name for name in NEEDED[self.kind] if not getattr(self, name)]

    def may(self, to: str) -> bool:
        """Whether the move to this state is legal now; pages show a button only then."""
        return states.COMPANY.allows(self.state, to)


class TermsChange(models.Model):
    """The office gave a company other terms: which, who, when, why. Never edited."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="terms_changes")
    tempo_days = models.PositiveSmallIntegerField()
    credit_limit = models.BigIntegerField()
    actor_name = models.CharField(max_length=150)
    why = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.tempo_days} days, {self.credit_limit}"

    @property
    def limit(self) -> Money:
        return Money(self.credit_limit)

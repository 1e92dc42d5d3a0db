"""Who buys as a company: its facts and proof, its members, and the terms the office gave it."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.money import Money
from marketplace.reference.models import Regency
from offtakers import states

TEMPO_DAYS = (0, 14, 30)  # days after delivery; 0: pays before delivery, like everybody


def check_npwp(text: str) -> None:
    """The tax number has 15 digits (until 2024) or 16; points and dashes are left out before."""
    if not re.fullmatch(r"\d{15,16}", text):
        raise ValidationError(_("An NPWP has 15 or 16 digits."), code="npwp")


def check_nib(text: str) -> None:
    if not re.fullmatch(r"\d{13}", text):
        raise ValidationError(_("An NIB has 13 digits."), code="nib")


def proof_path(company: "Company", filename: str) -> str:
    """`filename` is the token and the ending that marketplace.common.proofs found in the content."""
    return f"private/companies/{company.pk}/{filename}"


class Company(models.Model):
    """A company that buys. Moves through offtakers/states.py only; terms through services.set_terms only."""

    class Kind(models.TextChoices):
        DOMESTIC = "domestic", _("In Indonesia")
        OVERSEAS = "overseas", _("Abroad")

    name = models.CharField(_("Name of the company"), max_length=150)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DOMESTIC)
    country = models.CharField(max_length=2, default="ID")  # ISO 3166-1 alpha-2
    npwp = models.CharField("NPWP", max_length=16, blank=True, validators=[check_npwp])
    nib = models.CharField("NIB", max_length=13, blank=True, validators=[check_nib])
    address = models.CharField(_("Address"), max_length=300)
    regency = models.ForeignKey(Regency, on_delete=models.PROTECT, null=True, blank=True)
    phone = models.CharField(max_length=16)  # E.164
    email = models.EmailField(max_length=254)
    proof = models.FileField(upload_to=proof_path, max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=states.CHOICES, default=states.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    tempo_days = models.PositiveSmallIntegerField(default=0)
    credit_limit = models.BigIntegerField(default=0)  # whole rupiah owed at any one time
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(tempo_days__in=TEMPO_DAYS, credit_limit__gte=0), name="company_terms"
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="company_state_at")]
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> Money:
        return Money(self.credit_limit)

    @property
    def is_editable(self) -> bool:
        return self.state in states.EDITABLE

    def may(self, to: str) -> bool:
        """Whether the move to this state is legal now; pages show a button only then."""
        return states.COMPANY.allows(self.state, to)


class CompanyMember(models.Model):
    """A person who buys for a company. One person, one company (so far)."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Buys, and decides who else may")
        BUYER = "buyer", _("Buys")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_member"
    )
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.BUYER)
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.user}"


class Invitation(models.Model):
    """An admin asks somebody to buy for the company. Gone once it was taken up or taken back."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(
        max_length=6, choices=CompanyMember.Role.choices, default=CompanyMember.Role.BUYER
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("company", Lower("email"), name="company_invites_once")]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.email}"


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

"""Branches, consignees and notify parties of a company."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.reference.queries import country_name
from offtakers.models.companies import Company


class CompanyPlace(models.Model):
    """Where goods go, or who is told on arrival. Orders and papers copy it; they never point here."""

    class Kind(models.TextChoices):
        BRANCH = "branch", _("Branch")
        CONSIGNEE = "consignee", _("Consignee: the goods go to")
        NOTIFY = "notify", _("Notify party: told on arrival")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(_("Name"), max_length=150)
    address = models.CharField(_("Address"), max_length=300)  # lines parted by line breaks
    country = models.CharField(_("Country"), max_length=2)  # ISO 3166-1 alpha-2
    contact = models.CharField(_("Contact person"), max_length=100, blank=True)
    email = models.EmailField(_("E-mail"), max_length=254, blank=True)
    phone = models.CharField(_("Telephone"), max_length=16, blank=True)  # E.164
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["company", "kind", "name"], name="company_place_kind")]
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> list[str]:
        """As a paper shows it below the name."""
        written = [line.strip() for line in self.address.splitlines()]
        return [*filter(None, written), country_name(self.country)]

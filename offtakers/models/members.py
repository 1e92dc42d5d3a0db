"""Who acts for a company, in which roles, and who is invited to."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from offtakers.models.companies import Company


class Role(models.TextChoices):
    """What somebody may do for a company; a person holds one or several."""

    OWNER = "owner", _("Responsible: facts, people, limits")
    BUYER = "buyer", _("Buys")
    APPROVER = "approver", _("Agrees to large purchases")
    FINANCE = "finance", _("Reads and pays the bills")


def in_order(roles: Iterable[str]) -> list[str]:
    """Each role once, as Role lists them; unknown ones are left out."""
    wanted = set(roles)
    return [role for role in Role.values if role in wanted]


def _roles_field() -> Any:
    return ArrayField(models.CharField(max_length=10, choices=Role.choices), size=len(Role))


def _some_role(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(roles__len__gt=0, roles__contained_by=list(Role.values)), name=name
    )


class HasRoles(models.Model):
    """A set of roles, never empty."""

    roles = _roles_field()

    class Meta:
        abstract = True

    def has(self, *roles: str) -> bool:
        """Whether one of these roles is held."""
        return bool(set(roles) & set(self.roles))

    @property
    def role_names(self) -> list[Any]:
        return [Role(role).label for role in in_order(self.roles)]


class CompanyMember(HasRoles):
    """A person who acts for a company. One person may act for several."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="company_memberships"
    )
    joined = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="company_member_once"),
            _some_role("company_member_roles"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.user}"


class Invitation(HasRoles):
    """An owner asks somebody to act for the company. Gone once it was taken up or taken back."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("company", Lower("email"), name="company_invites_once"),
            _some_role("company_invitation_roles"),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.company}: {self.email}"

"""What members of a company may see: their own company, and nothing else (a wrong id is a 404)."""

from typing import Any

from offtakers.models import Company, CompanyMember


def membership_of(user: Any) -> CompanyMember | None:
    """This person's place in a company, with the company; nothing for everybody else."""
    if not user.is_authenticated or not user.is_active:
        return None
    return CompanyMember.objects.select_related("company__regency").filter(user=user).first()


def buys_for_company(user: Any) -> bool:
    """Whether this person has a place in a company; the menu asks on every page."""
    return bool(user.is_authenticated and CompanyMember.objects.filter(user=user).exists())


def company_of(user: Any) -> Company | None:
    """The company this person buys for."""
    member = membership_of(user)
    return member.company if member else None


def is_admin(member: CompanyMember) -> bool:
    return member.role == CompanyMember.Role.ADMIN

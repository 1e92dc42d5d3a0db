"""What members of a company may see: the company they act for now, and nothing else (a wrong id is a 404).

A person may act for several companies. Which one now is kept in the session; offtakers/middleware.py hands it over
as `user.company_choice`. Without a choice, or with one that is not theirs any more, it is the one they joined first.
"""

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from offtakers.models import Approval, Company, CompanyMember, Role

SESSION_KEY = "company"
READS_BILLS = (Role.OWNER, Role.BUYER, Role.FINANCE)


def memberships(user: Any) -> QuerySet[CompanyMember]:
    """Where this person acts, the company of now first, then the one joined first."""
    if not user.is_authenticated or not user.is_active:
        return CompanyMember.objects.none()
    found = CompanyMember.objects.filter(user=user).select_related("company__regency")
    choice = getattr(user, "company_choice", None)
    now = Case(When(company_id=choice, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.order_by(now, "pk") if choice else found.order_by("pk")


def membership_of(user: Any) -> CompanyMember | None:
    """This person's place in the company of now, with the company; nothing for everybody else."""
    return memberships(user).first()


def buys_for_company(user: Any) -> bool:
    """Whether this person has a place in a company; the menu asks on every page."""
    return bool(user.is_authenticated and CompanyMember.objects.filter(user=user).exists())


def company_of(user: Any) -> Company | None:
    """The company this person acts for now, in whatever role."""
    return company_for(user, *Role)


def company_for(user: Any, *roles: str) -> Company | None:
    """The company of now, if this person holds one of these roles there."""
    member = membership_of(user)
    return member.company if member and member.has(*roles) else None


def all_companies_of(user: Any) -> QuerySet[Company]:
    """Every company this person acts for; for what concerns the person, not the page."""
    return Company.objects.filter(members__user=user).order_by("pk")


def is_owner(member: CompanyMember) -> bool:
    return member.has(Role.OWNER)


def approvals_of(member: CompanyMember) -> QuerySet[Approval]:
    """What this member may read: approvers and owners all of the company's, others what they asked for."""
    found = Approval.objects.filter(company=member.company).select_related("asked_by", "decided_by")
    return found if member.has(Role.OWNER, Role.APPROVER) else found.filter(asked_by=member.user_id)

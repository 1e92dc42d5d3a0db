"""Who buys as a company: facts and proof, members, places, and what waits for an approver."""

from offtakers.models.approvals import Approval
from offtakers.models.companies import TEMPO_DAYS, Company, TermsChange
from offtakers.models.members import CompanyMember, Invitation, Role
from offtakers.models.places import CompanyPlace

__all__ = [
    "TEMPO_DAYS",
    "Approval",
    "Company",
    "CompanyMember",
    "CompanyPlace",
    "Invitation",
    "Role",
    "TermsChange",
]

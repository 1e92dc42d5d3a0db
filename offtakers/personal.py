"""Who acts for which company (see common/personal.py). The company's own facts are no personal data; the names of
contact persons at its branches, consignees and notify parties are."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows, delete_in_batches
from offtakers.access import all_companies_of
from offtakers.models import Approval, CompanyMember, CompanyPlace, Invitation, Role

INVITED = timedelta(days=90)


def _export(person: Any) -> Rows:
    rows = CompanyMember.objects.filter(user=person).select_related("company")
    found = [
        {"company": row.company.name, "roles": list(row.roles), "joined": row.joined.isoformat()}
        for row in rows
    ]
    return found + [
        {"approval": f"{row.kind} {row.reference}", "asked": row.asked_at.isoformat(), "state": row.state}
        for row in _approvals(person)
    ]


def _approvals(person: Any) -> Any:
    mine = Approval.objects.filter(asked_by=person) | Approval.objects.filter(decided_by=person)
    return mine.order_by("pk")


def _export_contacts(person: Any) -> Rows:
    if not person.email:
        return []
    rows = CompanyPlace.objects.filter(email__iexact=person.email).select_related("company")
    return [
        {"company": row.company.name, "place": row.name, "contact": row.contact, "phone": row.phone}
        for row in rows
    ]


def _hinders(person: Any) -> list[str]:
    """Colleagues must not be left without anybody who decides who may buy."""
    text = _(
        "You are the only one who decides for %(name)s here. Ask the office to name somebody else first."
    )
    alone = []
    for company in all_companies_of(person).filter(
        members__user=person, members__roles__contains=[Role.OWNER]
    ):
        others = CompanyMember.objects.filter(company=company, user__is_active=True).exclude(user=person)
        if others.exists() and not others.filter(roles__contains=[Role.OWNER]).exists():
            alone.append(text % {"name": company.name})
    return alone


def _erase(person: Any) -> None:
    CompanyMember.objects.filter(user=person).delete()
    if person.email:
        Invitation.objects.filter(email__iexact=person.email).delete()


def _erase_contacts(person: Any) -> None:
    if person.email:
        CompanyPlace.objects.filter(email__iexact=person.email).update(contact="", email="", phone="")


def _purge(now: datetime) -> int:
    return delete_in_batches(Invitation.objects.filter(created__lt=now - INVITED))


COMPANY = Holding(
    code="company",
    what=gettext_lazy(
        "For which companies you act and in which roles, what you asked for or agreed to, invitations"
    ),
    purpose=gettext_lazy("So that you can order and decide in its name."),
    basis=gettext_lazy("Contract with the company"),
    kept=gettext_lazy("Until you leave it or delete your account; an invitation for 90 days"),
    export=_export,
    erase=_erase,
    hinders=_hinders,
    purge=_purge,
)
CONTACTS = Holding(
    code="company-contacts",
    what=gettext_lazy("Name, e-mail and telephone of contact persons at a company's branches and consignees"),
    purpose=gettext_lazy("So that goods arrive and somebody is told."),
    basis=gettext_lazy("Contract with the company"),
    kept=gettext_lazy("Until the company takes them out"),
    export=_export_contacts,
    erase=_erase_contacts,
)

"""Who buys for which company (see common/personal.py). The company's own facts are no personal data."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows, delete_in_batches
from offtakers.models import CompanyMember, Invitation

INVITED = timedelta(days=90)


def _export(person: Any) -> Rows:
    rows = CompanyMember.objects.filter(user=person).select_related("company")
    return [{"company": row.company.name, "role": row.role, "joined": row.joined.isoformat()} for row in rows]


def _hinders(person: Any) -> list[str]:
    """Colleagues must not be left without anybody who decides who may buy."""
    mine = CompanyMember.objects.filter(user=person, role=CompanyMember.Role.ADMIN).first()
    if mine is None:
        return []
    others = CompanyMember.objects.filter(company=mine.company, user__is_active=True).exclude(user=person)
    if not others.exists() or others.filter(role=CompanyMember.Role.ADMIN).exists():
        return []
    text = _(
        "You are the only one who decides for %(name)s here. Ask the office to name somebody else first."
    )
    return [text % {"name": mine.company.name}]


def _erase(person: Any) -> None:
    CompanyMember.objects.filter(user=person).delete()
    if person.email:
        Invitation.objects.filter(email__iexact=person.email).delete()


def _purge(now: datetime) -> int:
    return delete_in_batches(Invitation.objects.filter(created__lt=now - INVITED))


COMPANY = Holding(
    code="company",
    what=gettext_lazy("For which company you buy, and invitations to buy for one"),
    purpose=gettext_lazy("So that you can order in its name."),
    basis=gettext_lazy("Contract with the company"),
    kept=gettext_lazy("Until you leave it or delete your account; an invitation for 90 days"),
    export=_export,
    erase=_erase,
    hinders=_hinders,
    purge=_purge,
)

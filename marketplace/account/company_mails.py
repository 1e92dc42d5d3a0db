"""Mails about companies, to their members in their own language; the news arrive as signals."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from marketplace.notices.services import send, send_to
from marketplace.orders.links import absolute
from offtakers import approvals, signals
from offtakers.models import Approval, Company, CompanyMember, Invitation, Role
from offtakers.queries import invitation_token


@receiver(signals.invited)
def invited(invitation: Invitation, language: str, **kwargs: Any) -> None:
    """In the language of who invites: whether the address belongs to somebody here is told to nobody."""
    send(
        key=f"company-invited/{invitation.pk}",
        to=invitation.email,
        language=language,
        template="company_invited",
        context={
            "company": invitation.company,
            "link": absolute("account:company-join", invitation_token(invitation), language=language),
        },
    )


@receiver(signals.decided)
def decided(company: Company, why: str, **kwargs: Any) -> None:
    _to_members(company, "company_decided", why)


@receiver(signals.renewal_refused)
def renewal_refused(company: Company, why: str, **kwargs: Any) -> None:
    _to_members(company, "company_renewal_refused", why)


@receiver(signals.terms_set)
def terms_set(company: Company, why: str, **kwargs: Any) -> None:
    _to_members(company, "company_terms", why)


def _to_members(company: Company, template: str, why: str) -> None:
    moment = f"{timezone.now():%Y%m%d%H%M%S%f}"
    for member in company.members.select_related("user"):
        person = member.user
        if person.email and person.is_active:
            send(
                key=f"{template}/{company.pk}/{person.pk}/{moment}",
                to=person.email,
                language=person.language,
                template=template,
                context={
                    "company": company,
                    "why": why,
                    "person": person,
                    "link": absolute("account:company", language=person.language),
                },
                time_zone=person.time_zone,
            )


def _owners(company: Company) -> Iterable[CompanyMember]:
    found = company.members.filter(roles__contains=[Role.OWNER], user__is_active=True)
    return found.select_related("user").order_by("pk")


@receiver(signals.ends_soon)
def ends_soon(company: Company, stage: int, left: int, **kwargs: Any) -> None:
    """Once for each stage and last day: the timetable may ask every day."""
    for member in _owners(company):
        send_to(
            member.user,
            key=f"company-ends/{company.pk}/{company.verified_until}/{stage}",
            template="company_ends",
            company=company,
            left=left,
            link=absolute("account:company-renew", language=member.user.language),
        )


@receiver(signals.ended)
def ended(company: Company, **kwargs: Any) -> None:
    for member in _owners(company):
        send_to(
            member.user,
            key=f"company-ended/{company.pk}/{company.verified_until}",
            template="company_ended",
            company=company,
            link=absolute("account:company", language=member.user.language),
        )


@receiver(signals.approval_asked)
def approval_asked(approval: Approval, **kwargs: Any) -> None:
    """To every approver but who asked."""
    found = approvals.approvers(approval.company).exclude(user=approval.asked_by)
    for member in found.order_by("pk"):
        send_to(
            member.user,
            key=f"company-approval/{approval.pk}",
            template="company_approval",
            approval=approval,
            label=approvals.kind_of(approval).label,
            link=absolute("account:company-approval", approval.pk, language=member.user.language),
        )


@receiver(signals.approval_decided)
def approval_decided(approval: Approval, **kwargs: Any) -> None:
    person = approval.asked_by
    if person is not None and person.is_active:
        send_to(
            person,
            key=f"company-approval-decided/{approval.pk}",
            template="company_approval_decided",
            approval=approval,
            label=approvals.kind_of(approval).label,
            link=absolute("account:company-approval", approval.pk, language=person.language),
        )

"""Mails about companies, to their members in their own language; the news arrive as signals."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from marketplace.notices.services import send
from marketplace.orders.links import absolute
from offtakers import signals
from offtakers.models import Company, Invitation
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

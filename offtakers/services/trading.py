"""How a company trades: currency, Incoterms, ports, places, and above which amount an approver must agree."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.reference.models import Incoterm, Port
from offtakers import approvals, states
from offtakers.models import Approval, Company, CompanyMember, CompanyPlace, Role
from offtakers.services.companies import CompanyError, locked, note

MOST_PLACES = 50
PLACE = ("kind", "name", "address", "country", "contact", "email", "phone")
LIMIT = "limit"  # the kind of approval that this room itself asks for


@transaction.atomic
def set_trading(
    *,
    company: Company,
    currency: str,
    incoterms: Iterable[Incoterm],
    ports: Iterable[Port],
    actor: Actor,
) -> None:
    """What the company prefers; offers start from it, nothing is bound by it.

    Side effects: Company, history row. Raises CompanyError("currency") where an approval limit stands in another
    currency: it would mean another amount.
    """
    found = locked(company)
    if currency != found.currency and found.approval_above is not None:
        raise CompanyError("currency")
    Company.objects.filter(pk=found.pk).update(currency=currency)
    found.incoterms.set(incoterms)
    found.ports.set(ports)
    note(found, states.TRADE, actor=actor)


@transaction.atomic
def keep_place(
    *, company: Company, facts: Mapping[str, str], place: CompanyPlace | None = None, actor: Actor
) -> CompanyPlace:
    """Write a branch, consignee or notify party down, or anew. `facts` holds PLACE, cleaned.

    Side effects: CompanyPlace, history row. Raises CompanyError("many").
    """
    found = locked(company)
    if place is None:
        if found.places.count() >= MOST_PLACES:
            raise CompanyError("many")
        place = CompanyPlace(company=found)
    for name in PLACE:
        setattr(place, name, facts[name])
    place.save()
    note(found, states.PLACE, actor=actor, why=place.name)
    return place


@transaction.atomic
def remove_place(*, place: CompanyPlace, actor: Actor) -> None:
    """Papers that were written keep what they copied. Side effects: the row goes, history row."""
    note(place.company, states.PLACE, actor=actor, why=f"- {place.name}")
    place.delete()


@transaction.atomic
def set_threshold(*, company: Company, above: Money | None, user: Any) -> Approval | None:
    """Above this amount an approver must agree; None: no approver is asked any more.

    To set it or lower it an owner's word is enough. To raise it or take it away an approver who is not that owner
    must agree: then the Approval that waits is returned, and nothing has changed yet.
    Side effects: Company and history row, or those of approvals.ask. Raises CompanyError "owner", "currency",
    "last_approver" (nobody could agree), ApprovalError.
    """
    found = locked(company)
    if not CompanyMember.objects.filter(company=found, user=user, roles__contains=[Role.OWNER]).exists():
        raise CompanyError("owner")
    if above is not None and (above.currency != found.currency or above.minor < 1):
        raise CompanyError("currency")
    now = found.threshold
    if above == now:
        return None
    if now is not None and (above is None or above.minor > now.minor):
        return approvals.ask(
            company=found,
            kind=LIMIT,
            reference=str(found.pk),
            amount=above or Money(0, found.currency),
            user=user,
        )
    if not found.members.filter(roles__contains=[Role.APPROVER], user__is_active=True).exists():
        raise CompanyError("last_approver")
    _write_limit(found, above, Actor.of(user))
    return None


def _write_limit(company: Company, above: Money | None, actor: Actor) -> None:
    minor = above.minor if above else None
    Company.objects.filter(pk=company.pk).update(approval_above=minor)
    note(company, states.THRESHOLD, actor=actor, why=str(above or "–"))


def limit_decided(approval: Approval, actor: Actor) -> None:
    """Called by offtakers.approvals under the company's lock. A limit in a currency of before changes nothing."""
    company = locked(approval.company)
    if approval.state == states.APPROVED and approval.currency == company.currency:
        _write_limit(company, approval.money if approval.amount else None, actor)

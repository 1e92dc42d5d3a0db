"""Who acts for a company: invited by an owner, with roles that an owner changes; every step leaves a history row."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from marketplace.common.actor import Actor
from offtakers import signals, states
from offtakers.models import Company, CompanyMember, Invitation, Role
from offtakers.models.members import in_order
from offtakers.services.companies import CompanyError, locked, note

MOST_INVITED = 20


@transaction.atomic
def invite(*, company: Company, email: str, roles: Iterable[str], language: str, actor: Actor) -> Invitation:
    """Ask somebody to act for this company. Whether the address is known here is told to nobody.

    The same address again: the first one, no mail. Side effects: Invitation, history row, signal (a mail with the
    link). Raises CompanyError "roles" (none) or "many" (twenty are open).
    """
    wanted = _some(roles)
    locked(company)
    if found := Invitation.objects.filter(company=company, email__iexact=email).first():
        return found
    if company.invitations.count() >= MOST_INVITED:
        raise CompanyError("many")
    invitation = Invitation.objects.create(company=company, email=email.lower(), roles=wanted)
    note(company, states.INVITED, actor=actor, why=", ".join(wanted))
    signals.invited.send(Invitation, invitation=invitation, language=language)
    return invitation


def _some(roles: Iterable[str]) -> list[str]:
    if not (wanted := in_order(roles)):
        raise CompanyError("roles")
    return wanted


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, actor: Actor) -> None:
    """Its link opens nothing any more. Side effects: the invitation goes, history row."""
    deleted, _rows = Invitation.objects.filter(pk=invitation.pk).delete()
    if deleted:
        note(invitation.company, states.UNINVITED, actor=actor)


@transaction.atomic
def join(*, invitation: Invitation, user: Any) -> CompanyMember:
    """The invited person says yes. Side effects: CompanyMember, history row; the invitation goes.

    Raises CompanyError("member") for who acts for this company already, "gone" if the invitation was taken back.
    """
    if not Invitation.objects.select_for_update().filter(pk=invitation.pk).exists():
        raise CompanyError("gone")
    try:
        with transaction.atomic():
            member = CompanyMember.objects.create(
                company=invitation.company, user=user, roles=in_order(invitation.roles)
            )
    except IntegrityError as error:
        raise CompanyError("member") from error
    invitation.delete()
    note(member.company, states.JOINED, actor=Actor.of(user), why=", ".join(member.roles))
    return member


@transaction.atomic
def set_roles(*, member: CompanyMember, roles: Iterable[str], actor: Actor) -> None:
    """Other roles for a member. Raises CompanyError "roles", "last_owner", "last_approver".

    Side effects: CompanyMember, history row.
    """
    wanted = _some(roles)
    company = locked(member.company)
    _keeps(company, member, wanted)
    before = in_order(member.roles)
    if before == wanted:
        return
    member.roles = wanted
    member.save(update_fields=["roles"])
    note(company, states.ROLES, actor=actor, why=f"{member.user}: {', '.join(wanted)}")


@transaction.atomic
def remove_member(*, member: CompanyMember, actor: Actor) -> None:
    """This person acts for the company no longer. Raises CompanyError "last_owner" or "last_approver".

    Side effects: CompanyMember goes, history row.
    """
    company = locked(member.company)
    _keeps(company, member, [])
    note(company, states.LEFT, actor=actor, why=str(member.user))
    member.delete()


def _keeps(company: Company, member: CompanyMember, roles: list[str]) -> None:
    """The company must keep an owner, and an approver while it has an approval limit. Its row is locked."""
    others = company.members.exclude(pk=member.pk)
    if Role.OWNER not in roles and not others.filter(roles__contains=[Role.OWNER]).exists():
        raise CompanyError("last_owner")
    if company.approval_above is None or Role.APPROVER in roles or not member.has(Role.APPROVER):
        return
    if not others.filter(roles__contains=[Role.APPROVER]).exists():
        raise CompanyError("last_approver")

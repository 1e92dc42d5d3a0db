"""Who works for a pesantren: invited by whoever is responsible, removed by them; every step leaves a history row."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common.actor import Actor
from marketplace.common.links import absolute
from marketplace.common.states import record
from marketplace.notices.services import send
from marketplace.pesantren.models import Member, MemberInvitation, Partner

KEPT = timedelta(days=7)
MOST_OPEN = 10


class TeamError(Exception):
    """A step that is refused. `code`: "role" (only who is responsible may), "many" (ten invitations are open),
    "gone" (used, taken back or too old), "member" (works there already), "last" (nobody responsible would be left)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def is_owner(person: Any, partner: Partner) -> bool:
    return Member.objects.filter(partner=partner, user=person, role=Member.OWNER).exists()


def open_invitations(partner: Partner) -> Any:
    """Those that can still be used, the newest first."""
    found = MemberInvitation.objects.filter(partner=partner, used_by=None, expires_at__gt=timezone.now())
    return found.order_by("-pk")


def invite(
    *, partner: Partner, role: str, note: str, person: Any, email: str = "", language: str = "id"
) -> MemberInvitation:
    """A link that one person may use within seven days; mailed in this language where an address is given, which is
    kept nowhere but in the mail. Raises TeamError "role" or "many".

    Side effects: the invitation, one history row of the pesantren, one mail.
    """
    if not is_owner(person, partner):
        raise TeamError("role")
    with transaction.atomic():
        Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
        if open_invitations(partner).count() >= MOST_OPEN:
            raise TeamError("many")
        made = MemberInvitation.objects.create(
            partner=partner,
            role=role,
            note=note,
            token=token_urlsafe(24),
            expires_at=timezone.now() + KEPT,
            made_by=person,
        )
        record(partner, "", "invited", actor=Actor.of(person), why=f"{role}: {note}")
        send(
            key=f"member-invitation/{made.pk}",
            to=email,
            language=language,
            template="member_invited",
            context={
                "partner": partner,
                "by": person.name,
                "link": absolute("workspace:join-team", made.token, language=language),
            },
        )
    return made


def take_back(*, invitation: MemberInvitation, person: Any) -> None:
    """Raises TeamError "role". Side effects: the invitation goes, one history row."""
    if not is_owner(person, invitation.partner):
        raise TeamError("role")
    record(invitation.partner, "invited", "taken back", actor=Actor.of(person), why=invitation.note)
    invitation.delete()


def usable(token: str) -> MemberInvitation | None:
    """The invitation behind this link; nothing if it was used, taken back or is too old."""
    found = MemberInvitation.objects.filter(token=token, used_by=None, expires_at__gt=timezone.now())
    return found.select_related("partner").first()


def accept(*, token: str, person: Any) -> Member:
    """This person works for the pesantren from now on. Raises TeamError "gone" or "member".

    Side effects: the membership, the link is used up, one history row.
    """
    with transaction.atomic():
        found = MemberInvitation.objects.select_for_update(of=("self",)).filter(token=token).first()
        if found is None or found.used_by_id or found.expires_at <= timezone.now():
            raise TeamError("gone")
        if Member.objects.filter(partner=found.partner, user=person).exists():
            raise TeamError("member")
        found.used_by = person
        found.save(update_fields=["used_by"])
        record(found.partner, "invited", found.role, actor=Actor.of(person), why=found.note)
        return Member.objects.create(partner=found.partner, user=person, role=found.role)


def remove(*, member: Member, person: Any) -> None:
    """This member works there no longer. Raises TeamError "role" or "last". Side effects: one history row."""
    if not is_owner(person, member.partner):
        raise TeamError("role")
    with transaction.atomic():
        Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=member.partner_id)
        others = Member.objects.filter(partner=member.partner_id, role=Member.OWNER).exclude(pk=member.pk)
        if not others.filter(user__is_active=True).exists():
            raise TeamError("last")
        record(member.partner, member.role, "removed", actor=Actor.of(person), why=str(member.user))
        member.delete()

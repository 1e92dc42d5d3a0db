"""Mails about promises. Each side reads its own link, which opens without signing in; amounts stand on the page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from marketplace.common.links import absolute
from marketplace.notices.services import send
from marketplace.people.models import User
from marketplace.pesantren import states as pesantren_states
from marketplace.pesantren.models import Mentorship
from marketplace.programme.events.mails import address_of
from marketplace.programme.models import Commitment, Lead, Participation, Settlement
from marketplace.programme.states import BUYER, SELLER


@dataclass(frozen=True)
class Reader:
    """Who gets a mail: a person of the pesantren, or the address the buyer gave."""

    email: str
    language: str
    time_zone: str
    key: str


def readers(commitment: Commitment, side: str) -> list[Reader]:
    """All members of the pesantren; the address the guest's company gave, else the guest's own."""
    if side == BUYER:
        guest = commitment.guest
        email = address_of(guest)
        return [Reader(email, guest.language, commitment.event.time_zone, "buyer")] if email else []
    members = commitment.exhibitor.partner.members.select_related("user").order_by("pk")
    found = [member.user for member in members if member.user.email and member.user.is_active]
    return [Reader(user.email or "", user.language, user.time_zone, str(user.pk)) for user in found]


def link_of(commitment: Commitment, side: str, language: str) -> str:
    """The address by which this side confirms."""
    token = commitment.seller_token if side == SELLER else commitment.buyer_token
    return absolute("deals:confirm", token, language=language)


def ask_to_confirm(commitment: Commitment, sides: Iterable[str] = (SELLER, BUYER)) -> None:
    """One mail to each side, once for each version of the promise."""
    about = timezone.now().strftime("%Y%m%d%H%M%S%f")
    for side in sides:
        _to_side(commitment, side, "commitment_confirm", about)


def is_different(commitment: Commitment, side: str) -> None:
    """To whoever recorded it, with the page of the office or the workspace."""
    person = commitment.recorded_by
    if person is None or not person.email:
        return
    room = "office" if person.staff_role else "workspace"
    send(
        key=f"commitment_different/{commitment.number}/{timezone.now():%Y%m%d%H%M%S%f}",
        to=person.email,
        language=person.language,
        template="commitment_different",
        context={
            "commitment": commitment,
            "side": side,
            "link": absolute(f"{room}:commitment", commitment.number, language=person.language),
        },
        time_zone=person.time_zone,
    )


def remind(commitment: Commitment, round_: int, days: int) -> None:
    """To both sides and the mentor."""
    for side in (SELLER, BUYER):
        _to_side(commitment, side, "commitment_reminder", str(round_), days=days)
    for mentor in mentors_of(commitment):
        send(
            key=f"commitment_mentor/{commitment.number}/{round_}/{mentor.pk}",
            to=mentor.email or "",
            language=mentor.language,
            template="commitment_mentor",
            context={
                "commitment": commitment,
                "name": mentor.name,
                "days": days,
                "link": absolute("workspace:mentoring", language=mentor.language),
            },
            time_zone=mentor.time_zone,
        )


def mentors_of(commitment: Commitment) -> list[User]:
    """The mentor named for its participation; else who helps the pesantren now."""
    partner = commitment.exhibitor.partner_id
    taken = Participation.objects.filter(partner=partner, mentor__isnull=False).select_related("mentor")
    found = [row.mentor for row in taken.order_by("-pk")[:1] if row.mentor and row.mentor.is_active]
    if found:
        return found
    running = Mentorship.objects.filter(
        partner=partner, state=pesantren_states.RUNNING, ends_at__gt=timezone.now()
    )
    return [row.mentor for row in running.select_related("mentor").order_by("pk") if row.mentor.is_active]


def ask_about_settlement(settlement: Settlement) -> None:
    """To each side that has not said that it was settled."""
    for side in _silent(settlement):
        _to_side(settlement.commitment, side, "commitment_settled", settlement.token)


def settlement_taken_back(settlement: Settlement) -> None:
    """To each side that had said that it was settled; the reason stands on the page."""
    silent = set(_silent(settlement))
    for side in (SELLER, BUYER):
        if side not in silent:
            _to_side(
                settlement.commitment,
                side,
                "settlement_taken_back",
                settlement.token,
                settled_on=settlement.settled_on,
            )


def invite_lead(lead: Lead, language: str) -> None:
    """Asks somebody met at an exhibition to register the company here; once for each address."""
    send(
        key=f"lead_invited/{lead.number}/{lead.email}",
        to=lead.email,
        language=language,
        template="lead_invited",
        context={"lead": lead, "event": lead.event, "link": absolute("account:company", language=language)},
        time_zone=lead.event.time_zone,
    )


def _silent(settlement: Settlement) -> Iterator[str]:
    if not settlement.seller_said_at:
        yield SELLER
    if not settlement.buyer_said_at:
        yield BUYER


def _to_side(commitment: Commitment, side: str, template: str, about: str, **more: Any) -> None:
    for reader in readers(commitment, side):
        send(
            key=f"{template}/{commitment.number}/{about}/{side}/{reader.key}",
            to=reader.email,
            language=reader.language,
            template=template,
            context={
                "commitment": commitment,
                "link": link_of(commitment, side, reader.language),
                **more,
            },
            time_zone=reader.time_zone,
        )

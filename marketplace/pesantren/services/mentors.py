"""Mentors (pendamping): named by the office, offered to a pesantren, agreed to by whoever is responsible there, for a
time that they choose; ended by anybody concerned at once. Every step leaves a history row."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common.access import MENTOR
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, record
from marketplace.people.models import User
from marketplace.pesantren import mentor_mails, states
from marketplace.pesantren.models import Member, Mentorship, Partner
from marketplace.pesantren.services.team import is_owner

DAYS = (30, 90)
BATCH = 500


class MentorError(Exception):
    """`code`: "role" (only who is responsible agrees; only a member ends it), "staff" (holds another role of the
    office), "mentor" (no mentor any more), "member" (works there already), "open" (offered or helping already)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def name_mentor(*, person: User, actor: Actor) -> None:
    """This person may be offered to pesantren from now on. Raises MentorError "staff". Twice changes nothing.

    Side effects: the role, one history row of the person.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if locked.staff_role == MENTOR:
            return
        if locked.staff_role or locked.is_superuser:
            raise MentorError("staff")
        User.objects.filter(pk=person.pk).update(staff_role=MENTOR)
        record(person, "", "mentor", actor=actor)


def end_mentor(*, person: User, actor: Actor) -> None:
    """No mentor any more: all offers are taken back, all help ends. Twice changes nothing.

    Side effects: the role, history rows, mails to the pesantren.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if locked.staff_role != MENTOR:
            return
        User.objects.filter(pk=person.pk).update(staff_role="")
        record(person, "mentor", "no mentor", actor=actor)
        for one in Mentorship.objects.filter(mentor=person, state__in=states.OPEN).order_by("pk"):
            stop(mentorship=one, actor=actor)


def offer(*, partner: Partner, mentor: User, actor: Actor) -> Mentorship:
    """Ask the pesantren whether this mentor may help. Raises MentorError "mentor", "member" or "open".

    Side effects: Mentorship with history, a mail to whoever is responsible there.
    """
    if Member.objects.filter(partner=partner, user=mentor).exists():
        raise MentorError("member")
    try:
        with transaction.atomic():
            if User.objects.select_for_update(no_key=True).get(pk=mentor.pk).staff_role != MENTOR:
                raise MentorError("mentor")
            made = Mentorship.objects.create(partner=partner, mentor=mentor)
            record(made, "", states.OFFERED, actor=actor)
            mentor_mails.to_pesantren(made, "offered")
    except IntegrityError as error:
        raise MentorError("open") from error
    return made


def agree(*, mentorship: Mentorship, days: int, person: Any) -> None:
    """Whoever is responsible says yes, for so many days. Raises MentorError "role", IllegalMove.

    Side effects: state with history, a mail to the mentor.
    """
    if not is_owner(person, mentorship.partner):
        raise MentorError("role")
    if days not in DAYS:
        raise ValueError(f"{days} days were not offered")
    ends_at = timezone.now() + timedelta(days=days)
    with transaction.atomic():
        states.MENTORSHIP.move(
            mentorship,
            states.RUNNING,
            actor=Actor.of(person),
            why=f"{days} days",
            ends_at=ends_at,
            agreed_by_id=person.pk,
        )
        mentor_mails.to_mentor(mentorship, "agreed")


def decline(*, mentorship: Mentorship, person: Any) -> None:
    """Whoever is responsible says no. Raises MentorError "role", IllegalMove. Side effects: as agree."""
    if not is_owner(person, mentorship.partner):
        raise MentorError("role")
    with transaction.atomic():
        states.MENTORSHIP.move(mentorship, states.DECLINED, actor=Actor.of(person))
        mentor_mails.to_mentor(mentorship, "declined")


def withdraw(*, mentorship: Mentorship, person: Any) -> None:
    """The pesantren ends it, at once; any of its people may. Raises MentorError "role", IllegalMove.

    Side effects: state with history, a mail to the mentor.
    """
    if not Member.objects.filter(partner=mentorship.partner_id, user=person).exists():
        raise MentorError("role")
    with transaction.atomic():
        states.MENTORSHIP.move(mentorship, states.WITHDRAWN, actor=Actor.of(person), ends_at=timezone.now())
        mentor_mails.to_mentor(mentorship, "withdrawn")


def stop(*, mentorship: Mentorship, actor: Actor) -> None:
    """The office or the mentor ends it, or takes the offer back. Raises IllegalMove.

    Side effects: state with history; if it ran, a mail to whoever is responsible at the pesantren.
    """
    with transaction.atomic():
        locked = Mentorship.objects.select_for_update(no_key=True, of=("self",)).get(pk=mentorship.pk)
        after = states.END_BY_OTHERS.get(locked.state, states.STOPPED)
        states.MENTORSHIP.move(locked, after, actor=actor, ends_at=timezone.now())
        if after == states.STOPPED:
            mentor_mails.to_pesantren(locked, "stopped")


def end_due() -> int:
    """Help whose time is over gets its last history row; the pages were shut by the clock before. Safe to run twice.

    Returns how many ended. Side effects: states with history, mails to both.
    """
    due = Mentorship.objects.filter(state=states.RUNNING, ends_at__lte=timezone.now()).order_by(
        "ends_at", "pk"
    )
    return sum(_end(one) for one in due[:BATCH])


def _end(mentorship: Mentorship) -> bool:
    try:
        with transaction.atomic():
            states.MENTORSHIP.move(mentorship, states.OVER, actor=SYSTEM)
            mentor_mails.to_mentor(mentorship, "over")
            mentor_mails.to_pesantren(mentorship, "over")
    except IllegalMove:
        return False  # ended by somebody at this very moment
    return True

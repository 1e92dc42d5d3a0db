"""Mails about mentors: to whoever is responsible for the pesantren, and to the mentor."""

from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.people.models import User
from marketplace.pesantren.models import Member, Mentorship


def _send(person: User, mentorship: Mentorship, what: str, link: str) -> None:
    send_to(
        person,
        key=f"mentor-{what}/{mentorship.pk}",
        template="mentor",
        what=what,
        partner=mentorship.partner.name,
        mentor=str(mentorship.mentor),
        until=mentorship.ends_at,
        link=link,
    )


def to_pesantren(mentorship: Mentorship, what: str) -> None:
    """`what`: offered, stopped or over."""
    owners = User.objects.filter(
        memberships__partner=mentorship.partner_id, memberships__role=Member.OWNER, is_active=True
    )
    for person in owners.order_by("pk"):
        link = absolute("workspace:team", mentorship.partner.code, language=person.language)
        _send(person, mentorship, what, link)


def to_mentor(mentorship: Mentorship, what: str) -> None:
    """`what`: agreed, declined, withdrawn or over."""
    person = mentorship.mentor
    _send(person, mentorship, what, absolute("workspace:mentoring", language=person.language))

"""Mentors and the help that a pesantren agreed to."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.pesantren.models import Mentorship
from marketplace.pesantren.services import mentors
from tests.factories.catalogue import make_user


def make_mentor(email: str = "mentor@example.com", **kw: Any) -> Any:
    return make_user(email, staff_role="mentor", **kw)


def agreed(partner: Any, mentor: Any, owner: Any, days: int = 30) -> Mentorship:
    """Offered by the office, agreed to by whoever is responsible there."""
    made = mentors.offer(partner=partner, mentor=mentor, actor=SYSTEM)
    mentors.agree(mentorship=made, days=days, person=owner)
    return made

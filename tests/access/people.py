"""Somebody with an authenticator app, and a mentor at work, for the access table."""

from typing import Any

from marketplace.people.second_factor import resets
from tests.factories.catalogue import make_user
from tests.factories.mentors import agreed
from tests.factories.second_factor import with_app


def with_lost_phones() -> dict[str, Any]:
    """Somebody whose app is on, and a colleague for whom a second person is asked."""
    person = make_user("app@example.com")
    with_app(person)
    colleague = make_user("colleague@example.com", staff_role="office")
    with_app(colleague)
    asks = make_user("asks@example.com", staff_role="office")
    resets.ask(person=colleague, why="hilang", by=asks)
    return {"two_step_person": person.pk, "two_step_waits": colleague.pk, "two_step_step": "agree"}


def with_mentor(people: dict[str, Any], partner: Any) -> dict[str, Any]:
    """The pesantren of "member" agreed to the mentor's help."""
    found = agreed(partner, people["mentor"], people["member"])
    return {"mentor": people["mentor"].pk, "mentorship": found.pk, "mentor_step": "withdraw"}

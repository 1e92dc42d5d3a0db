"""Between password and code: who is about to sign in, kept in the session for ten minutes. Nobody is signed in yet."""

import time
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest

from marketplace.people.models import User
from marketplace.people.second_factor.access import mark_passed

PENDING = "signing-in"
SECONDS = 10 * 60


def begin(request: HttpRequest, person: User, target: str) -> None:
    """The password was right; a new one meanwhile makes this void."""
    request.session.cycle_key()
    mark = person.get_session_auth_hash()
    request.session[PENDING] = {"person": person.pk, "mark": mark, "next": target, "at": int(time.time())}


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """(who, where to afterwards), as long as it is not too old and the password is still the same."""
    found: Any = request.session.get(PENDING)
    if not isinstance(found, dict) or not 0 <= time.time() - found["at"] <= SECONDS:
        return None
    person = User.objects.filter(pk=found["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != found["mark"]:
        return None
    return person, found["next"]


def finish(request: HttpRequest, person: User) -> None:
    """The code was right, too: signed in, and the code counts for what asks for one later."""
    request.session.pop(PENDING, None)
    login(request, person)
    mark_passed(request)

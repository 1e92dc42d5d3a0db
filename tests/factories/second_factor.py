"""People with an authenticator app, and what it shows."""

import time
from typing import Any

from django.db.models import F

from marketplace.people.second_factor import codes, services
from marketplace.people.second_factor.models import SecondFactor

FIELD = "second_factor_code"


def with_app(person: Any) -> list[str]:
    """Set up as the page does it, as if half a minute ago: the code of now is still good. Returns recovery codes."""
    seed = codes.new_seed()
    key = codes.secret(person_id=person.pk, seed=seed, mark=codes.newest_mark())
    shown = services.switch_on(person=person, seed=seed, typed=codes.code_of(key, now()))
    SecondFactor.objects.filter(user=person).update(last_step=F("last_step") - 1)
    return shown


def now() -> int:
    return codes.step_at(time.time())


def code(person: Any, later: int = 0) -> str:
    """What the app of this person shows, or will show so many steps later."""
    factor = SecondFactor.objects.get(user=person)
    return codes.code_of(
        codes.secret(person_id=person.pk, seed=factor.seed, mark=factor.key_mark), now() + later
    )


def wrong(person: Any) -> str:
    """Six digits that the app shows neither now nor a step before or after."""
    taken = {code(person, later) for later in (-2, -1, 0, 1, 2)}
    return next(
        text for text in ("000000", "111111", "222222", "333333", "444444", "555555") if text not in taken
    )

"""Reading two-step verification. A person's own; the office sees whether it is on, never more."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from marketplace.common.access import EXPORT, OFFICE, PROGRAMME, is_staff
from marketplace.common.models import StateChange
from marketplace.people.models import User
from marketplace.people.queries import person_by_name
from marketplace.people.second_factor import states
from marketplace.people.second_factor.models import Reset, SecondFactor

REMEMBERED = timedelta(days=90)


def factor_of(user: Any) -> SecondFactor | None:
    """This person's row, on or off; nothing where it was never set up."""
    return SecondFactor.objects.filter(user_id=user.pk).first()


def is_on(user: Any) -> bool:
    return SecondFactor.objects.filter(user_id=user.pk, state=states.ON).exists()


def codes_left(factor: SecondFactor) -> int:
    return factor.recovery_codes.filter(used_at=None).count()


def colleagues(viewer: Any) -> QuerySet[User]:
    """People of the office, for the office; by name."""
    if not is_staff(viewer, OFFICE):
        return User.objects.none()
    found = User.objects.filter(staff_role__in=[OFFICE, EXPORT, PROGRAMME], is_active=True)
    return found.select_related("second_factor").order_by("name", "pk")


def resets(viewer: Any) -> QuerySet[Reset]:
    """All resets, what waits for a second person first, then the newest."""
    if not is_staff(viewer, OFFICE):
        return Reset.objects.none()
    return Reset.objects.select_related("user", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")


def person_found(viewer: Any, typed: str) -> User | None:
    """The person with exactly this e-mail address or telephone number, for the office: no list to leaf through."""
    found = person_by_name(typed) if is_staff(viewer, OFFICE) and typed else None
    return found if found and found.is_active else None


def let_in_by(helper: Any, person: Any) -> bool:
    """Whether this colleague of the office could lately have signed in as that person: made a sign-in link for them
    or took two-step verification from them. Then somebody else decides where that person's money goes."""
    since = timezone.now() - REMEMBERED
    links = StateChange.objects.filter(
        subject_type="customer.user",
        subject_id=person.pk,
        after="link issued",
        actor_id=helper.pk,
        at__gte=since,
    )
    mine = Q(proposed_by=helper.pk) | Q(decided_by=helper.pk)
    taken = Reset.objects.filter(mine, user=person.pk, state=states.DONE, proposed_at__gte=since)
    return links.exists() or taken.exists()

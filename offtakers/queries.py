"""Reading companies; the first argument is who asks."""

from typing import Any

from django.core import signing
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from marketplace.common.access import OFFICE, is_staff
from offtakers import states
from offtakers.models import Company, Invitation

SALT = "company-invitation"
WAITS = Q(state=states.SUBMITTED) | (Q(state=states.VERIFIED) & ~Q(renewal=""))


def companies(user: Any) -> QuerySet[Company]:
    """All companies, those that wait for the office first and the longest; for the office only."""
    if not is_staff(user, OFFICE):
        return Company.objects.none()
    waits = Case(When(WAITS, then=Value(0)), default=Value(1), output_field=IntegerField())
    return Company.objects.select_related("regency").order_by(waits, "submitted_at", "pk")


def waiting(user: Any) -> QuerySet[Company]:
    """Companies whose proof, the first or a newer one, waits for the office."""
    return companies(user).filter(WAITS)


def countries(user: Any) -> list[str]:
    """ISO codes of the countries our companies are in; for the office only."""
    return list(companies(user).order_by("country").values_list("country", flat=True).distinct())


def invitation_token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=SALT, compress=False)


def invitation_by_token(user: Any, token: str) -> Invitation | None:
    """The invitation this link opens, for the person it was written to."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation.objects.select_related("company").filter(pk=pk)
    return found.filter(email__iexact=user.email or "").first()

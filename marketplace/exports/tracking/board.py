"""The board: all consignments, what is due next on top. The first argument of the query is who asks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from marketplace.exports import states
from marketplace.exports.models import Alert, Consignment
from marketplace.exports.papers import rules
from marketplace.exports.tracking import due
from marketplace.exports.tracking import queries as tracking
from marketplace.people.models import User

CONTRADICTIONS = {
    "arrived_before_departed": _("arrived before it departed"),
    "delivered_before_arrived": _("delivered before it arrived"),
    "two_departures": _("two departures more than a day apart"),
    "two_arrivals": _("two arrivals more than a day apart"),
    "too_many_pieces": _("more pieces came than there are"),
    "in_the_future": _("something is said to have happened in the future"),
    "left_though_cancelled": _("it left though it was cancelled"),
}
REFUSED = {
    "not_paid": _("a balance is still open"),
    "not_packed": _("the pesantren has not said that it is packed"),
    "recalled": _("a lot in it was recalled"),
    "not_all": _("its money is paid at the hand-over, and not all of it has left yet"),
}
SALT = "exports-calendar"
LATE_MINUTES = 60  # an hour is no delay worth a mark
DAYS_BACK = timedelta(days=30)  # of what is over, in the calendar


@dataclass(frozen=True)
class Filters:
    """What the board is asked for; empty: everything that is not over."""

    state: str = ""
    country: str = ""
    q: str = ""
    is_late: bool = False

    @classmethod
    def of(cls, given: Any) -> "Filters":
        """From a query string; an odd value asks for nothing."""
        state, country = given.get("state", ""), given.get("country", "").upper()
        return cls(
            state=state if state in {*states.ORDER, "all"} else "",
            country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
            q=given.get("q", "").replace("\0", "").strip()[:40],
            is_late=given.get("late") == "1",
        )


def consignments(user: Any, filters: Filters, now: datetime) -> QuerySet[Consignment]:
    """For staff: first what is due first, then what waits for nothing. Open alerts come with it."""
    found = tracking.for_staff(user)
    if filters.state and filters.state != "all":
        found = found.filter(state=filters.state)
    elif not filters.state and not filters.q:
        found = found.exclude(state__in=states.ENDED)
    if filters.country:
        found = found.filter(country=filters.country)
    if filters.is_late:
        found = found.filter(Q(late_minutes__gt=LATE_MINUTES) | Q(next_due_at__lt=now))
    if filters.q:
        named = Q(number__icontains=filters.q) | Q(transport_number__icontains=filters.q)
        found = found.filter(named | Q(container__iexact=filters.q) | Q(booking__iexact=filters.q))
    open_alerts = Prefetch("alerts", Alert.objects.filter(ended_at=None), to_attr="open_alerts")
    return found.order_by(F("next_due_at").asc(nulls_last=True), "-pk").prefetch_related(open_alerts)


def countries(user: Any) -> list[str]:
    """Where consignments go."""
    return sorted(tracking.for_staff(user).order_by().values_list("country", flat=True).distinct())


def name_of_due(code: str) -> str:
    """A step or a paper in the reader's language."""
    return str(due.STEPS.get(code) or rules.kinds().get(code) or code)


def words_of(alert: Alert) -> str:
    """What is wrong, and with which paper, lot, part or logger."""
    about = str(CONTRADICTIONS.get(alert.about) or rules.kinds().get(alert.about) or alert.about)
    why = str(REFUSED.get(alert.details.get("why"), "")) if alert.kind == Alert.Kind.HAND_OVER else ""
    return ": ".join(filter(None, [str(alert.get_kind_display()), about, why]))


def calendar_token(user: User) -> str:
    """What a calendar's address carries: signed, nobody guesses it; a new password ends it."""
    return signing.dumps([user.pk, _stamp(user)], salt=SALT)


def user_of_calendar(token: str) -> User | None:
    """Whose calendar this is, or nothing."""
    try:
        pk, stamp = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(stamp, _stamp(user)) else None


def _stamp(user: User) -> str:
    return salted_hmac(SALT, user.password).hexdigest()[:16]


def in_calendar(user: Any, today: date) -> QuerySet[Consignment]:
    """What a calendar shows: everything open, and what ended lately."""
    recent = Q(departs_at__date__gte=today - DAYS_BACK) | ~Q(state__in=states.ENDED)
    return tracking.for_staff(user).filter(recent).exclude(state=states.CANCELLED).order_by("pk")

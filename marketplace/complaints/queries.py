"""Reading complaints; the first argument is who asks. A complainant's link is signed, like an order's."""

from datetime import timedelta
from typing import Any

from django.core import signing
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from marketplace.common.access import OFFICE, is_staff
from marketplace.complaints import states
from marketplace.complaints.models import REOPEN_DAYS, Complaint, Entry
from marketplace.conversations.models import Thread
from marketplace.conversations.queries import about_order, with_pesantren
from marketplace.pesantren.access import pesantren_of

SALT = "complaint-link"


def _with_parties(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return found.select_related("partner__regency", "fulfilment__order__user", "user")


def for_office(user: Any) -> QuerySet[Complaint]:
    """All complaints, for the programme office only: what waits for an answer first, the longest due first."""
    if not is_staff(user, OFFICE):
        return Complaint.objects.none()
    waits = Case(When(state__in=states.WAITING, then=Value(0)), default=Value(1))
    return _with_parties(Complaint.objects.order_by(waits, "answer_by", "pk"))


def waiting(user: Any) -> QuerySet[Complaint]:
    """Those that wait for the office's answer."""
    return for_office(user).filter(state__in=states.WAITING)


def for_members(user: Any) -> QuerySet[Complaint]:
    """Complaints that concern this person's pesantren, latest first."""
    mine = Complaint.objects.filter(partner__in=pesantren_of(user))
    return _with_parties(mine).order_by("-created", "-pk")


def waiting_for_view(user: Any) -> QuerySet[Complaint]:
    """Those of this person's pesantren that the office has not answered and on which the pesantren has not said how it
    sees what was written last. Each with `asked_at`: when that was."""
    entries = Entry.objects.filter(complaint=OuterRef("pk"))
    last = entries.filter(side=Entry.COMPLAINANT).order_by("-created").values("created")[:1]
    mine = Complaint.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"))
    found = mine.filter(state__in=states.WAITING).annotate(asked_at=Coalesce(Subquery(last), F("created")))
    said = entries.filter(side=Entry.PESANTREN, created__gte=OuterRef("asked_at"))
    return found.exclude(Exists(said))


def of_person(user: Any) -> QuerySet[Complaint]:
    """Complaints this person made while signed in, latest first."""
    return _with_parties(Complaint.objects.filter(user=user.pk)).order_by("-created", "-pk")


def link_token(complaint: Complaint) -> str:
    """What the complainant's link carries: signed, so that it can't be guessed."""
    return signing.dumps(complaint.number, salt=SALT, compress=False)


def by_token(token: str) -> Complaint | None:
    """The complaint a signed link opens, or nothing."""
    try:
        number = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return _with_parties(Complaint.objects.filter(number=number)).first()


def thread_of(user: Any, complaint: Complaint) -> Thread | None:
    """The conversation of the two parties, for the office and only while the complaint is open."""
    if not is_staff(user, OFFICE) or not complaint.is_open or complaint.partner is None:
        return None
    if complaint.fulfilment:
        found: Thread | None = about_order(complaint.fulfilment.order, complaint.partner)
    else:
        found = with_pesantren(complaint.user, complaint.partner.code) if complaint.user else None
    return found if found and found.pk else None


def answered_and_quiet() -> QuerySet[Complaint]:
    """What the timetable looks for: answered, and the time to ask again is over."""
    since = timezone.now() - timedelta(days=REOPEN_DAYS)
    return Complaint.objects.filter(state=states.ANSWERED, answered_at__lte=since)

"""Contact persons of buyers at events (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows, update_in_batches
from marketplace.programme import states
from marketplace.programme.models import Commitment, Guest

GUESTS_KEPT = timedelta(days=2 * 365)  # after the last day of the event


def _export(person: Any) -> Rows:
    if not person.email:
        return []
    rows = Guest.objects.filter(email__iexact=person.email).select_related("event").order_by("pk")
    return [
        {
            "event": row.event.name,
            "company": row.name,
            "contact": row.contact,
            "email": row.email,
            "phone": row.phone,
            "looks_for": row.looks_for,
            "checked_in": row.checked_in_at.isoformat() if row.checked_in_at else "",
        }
        for row in rows
    ]


def _erase(person: Any) -> None:
    if person.email:
        Guest.objects.filter(email__iexact=person.email).update(contact="", email="", phone="")


def _purge(now: datetime) -> int:
    """The company's name stays with the event; who spoke for it goes, unless a recent commitment of it stands: after
    the last reminder nobody is written to any more."""
    standing = Commitment.objects.filter(guest=OuterRef("pk"), recorded_at__gte=now - GUESTS_KEPT)
    standing = standing.exclude(state=states.CLOSED)
    last = Coalesce("event__ends_on", "event__starts_on")
    rows = Guest.objects.annotate(last=last).filter(last__lt=(now - GUESTS_KEPT).date())
    rows = rows.filter(~Q(contact="") | ~Q(email="") | ~Q(phone="")).exclude(Exists(standing))
    return update_in_batches(rows, contact="", email="", phone="")


EVENT_GUESTS = Holding(
    code="event-guests",
    what=_(
        "Name, e-mail and telephone of who comes to a business meeting for a buyer, and what is looked for"
    ),
    purpose=_("To invite you, to plan your meetings and to find you at the event."),
    basis=_("Legitimate interest of the programme that invites you"),
    kept=_("Two years after the event and after what was promised last"),
    export=_export,
    erase=_erase,
    purge=_purge,
)

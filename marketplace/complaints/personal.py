"""Who complained, and what was written about it (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows, delete_in_batches
from marketplace.complaints import states
from marketplace.complaints.models import Complaint

KEPT = timedelta(days=3 * 365)
ENDED = (states.CLOSED, states.WITHDRAWN)


def _export(person: Any) -> Rows:
    mine = Complaint.objects.filter(user=person).prefetch_related("entries").order_by("pk")
    return [
        {
            "number": row.number,
            "date": row.created.isoformat(),
            "state": row.state,
            "subject": row.subject,
            "text": row.text,
            "later": [
                {"date": one.created.isoformat(), "by": one.side, "text": one.text}
                for one in row.entries.all()
            ],
        }
        for row in mine
    ]


def _hinders(person: Any) -> list[str]:
    waiting = Complaint.objects.filter(user=person, state__in=states.WAITING).order_by("pk")
    text = _("Your complaint %(number)s is not answered yet. You can withdraw it.")
    return [text % {"number": number} for number in waiting.values_list("number", flat=True)[:5]]


def _erase(person: Any) -> None:
    """What was complained about stays until its time is over; who complained goes."""
    Complaint.objects.filter(user=person).update(user=None, name="", email="")


def _purge(now: datetime) -> int:
    return delete_in_batches(Complaint.objects.filter(state__in=ENDED, created__lt=now - KEPT))


COMPLAINTS = Holding(
    code="complaints",
    what=gettext_lazy("Your complaints"),
    purpose=gettext_lazy("So that the office can answer them and show that it did."),
    basis=gettext_lazy("The law asks for a complaint service"),
    kept=gettext_lazy("Three years"),
    export=_export,
    hinders=_hinders,
    erase=_erase,
    purge=_purge,
)

"""Mails we sent (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows, delete_in_batches
from marketplace.notices.models import Mail

KEPT = timedelta(days=365)


def _export(person: Any) -> Rows:
    if not person.email:
        return []
    rows = Mail.objects.filter(to__iexact=person.email).order_by("pk")
    return [{"date": row.created.isoformat(), "subject": row.subject, "text": row.text} for row in rows]


def _erase(person: Any) -> None:
    """Mails that lie waiting go too: the account they speak of is no more."""
    if person.email:
        Mail.objects.filter(to__iexact=person.email).delete()


def _purge(now: datetime) -> int:
    return delete_in_batches(Mail.objects.filter(created__lt=now - KEPT))


MAILS = Holding(
    code="mails",
    what=_("Mails we sent you"),
    purpose=_("So that you and we can see what you were told."),
    basis=_("Contract with you"),
    kept=_("One year"),
    export=_export,
    erase=_erase,
    purge=_purge,
)

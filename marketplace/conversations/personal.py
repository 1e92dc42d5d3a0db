"""What a buyer wrote to pesantren and they to the buyer (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows, delete_in_batches
from marketplace.conversations.models import Message, Thread

KEPT = timedelta(days=3 * 365)


def _export(person: Any) -> Rows:
    mine = Message.objects.filter(thread__user=person).select_related("thread__partner").order_by("pk")
    return [
        {
            "date": row.created.isoformat(),
            "with": row.thread.partner.name,
            "written_by": row.side,
            "text": row.text,
        }
        for row in mine
    ]


def _erase(person: Any) -> None:
    """The conversations go, with the answers in them: without the questions these say nothing."""
    Thread.objects.filter(user=person).delete()


def _purge(now: datetime) -> int:
    return delete_in_batches(Thread.objects.filter(last_at__lt=now - KEPT))


CONVERSATIONS = Holding(
    code="conversations",
    what=_("Messages between you and pesantren"),
    purpose=_("So that questions about goods and orders are answered."),
    basis=_("Contract with you"),
    kept=_("Three years after the last message"),
    export=_export,
    erase=_erase,
    purge=_purge,
)

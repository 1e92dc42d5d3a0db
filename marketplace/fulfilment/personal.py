"""Photos of faulty goods and of handing over, and names on receipts (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows
from marketplace.fulfilment.models import Acceptance, AcceptancePhoto, HandOverPhoto

PHOTOS_KEPT = timedelta(days=2 * 365)


def _export(person: Any) -> Rows:
    rows = Acceptance.objects.filter(fulfilment__order__user=person).select_related("fulfilment")
    return [
        {
            "part": row.fulfilment.number,
            "signed_name": row.signed_name,
            "signed_at": row.signed_at.isoformat(),
            "note": row.note,
            "photos": row.fulfilment.photos.count(),
            "photos_of_handing_over": row.fulfilment.hand_over_photos.count(),
        }
        for row in rows.order_by("pk")
    ]


def _purge(now: datetime) -> int:
    count = 0
    for kind in (AcceptancePhoto, HandOverPhoto):
        for photo in kind.objects.filter(created__lt=now - PHOTOS_KEPT).iterator():
            photo.file.delete(save=False)
            photo.delete()
            count += 1
    return count


RECEIPTS = Holding(
    code="receipts",
    what=_("Receipts you signed: the name, what you wrote, photos of faulty goods and of how they were sent"),
    purpose=_("They prove what arrived, and decide who is paid."),
    basis=_("Contract with you and with the pesantren"),
    kept=_("The receipt for ten years with its order; photos for two years"),
    export=_export,
    purge=_purge,
)

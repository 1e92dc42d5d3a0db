"""Files of listings that people sent (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from catalogue.imports import services, states
from catalogue.imports.limits import KEPT_DAYS
from catalogue.imports.models import ListingImport
from marketplace.common.personal import Holding, Rows, in_batches


def _export(person: Any) -> Rows:
    rows = ListingImport.objects.filter(by=person).order_by("pk")
    return [{"file": row.name, "state": row.state, "sent": row.uploaded_at.isoformat()} for row in rows]


def _erase(person: Any) -> None:
    ListingImport.objects.filter(by=person).update(by=None, by_name="–", name="–")


def _purge(now: datetime) -> int:
    """The rows with what was typed, and the files of what nobody said yes or no to."""
    ended = 0
    old = ListingImport.objects.filter(uploaded_at__lt=now - timedelta(days=KEPT_DAYS))
    for keys in in_batches(old.exclude(state=states.TAKING)):
        with transaction.atomic():
            for run in ListingImport.objects.filter(pk__in=keys):
                services.forget_files(run=run)
            ListingImport.objects.filter(pk__in=keys).delete()
        ended += len(keys)
    return ended


FILES = Holding(
    code="listing_files",
    what=gettext_lazy("Files of products that you sent for your pesantren, and their photos"),
    purpose=gettext_lazy(
        "To write the products of the pesantren from them, and to say what is wrong in them."
    ),
    basis=gettext_lazy("Contract with the pesantren"),
    kept=gettext_lazy("The file until it is taken over; what stood in it for thirty days"),
    export=_export,
    erase=_erase,
    purge=_purge,
)

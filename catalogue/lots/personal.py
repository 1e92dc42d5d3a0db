"""Names of growers on public passports (see common/personal.py)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from catalogue.lots.models import Grower
from marketplace.common.personal import Holding, Rows, update_in_batches

NAMED = timedelta(days=5 * 365)  # after the last lot (assumed: no law names a time)


def _export(person: Any) -> Rows:
    """What this person recorded. The names in it are other people's, who ask for their own."""
    rows = Grower.objects.filter(recorded_by=person).select_related("partner").order_by("pk")
    return [
        {
            "pesantren": row.partner.name,
            "agreed_on": row.agreed_on,
            "recorded_at": row.recorded_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    ]


def _erase(person: Any) -> None:
    Grower.objects.filter(recorded_by=person).update(recorded_by=None)


def _purge(now: datetime) -> int:
    """Names of which no passport of the last five years tells."""
    old = now - NAMED
    recent = Q(pk__in=Grower.objects.filter(lots__made_to__gte=old.date()).values("pk"))
    stale = Grower.objects.filter(withdrawn_at=None, recorded_at__lt=old).exclude(recent)
    return update_in_batches(stale, name="", guardian="", withdrawn_at=now)


CONSENTS = Holding(
    code="growers",
    what=gettext_lazy(
        "Growers who agreed that the public page of a harvest names them, when and how they agreed"
    ),
    purpose=gettext_lazy("So that buyers see who grew the goods, and nobody is named who did not agree."),
    basis=gettext_lazy("Consent"),
    kept=gettext_lazy("Until they take it back at the pesantren: the name is gone at once; else five years"),
    export=_export,
    erase=_erase,
    purge=_purge,
)

"""Alerts: raised once, ended when they no longer hold. What holds is said by alerts.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.exports import signals
from marketplace.exports.models import Alert, Consignment

Key = tuple[str, str]  # kind, about


def raise_alert(*, consignment: Consignment, kind: str, about: str = "", **details: Any) -> Alert:
    """One open alert of this kind about this thing. Side effects: the row, and a signal the first time."""
    found, made = Alert.objects.get_or_create(
        consignment=consignment, kind=kind, about=about[:60], ended_at=None, defaults={"details": details}
    )
    if made:
        signals.alert_raised.send(Alert, alert=found)
    return found


def end_alerts(*, consignment: Consignment, kind: str, about: str | None = None, **marks: Any) -> None:
    """End the open alerts of this kind (about one thing, or all). `marks` are added to their details."""
    found = Alert.objects.filter(consignment=consignment, kind=kind, ended_at=None)
    for alert in found if about is None else found.filter(about=about[:60]):
        alert.details = {**alert.details, **marks}
        alert.ended_at = timezone.now()
        alert.save(update_fields=["details", "ended_at"])


@transaction.atomic
def bring_in_line(
    *, consignment: Consignment, kinds: set[str], holds: Mapping[Key, dict[str, Any]], now: datetime
) -> None:
    """Of these kinds exactly the alerts of `holds` are open afterwards.

    Side effects: alerts raised (with a signal each) and ended. Two at once raise one.
    """
    held = {(kind, about[:60]) for kind, about in holds}
    for alert in Alert.objects.filter(consignment=consignment, kind__in=kinds, ended_at=None):
        if (alert.kind, alert.about) not in held:
            Alert.objects.filter(pk=alert.pk).update(ended_at=now)
    for (kind, about), details in holds.items():
        raise_alert(consignment=consignment, kind=kind, about=about, **details)

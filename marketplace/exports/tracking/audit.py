"""Folds again what is kept about consignments that events came for, and says what differs."""

from collections.abc import Iterator

from marketplace.exports import states
from marketplace.exports.models import Consignment
from marketplace.exports.services.following import columns
from marketplace.exports.tracking import queries as tracking


def differences() -> Iterator[str]:
    """In words; nothing when all is well. Reads only. What is due after delivery waits for the sweep: not compared."""
    rows = Consignment.objects.filter(events__isnull=False).distinct().select_related("origin", "destination")
    for row in rows.iterator(chunk_size=500):
        must = columns(row, tracking.fold_of(row))
        if row.state == states.DELIVERED:
            must.pop("next_due_at")
            must.pop("next_due")
        for name, value in must.items():
            if getattr(row, name) != value:
                yield f"consignment {row.number}: {name} is {getattr(row, name)}, its events say {value}"

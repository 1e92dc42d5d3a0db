"""Readings of a logger are kept; the same reading sent twice is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment, TemperatureReading
from marketplace.exports.services.looking import look


@dataclass(frozen=True)
class Measured:
    at: datetime
    celsius: Decimal


@transaction.atomic
def keep(*, consignment: Consignment, logger: str, readings: Iterable[Measured], actor: Actor) -> int:
    """How many were new; what is known already never changes.

    Side effects: readings, one history row that says who brought them; an alert (and its signal) where the goods were
    too warm or cold.
    """
    rows = [
        TemperatureReading(consignment=consignment, logger=logger[:40], at=one.at, celsius=one.celsius)
        for one in readings
    ]
    before = consignment.readings.count()
    TemperatureReading.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    new = consignment.readings.count() - before
    if new:
        why = f"temperatures of logger {logger[:40]}: {new} readings"
        machine.record(consignment, consignment.state, consignment.state, actor=actor, why=why)
        look(key=consignment.pk, now=timezone.now())
    return new

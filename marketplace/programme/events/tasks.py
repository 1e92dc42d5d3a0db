"""Background work of events. What is due stands in the database; each is safe to run twice."""

from typing import Any

from celery import shared_task

from marketplace.common.sweeping import each
from marketplace.programme import states
from marketplace.programme.models import BadgeSheet, EventCatalogue, Scheduling
from marketplace.programme.services import badge_sheets, catalogues, schedules


@shared_task(name="programme.make_schedule")
def make_schedule(pk: int) -> None:
    if row := Scheduling.objects.filter(pk=pk).select_related("event", "by").first():
        schedules.make(row=row)


@shared_task(name="programme.make_catalogue")
def make_catalogue(pk: int) -> None:
    rows = EventCatalogue.objects.select_related("event__province", "event__regency")
    if row := rows.filter(pk=pk).first():
        catalogues.make(row=row)


@shared_task(name="programme.make_badges")
def make_badges(pk: int) -> None:
    if row := BadgeSheet.objects.select_related("event").filter(pk=pk).first():
        badge_sheets.make(row=row)


@shared_task(name="programme.sweep_events")
def sweep_events() -> None:
    """Schedules, catalogues and badges whose task was lost, or whose worker died."""
    kinds: list[tuple[Any, Any]] = [
        (Scheduling, make_schedule),
        (EventCatalogue, make_catalogue),
        (BadgeSheet, make_badges),
    ]
    for model, work in kinds:
        waiting = model.objects.filter(state__in=states.UNDER_WAY).order_by("pk")
        each(list(waiting.values_list("pk", flat=True)), work)

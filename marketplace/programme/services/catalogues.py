"""The printable catalogue, made in the background. The EventCatalogue row is the queue, as trying.py says."""

from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.common.queue import enqueue
from marketplace.common.refused import Refused
from marketplace.programme import event_catalogue, states
from marketplace.programme.models import Event, EventCatalogue
from marketplace.programme.services.trying import attempt, note

LOCKS = 0x6361  # the first half of our advisory locks: "ca"


def ask(*, event: Event, language: str, person: Any = None) -> EventCatalogue:
    """Have it made; one that is under way is given back. Side effects: EventCatalogue, a task on commit.

    Raises Refused where nobody comes yet.
    """
    if not event.exhibitors.filter(declined_at=None).exists():
        raise Refused(_("No pesantren is invited yet."))
    steps = event_catalogue.count(event)
    try:
        with transaction.atomic():
            row = EventCatalogue.objects.create(event=event, language=language, steps=steps, by=person)
            enqueue("programme.make_catalogue", row.pk)
            return row
    except IntegrityError:  # one at a time: programme_one_catalogue_making
        return event.catalogues.get(language=language, state__in=states.UNDER_WAY)


def make(*, row: EventCatalogue) -> None:
    """Side effects: progress, the file; older files of this language go; those of trying.attempt."""
    attempt(row, LOCKS, _make)


def _make(row: EventCatalogue) -> None:
    content = event_catalogue.make(row.event, row.language, lambda done: note(row, step=done))
    row.file.save(f"{uuid4()}.pdf", ContentFile(content), save=False)
    note(row, state=states.DONE, file=row.file.name, problem="")
    _forget_older(row)


def _forget_older(row: EventCatalogue) -> None:
    older = EventCatalogue.objects.filter(event=row.event_id, language=row.language, pk__lt=row.pk)
    for one in older.exclude(state__in=states.UNDER_WAY):
        if one.file:
            one.file.delete(save=False)
        one.delete()

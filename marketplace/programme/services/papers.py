"""PDFs of an event, made in the background: catalogue and badges. Their row is the queue, as trying.py says."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from marketplace.common.queue import enqueue
from marketplace.programme import states
from marketplace.programme.models import Event
from marketplace.programme.services.trying import attempt, note

Maker = Callable[[Event, str, Callable[[int], None]], bytes]  # event, language, who hears how far it is


def ask(model: Any, task: str, *, event: Event, language: str, steps: int, person: Any) -> Any:
    """A row of `model` that waits for its worker; one that is under way is given back. Side effects: the row, a task
    on commit."""
    try:
        with transaction.atomic():
            row = model.objects.create(event=event, language=language, steps=steps, by=person)
            enqueue(task, row.pk)
            return row
    except IntegrityError:  # one at a time: a constraint of the model
        return model.objects.get(event=event, language=language, state__in=states.UNDER_WAY)


def make(row: Any, lock: int, maker: Maker) -> None:
    """Side effects: progress, the file; older files of this kind and language go; those of trying.attempt."""

    def work(row: Any) -> None:
        content = maker(row.event, row.language, lambda done: note(row, step=done))
        row.file.save(f"{uuid4()}.pdf", ContentFile(content), save=False)
        note(row, state=states.DONE, file=row.file.name, problem="")
        _forget_older(row)

    attempt(row, lock, work)


def _forget_older(row: Any) -> None:
    older = type(row).objects.filter(event=row.event_id, language=row.language, pk__lt=row.pk)
    for one in older.exclude(state__in=states.UNDER_WAY):
        if one.file:
            one.file.delete(save=False)
        one.delete()

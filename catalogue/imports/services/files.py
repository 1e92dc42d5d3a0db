"""Sending a file, saying yes or no to what it would do, and the end of its keeping."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalogue.imports import queries, states
from catalogue.imports.faults import AnotherRuns, FileError, PhotosError
from catalogue.imports.models import ListingImport
from catalogue.imports.photos import PhotoBox
from catalogue.imports.reading import layout_of
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.pesantren.models import Partner


def upload(
    *,
    partner: Partner,
    key: UUID,
    file: UploadedFile,
    photos: UploadedFile | None,
    person: Any,
    language: str,
) -> ListingImport:
    """Keep a file that looks like one of ours; a worker reads it. The same `key` again gives the same import.

    Raises FileError; ListingImport.DoesNotExist if the key is another pesantren's.
    Side effects: private files, one ListingImport, one history row, a task on commit.
    """
    if found := ListingImport.objects.filter(token=key).first():
        return ListingImport.objects.get(pk=found.pk, partner=partner)
    layout = layout_of(file)
    if photos:
        try:
            PhotoBox(photos)
        except FileError as error:
            raise PhotosError(*error.texts) from error
        photos.seek(0)
    actor = Actor.of(person)
    try:
        with transaction.atomic():
            run = ListingImport.objects.create(
                partner=partner, by=person, by_name=actor.name, language=language, token=key,
                name=(file.name or "")[-150:], layout=layout, file=file, photos=photos or "",
            )  # fmt: skip
            machine.record(run, "", states.UPLOADED, actor=actor)
            enqueue("imports.go_on", run.pk)
    except IntegrityError:  # sent twice at the same moment
        return ListingImport.objects.get(token=key, partner=partner)
    return run


def confirm(*, run: ListingImport, actor: Actor) -> None:
    """A person has seen what it would do: do it. Raises IllegalMove (the second time), AnotherRuns.

    Side effects: state, history row, a task on commit.
    """
    try:
        with transaction.atomic():
            todo = queries.to_take(run).count()
            states.IMPORT.move(run, states.TAKING, actor=actor, rows=todo, done=0)
            enqueue("imports.go_on", run.pk)
    except IntegrityError as error:
        raise AnotherRuns from error


def drop(*, run: ListingImport, actor: Actor) -> None:
    """Nothing of it is taken over. Raises IllegalMove once it is. Side effects: state, history row, its files go."""
    with transaction.atomic():
        states.IMPORT.move(run, states.DROPPED, actor=actor, ended_at=timezone.now())
        forget_files(run=run)


def forget_files(*, run: ListingImport) -> None:
    """The rows tell all that is still needed. Side effects: the files go once this is committed."""
    stored = [(one.storage, one.name) for one in (run.file, run.photos) if one]
    ListingImport.objects.filter(pk=run.pk).update(file="", photos="")
    for storage, name in stored:
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]

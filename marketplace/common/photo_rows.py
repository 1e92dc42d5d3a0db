"""Photos of common.photos as rows of whatever they show: kept once however often they are sent, and removed whole."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.core.files.base import ContentFile
from django.db import transaction


def keep(
    kept: dict[UUID, Any],
    photos: Sequence[bytes],
    *,
    key: UUID,
    most: int,
    make: Callable[[UUID], Any],
) -> int:
    """Save photos (WebP) beside those that are `kept`, at most so many in all. Returns how many came new.

    `key` is the form's: a photo is named by it and by its place, so the same ones sent again are the same rows.
    `make` gives an unsaved row for a name. The caller holds the lock. Side effects: rows and private files.
    """
    new = 0
    for place, content in enumerate(photos):
        name = uuid5(key, str(place))
        if name in kept or len(kept) >= most:
            continue
        kept[name] = make(name)
        kept[name].file.save("photo.webp", ContentFile(content))
        new += 1
    return new


def remove(photo: Any) -> None:
    """Row and, once that holds, file."""
    transaction.on_commit(partial(photo.file.storage.delete, str(photo.file.name)))
    photo.delete()

"""People who can be recognised in a photo of goods: who agreed is recorded, without it the photo does not stay."""

from datetime import date
from typing import Any

from django.db import transaction

from catalogue.models import PhotoConsent, ProductImage
from marketplace.common.actor import Actor
from marketplace.common.states import record

NOBODY, SHOWN = "nobody", "agreed"


def record_people(
    *, image: ProductImage, agreed_by: str, is_guardian: bool, agreed_on: date, how: str, person: Any
) -> PhotoConsent:
    """A person can be recognised here and agreed, or the guardian did (checked by the form).

    Side effects: a row, or the one that is there says this now; one history row without names, which could never be
    deleted.
    """
    facts = {"agreed_by": agreed_by, "is_guardian": is_guardian, "agreed_on": agreed_on, "how": how}
    with transaction.atomic():
        made, _new = PhotoConsent.objects.update_or_create(
            image=image, defaults={**facts, "recorded_by": person}
        )
        record(image, NOBODY, SHOWN, actor=Actor.of(person), why="guardian" if is_guardian else "person")
    return made


def nobody_shown(*, image: ProductImage, actor: Actor) -> bool:
    """Nobody can be recognised after all; false if that was said before. Side effects: the row goes, a history row."""
    with transaction.atomic():
        gone, _rows = PhotoConsent.objects.filter(image=image).delete()
        if gone:
            record(image, SHOWN, NOBODY, actor=actor)
    return bool(gone)

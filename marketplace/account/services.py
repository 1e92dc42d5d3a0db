"""What the buyer does on the page of an order: photos, and the signed receipt."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.core.files.base import ContentFile
from django.db import transaction

from marketplace.common import photo_rows
from marketplace.common.actor import Actor
from marketplace.common.photos import MOST
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Acceptance, AcceptancePhoto, Fulfilment

OPEN = (states.HANDED_OVER, states.DELIVERED)


@transaction.atomic
def keep_photos(*, fulfilment: Fulfilment, photos: Sequence[bytes], drop: Sequence[str], actor: Actor) -> int:
    """Keep photos (WebP from account.photos) while the buyer mends the rest of the form.

    Returns how many were kept: none once the part is signed, never more than 6 in all.
    Side effects: rows and private files come, those named in `drop` (tokens) go.
    """
    locked = Fulfilment.objects.select_for_update(of=("self",)).get(pk=fulfilment.pk)
    if locked.state not in OPEN:
        return 0
    for photo in locked.photos.filter(token__in=drop):
        photo_rows.remove(photo)
    room = MOST - locked.photos.count()
    for content in photos[: max(room, 0)]:
        row = AcceptancePhoto(fulfilment=locked, token=uuid4())
        row.file.save("photo.webp", ContentFile(content))
    return min(len(photos), max(room, 0))


@transaction.atomic
def sign_receipt(
    *,
    fulfilment: Fulfilment,
    actor: Actor,
    signed_name: str,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    note: str,
    photos: Sequence[bytes],
    drop: Sequence[str],
) -> Acceptance:
    """Photos first, then the receipt, or neither.

    Side effects: as keep_photos() and fulfilment.services.sign().

    Raises IllegalMove if somebody signed meanwhile (a second press of the button), BadAcceptance.
    """
    services.lock_to_sign(fulfilment)  # keep_photos locks this part alone
    keep_photos(fulfilment=fulfilment, photos=photos, drop=drop, actor=actor)
    return services.sign(
        fulfilment=fulfilment,
        actor=actor,
        signed_name=signed_name,
        accepted=accepted,
        reasons=reasons,
        note=note,
    )

"""Photos of handing over: the carrier's receipt, or the loaded goods."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction

from marketplace.common import photo_rows
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, HandOverPhoto

MOST = 3
OPEN = (states.PACKED, states.HANDED_OVER, states.DELIVERED)  # the courier's receipt may come later


@transaction.atomic
def keep_hand_over_photos(
    *, fulfilment: Fulfilment, photos: Sequence[bytes], key: UUID, drop: Collection[str] = ()
) -> int:
    """Keep photos (WebP from common.photos), also while the rest of the form is mended. Returns how many came new.

    `key` is the form's: the same photos sent again are the same rows. None before the part is packed or once it is
    signed for, never more than three in all. Side effects: rows and private files come; those named in `drop`
    (tokens) go while the part has not left.
    """
    locked = Fulfilment.objects.select_for_update(of=("self",), no_key=True).get(pk=fulfilment.pk)
    if locked.state not in OPEN:
        return 0
    kept = {photo.token: photo for photo in locked.hand_over_photos.all()}
    if locked.state == states.PACKED:
        for token in [one for one in kept if str(one) in drop]:
            photo_rows.remove(kept.pop(token))
    return photo_rows.keep(
        kept, photos, key=key, most=MOST, make=lambda token: HandOverPhoto(fulfilment=locked, token=token)
    )

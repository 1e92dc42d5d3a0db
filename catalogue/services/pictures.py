"""Changes to the catalogue that reach beyond one row."""

from collections.abc import Iterable

from django.db import connection, transaction

from catalogue import pictures
from catalogue.models import ProductImage


def make_picture_widths(*, images: Iterable[ProductImage]) -> int:
    """Make the WebP widths these rows wait for; returns how many rows got them.

    Side effects: files beside the originals, `width` and `height` of the rows. Safe to run twice.
    Raises pictures.Unreadable.
    """
    waiting = [image for image in images if not image.width]
    sizes = pictures.make_many({image.original.name for image in waiting}, "webp")
    for image in waiting:
        width, height = sizes[image.original.name]
        ProductImage.objects.filter(pk=image.pk).update(width=width, height=height)
    return len(waiting)


def make_all_widths(*, image: ProductImage) -> bool:
    """Make the WebP and AVIF widths of one original and mark every row that shows it.

    True if they are made; False if another worker is making them now. Safe to run twice, and to kill.
    Side effects: files beside the original, `avif_ready` (and the size, if unknown).
    Raises pictures.Unreadable.
    """
    original = image.original.name
    rows = ProductImage.objects.filter(original=original)
    make_picture_widths(images=rows.filter(width=0))  # pages show these while AVIF is being made
    with transaction.atomic():
        if not _taken(original):
            return False
        pictures.make_variants(original, "avif")
        rows.exclude(width=0).update(avif_ready=True)
    return True


def _taken(original: str) -> bool:
    """Whether this original is ours until the transaction ends.

    The lock is on the name, not on the rows: pages may change them while a worker encodes for seconds.
    PostgreSQL frees it when the worker dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('picture'), hashtext(%s))", [original])
        return bool(cursor.fetchone()[0])

"""Changes to the catalogue that reach beyond one row."""

from collections.abc import Iterable

from catalogue import pictures
from catalogue.models import ProductImage


def make_picture_widths(*, images: Iterable[ProductImage]) -> int:
    """Make the WebP widths these rows wait for; returns how many rows got them.

    Side effects: files beside the originals, `width` and `height` of the rows. Safe to run twice.
    """
    waiting = [image for image in images if not image.width]
    sizes = pictures.make_many({image.original.name for image in waiting}, "webp")
    for image in waiting:
        width, height = sizes[image.original.name]
        ProductImage.objects.filter(pk=image.pk).update(width=width, height=height)
    return len(waiting)


def make_avif_widths(*, image: ProductImage) -> None:
    """Make the AVIF widths of one original and mark every row that shows it.

    Side effects: files beside the original, `avif_ready` (and the size, if unknown). Safe to run twice.
    """
    make_picture_widths(images=[image])
    pictures.make_variants(image.original.name, "avif")
    ProductImage.objects.filter(original=image.original.name).exclude(width=0).update(avif_ready=True)

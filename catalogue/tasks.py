"""Background work of the catalogue: smaller pictures. The rows say what is still to do."""

import logging
import time

from celery import shared_task

from catalogue import services
from catalogue.models import ProductImage
from catalogue.pictures import Unreadable

log = logging.getLogger(__name__)
MOST_SECONDS = 120  # a task that takes 300 is killed (celery_settings.py)


@shared_task(name="catalogue.make_variants")
def make_variants(image_id: int) -> None:
    """All widths of one picture, sent after an upload."""
    image = ProductImage.objects.filter(pk=image_id).first()
    if image:
        _make(image)


@shared_task(name="catalogue.sweep_pictures")
def sweep_pictures() -> None:
    """All widths of the pictures that still wait, for two minutes; the next sweep goes on from there."""
    end = time.monotonic() + MOST_SECONDS
    waiting = ProductImage.objects.filter(avif_ready=False).order_by("original", "pk").distinct("original")
    for image in waiting:
        if time.monotonic() > end:
            break
        _make(image)


def _make(image: ProductImage) -> None:
    """One that cannot be read does not hold up the others. It stays in the log until somebody replaces it."""
    try:
        services.make_all_widths(image=image)
    except Unreadable as error:
        log.error("Picture %s of listing %s cannot be shown: %s", image.pk, image.product_id, error)

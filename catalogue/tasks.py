"""Background work of the catalogue: smaller pictures. The rows say what is still to do."""

import logging

from celery import shared_task

from catalogue import services
from catalogue.models import ProductImage

log = logging.getLogger(__name__)


@shared_task(name="catalogue.make_variants")
def make_variants(image_id: int) -> None:
    """All widths of one picture, sent after an upload."""
    image = ProductImage.objects.filter(pk=image_id).first()
    if image:
        services.make_avif_widths(image=image)


@shared_task(name="catalogue.sweep_pictures")
def sweep_pictures() -> None:
    """All widths of every picture that still waits; one that cannot be read does not hold up the others."""
    waiting = ProductImage.objects.filter(avif_ready=False).order_by("original", "pk").distinct("original")
    for image in waiting:
        try:
            services.make_avif_widths(image=image)
        except OSError:
            log.exception("Picture %s cannot be read", image.original.name)

"""The illustrations of the listings."""

from catalogue import services
from catalogue.loading.rows import DATA, Row, Tally, put
from catalogue.models import Product, ProductImage
from catalogue.pictures import store_original
from marketplace.common.queue import enqueue

FOLDER = DATA / "pictures"


def load(tally: Tally, row: Row, product: Product) -> None:
    """One illustration for one listing. A picture the seller put there first stays the first."""
    name = row.text("picture", required=True)
    path = FOLDER / name
    if not path.is_file():
        raise row.fault(f'"picture" names "{name}", which is not in {FOLDER.name}/.')
    original = store_original(path.read_bytes(), path.suffix.lstrip("."))
    values = row.texts("picture_alt", "alt") | {"original": original, "is_illustration": True}
    put(tally, ProductImage, {"product": product, "code": f"illustration-{product.code}"}, values)


def make_widths() -> None:
    """WebP now, so that the first page has pictures; AVIF by the worker."""
    services.make_picture_widths(images=ProductImage.objects.filter(width=0))
    if ProductImage.objects.filter(avif_ready=False).exists():
        enqueue("catalogue.sweep_pictures")

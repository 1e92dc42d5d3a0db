"""Pictures in several widths, as WebP at once and as AVIF (smaller, but slow to make) in the background.

Names follow from the original's name: `products/ab12.webp` → `products/ab12.w480.avif`. Which widths exist
follows from the original's width, so a page needs neither the file system nor another query.
"""

import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from oscar.core.thumbnails import AbstractThumbnailer
from PIL import Image, ImageOps

from catalogue.models import ProductImage

WIDTHS = (240, 360, 480, 720, 960)
QUALITY: dict[str, dict[str, int]] = {
    "webp": {"quality": 78, "method": 4},
    "avif": {"quality": 58, "speed": 8},
}


@dataclass(frozen=True)
class Picture:
    """What components/_picture.html needs."""

    url: str
    webp_srcset: str
    avif_srcset: str
    width: int
    height: int
    alt: str = ""
    is_illustration: bool = False


def variant_name(original: str, width: int, kind: str) -> str:
    return f"{original.rpartition('.')[0]}.w{width}.{kind}"


def widths_of(width: int) -> list[int]:
    """The widths made from an original this wide; never larger than it, and always one."""
    return [candidate for candidate in WIDTHS if candidate <= width] or [WIDTHS[0]]


def picture(image: ProductImage | None) -> Picture | None:
    """A picture for a page; None where there is none. The widths come from the row, not from the disk."""
    if image is None:
        return None
    name, url = image.original.name, default_storage.url
    if not image.width:  # just uploaded, its widths are not made yet
        return Picture(url(name), "", "", 0, 0, image.alt, image.is_illustration)

    def srcset(kind: str) -> str:
        return ", ".join(f"{url(variant_name(name, w, kind))} {w}w" for w in widths_of(image.width))

    middle = variant_name(name, min(480, widths_of(image.width)[-1]), "webp")
    avif = srcset("avif") if image.avif_ready else ""
    return Picture(
        url(middle), srcset("webp"), avif, image.width, image.height, image.alt, image.is_illustration
    )


def store_original(content: bytes, kind: str) -> str:
    """Keep an original under a name that follows from its content; the same picture is kept once."""
    name = f"products/{sha256(content).hexdigest()[:20]}.{kind}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return name


def make_variants(original: str, kind: str) -> tuple[int, int]:
    """Write the missing widths of one original as `kind`; returns the original's width and height."""
    with default_storage.open(original) as file:
        picture = ImageOps.exif_transpose(Image.open(file)).convert("RGB")
    for width in widths_of(picture.width):
        name = variant_name(original, width, kind)
        if not default_storage.exists(name):
            small = picture.resize(
                (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
            )
            buffer = io.BytesIO()
            small.save(buffer, kind.upper(), **QUALITY[kind])
            default_storage.save(name, ContentFile(buffer.getvalue()))
    return picture.size


def make_many(originals: Iterable[str], kind: str) -> dict[str, tuple[int, int]]:
    """Several originals at once: Pillow works outside Python's lock, so threads use every core."""
    names = list(originals)
    with ThreadPoolExecutor(max_workers=4) as pool:
        return dict(zip(names, pool.map(lambda name: make_variants(name, kind), names), strict=True))


class VariantThumbnailer(AbstractThumbnailer):
    """Oscar's thumbnail hook (OSCAR_THUMBNAILER), answered with our widths."""

    def generate_thumbnail(self, source: Any, **options: Any) -> Any:
        """The WebP width next above what was asked ("480x360", "480", "x360"); made now if it is missing."""
        wide, _, high = str(options["size"]).partition("x")
        wanted = int(wide or int(high) * 4 // 3)
        original = str(source)
        width, _ = make_variants(original, "webp")
        fitting = next((w for w in widths_of(width) if w >= wanted), widths_of(width)[-1])
        thumbnail = ContentFile(b"", name=variant_name(original, fitting, "webp"))
        thumbnail.url = default_storage.url(thumbnail.name)  # type: ignore[attr-defined]
        return thumbnail

    def delete_thumbnails(self, source: Any) -> None:
        for width in WIDTHS:
            for kind in QUALITY:
                default_storage.delete(variant_name(str(source), width, kind))

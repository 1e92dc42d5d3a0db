"""Pictures in several widths, as WebP at once and as AVIF (smaller, but slow to make) in the background.

Names follow from the original's name: `products/ab12.webp` → `products/ab12.w480.avif`. Which widths exist
follows from the original's width, so a page needs neither the file system nor another query.
"""

import io
import os
import struct
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from oscar.core.thumbnails import AbstractThumbnailer
from PIL import ExifTags, Image, ImageCms, ImageOps

from catalogue.models import ProductImage

# A width added here: set width=0 and avif_ready=False on the rows, and the sweep makes it for all of them.
WIDTHS = (240, 360, 480, 720, 960, 1280)
QUALITY: dict[str, dict[str, int]] = {
    "webp": {"quality": 78, "method": 4},
    "avif": {"quality": 58, "speed": 6},
}
MOST_PIXELS = 60_000_000  # telephones make 50 million; more is a bomb or no photo
SIDEWAYS = {5, 6, 7, 8}  # EXIF orientations that swap width and height


class Unreadable(Exception):
    """The original is missing, broken, no picture, or too large to be one."""


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
    """The widths made from an original this wide: none larger than it, but always the smallest."""
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
        _write(name, content)
    return name


def forget_original(original: str) -> None:
    """Delete an original and its widths, unless another row still shows it."""
    if ProductImage.objects.filter(original=original).exists():
        return
    for kind in QUALITY:
        for width in WIDTHS:
            default_storage.delete(variant_name(original, width, kind))
    default_storage.delete(original)


def make_variants(original: str, kind: str) -> tuple[int, int]:
    """Write the missing widths of one original as `kind`; returns its width and height, upright.

    Widths that are there are left alone, so a worker that was killed halfway goes on where it stopped.
    Raises Unreadable.
    """
    try:
        with default_storage.open(original) as file, Image.open(file) as opened:
            size = _upright_size(opened)
            names = {width: variant_name(original, width, kind) for width in widths_of(size[0])}
            missing = [width for width, name in names.items() if not default_storage.exists(name)]
            picture = _plain(opened) if missing else opened
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise Unreadable(f"{original}: {error}") from error
    for width in missing:
        height = max(1, round(size[1] * width / size[0]))
        buffer = io.BytesIO()
        picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0).save(
            buffer, kind.upper(), **QUALITY[kind]
        )
        _write(names[width], buffer.getvalue())
    return size


def _upright_size(opened: Image.Image) -> tuple[int, int]:
    """Width and height as people see it: a telephone held upright only notes that it was."""
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError(f"{opened.width} × {opened.height} pixels are too many")
    turned = opened.getexif().get(ExifTags.Base.Orientation, 1) in SIDEWAYS
    return (opened.height, opened.width) if turned else opened.size


def _plain(opened: Image.Image) -> Image.Image:
    """The picture upright, in sRGB, on white where it was transparent, and without notes (place, camera)."""
    # A JPEG is read at a half, quarter or eighth of its size where that is enough: 12 MP in 60 ms.
    opened.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
    ImageOps.exif_transpose(opened, in_place=True)
    picture, profile = opened, opened.info.get("icc_profile")
    if opened.has_transparency_data:
        layer = opened.convert("RGBA")
        picture = Image.new("RGB", layer.size, "white")
        picture.paste(layer, mask=layer)
    elif profile and opened.mode in {"RGB", "CMYK"}:
        picture = _in_srgb(opened, profile)
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    picture.info = {}
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours that the camera meant; as they are, where its profile cannot be read."""
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, meant, shown, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError):
        return picture


def _write(name: str, content: bytes) -> None:
    """The whole file or none: another worker, or one that is killed here, leaves no half picture behind."""
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{get_ident()}")
    part.write_bytes(content)
    part.replace(path)


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

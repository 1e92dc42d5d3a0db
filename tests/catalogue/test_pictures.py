"""Widths of pictures: names follow from the content, and nothing is made twice."""

import io
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image

from catalogue import pictures, services, tasks
from catalogue.models import ProductImage
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db


def drawn(width: int = 800, height: int = 600, kind: str = "WEBP") -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def image_of(content: bytes) -> ProductImage:
    name = pictures.store_original(content, "webp")
    return ProductImage.objects.create(product=make.make_product(), original=name, alt_ind="Sarung")


def test_the_same_picture_is_kept_once() -> None:
    assert pictures.store_original(drawn(), "webp") == pictures.store_original(drawn(), "webp")
    assert len(default_storage.listdir("products")[1]) == 1


def test_no_width_is_larger_than_the_original() -> None:
    assert pictures.widths_of(800) == [240, 360, 480, 720]
    assert pictures.widths_of(1200) == [240, 360, 480, 720, 960]
    assert pictures.widths_of(100) == [240]


def test_webp_first_then_avif() -> None:
    image = image_of(drawn())
    assert pictures.picture(image).webp_srcset == ""
    assert services.make_picture_widths(images=[image]) == 1
    image.refresh_from_db()
    shown = pictures.picture(image)
    assert (shown.width, shown.height, shown.alt) == (800, 600, "Sarung")
    assert [part.split()[1] for part in shown.webp_srcset.split(", ")] == ["240w", "360w", "480w", "720w"]
    assert shown.avif_srcset == ""
    tasks.make_variants(image.pk)
    image.refresh_from_db()
    assert pictures.picture(image).avif_srcset.count(".avif") == 4
    for part in pictures.picture(image).avif_srcset.split(", "):
        name, width = part.split()
        with default_storage.open(name.removeprefix("/media/")) as file:
            found = Image.open(file)
            assert (found.format, found.width) == ("AVIF", int(width[:-1]))


def test_making_widths_twice_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    image = image_of(drawn())
    tasks.sweep_pictures()
    before = sorted(default_storage.listdir("products")[1])

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("written again")

    monkeypatch.setattr(FileSystemStorage, "save", refuse)
    tasks.make_variants(image.pk)
    tasks.sweep_pictures()
    assert sorted(default_storage.listdir("products")[1]) == before


def test_a_picture_that_cannot_be_read_does_not_hold_up_the_others() -> None:
    bad, good = image_of(b"not a picture"), image_of(drawn())
    tasks.sweep_pictures()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.avif_ready, good.avif_ready) == (False, True)


def test_a_page_asks_the_disk_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    image = image_of(drawn())
    image.width, image.height, image.avif_ready = 800, 600, True
    monkeypatch.setattr(FileSystemStorage, "exists", lambda *args: pytest.fail("asked the disk"))
    assert ".w480.webp" in pictures.picture(image).url


def test_oscars_hook_answers_with_our_widths() -> None:
    name = pictures.store_original(drawn(), "webp")
    thumbnailer = pictures.VariantThumbnailer()
    assert thumbnailer.generate_thumbnail(name, size="300x200").url.endswith(".w360.webp")
    assert thumbnailer.generate_thumbnail(name, size="x90").url.endswith(".w240.webp")
    thumbnailer.delete_thumbnails(name)
    assert default_storage.listdir("products")[1] == [name.removeprefix("products/")]

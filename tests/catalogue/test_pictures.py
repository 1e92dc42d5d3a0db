"""Widths of pictures: names follow from the content, and nothing is made twice."""

import io
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.template.loader import render_to_string
from PIL import ExifTags, Image

from catalogue import pictures, services, tasks
from catalogue.models import ProductImage
from tests.common.race import race
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
    assert pictures.widths_of(4000) == [240, 360, 480, 720, 960, 1280]
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

    monkeypatch.setattr(pictures, "_write", refuse)
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


def original_of(picture: Image.Image, kind: str, **options: Any) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return pictures.store_original(buffer.getvalue(), kind.lower())


def shown(original: str, width: int, kind: str = "webp") -> Image.Image:
    with default_storage.open(pictures.variant_name(original, width, kind)) as file:
        found = Image.open(file)
        found.load()
    return found


def test_a_photo_of_twelve_million_pixels_gets_every_width() -> None:
    photo = Image.effect_noise((400, 300), 40).resize((4000, 3000)).convert("RGB")
    original = original_of(photo, "JPEG", quality=85)
    assert pictures.make_variants(original, "webp") == (4000, 3000)
    assert pictures.make_variants(original, "avif") == (4000, 3000)
    for width in (240, 360, 480, 720, 960, 1280):
        for kind in ("webp", "avif"):
            assert shown(original, width, kind).size == (width, width * 3 // 4)


def test_a_telephone_held_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # turn by 90° clockwise
    exif.get_ifd(ExifTags.IFD.GPSInfo)[1] = "S"
    picture = Image.new("RGB", (800, 400), "blue")
    picture.paste("red", (0, 0, 400, 400))  # the left half becomes the upper half
    original = original_of(picture, "JPEG", exif=exif)
    assert pictures.make_variants(original, "webp") == (400, 800)
    found = shown(original, 240)
    assert found.size == (240, 480)
    assert found.getpixel((120, 40))[0] > 200
    assert found.getpixel((120, 440))[2] > 200
    assert not found.getexif(), "where it was taken is nobody's business"


def test_what_is_transparent_becomes_white_and_print_colours_stay() -> None:
    clear = original_of(Image.new("RGBA", (300, 300), (255, 0, 0, 0)), "PNG")
    palette = original_of(Image.new("LA", (300, 300), (0, 0)), "PNG")
    printed = original_of(Image.new("CMYK", (300, 300), (0, 255, 255, 0)), "JPEG")
    for original, expected in ((clear, (255, 255, 255)), (palette, (255, 255, 255)), (printed, (255, 0, 0))):
        pictures.make_variants(original, "webp")
        found = shown(original, 240)
        assert found.mode == "RGB"
        assert all(abs(a - b) < 12 for a, b in zip(found.getpixel((100, 100)), expected, strict=True))


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_broken_file_says_so(content: bytes) -> None:
    with pytest.raises(pictures.Unreadable):
        pictures.make_variants(pictures.store_original(content, "png"), "webp")
    with pytest.raises(pictures.Unreadable):
        pictures.make_variants("products/gone.png", "webp")


def test_half_a_photo_and_a_bomb_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pictures.Unreadable):
        pictures.make_variants(pictures.store_original(drawn(kind="JPEG")[:4000], "jpeg"), "webp")
    monkeypatch.setattr(pictures, "MOST_PIXELS", 800 * 600 - 1)
    with pytest.raises(pictures.Unreadable, match="too many"):
        pictures.make_variants(pictures.store_original(drawn(), "webp"), "webp")
    assert not [name for name in default_storage.listdir("products")[1] if ".w240" in name]


def test_a_worker_killed_halfway_leaves_no_half_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    image, written = image_of(drawn()), []
    write = pictures._write

    def dies(name: str, content: bytes) -> None:
        if len(written) == 6:  # four WebP widths and two AVIF ones
            raise SystemExit
        written.append(name)
        write(name, content)

    with monkeypatch.context() as patch:
        patch.setattr(pictures, "_write", dies)
        with pytest.raises(SystemExit):
            tasks.make_variants(image.pk)
    image.refresh_from_db()
    assert (image.width, image.avif_ready) == (800, False)
    monkeypatch.setattr(
        pictures, "_write", lambda name, content: (written.append(name), write(name, content))
    )
    tasks.sweep_pictures()
    image.refresh_from_db()
    assert image.avif_ready
    assert len(written) == len(set(written)) == 8, "what was there is not made again"
    assert not [name for name in default_storage.listdir("products")[1] if name.startswith(".")]


def test_the_sweep_stops_in_time_and_goes_on_next(monkeypatch: pytest.MonkeyPatch) -> None:
    image_of(drawn())
    monkeypatch.setattr(tasks, "MOST_SECONDS", -1)
    tasks.sweep_pictures()
    assert ProductImage.objects.filter(avif_ready=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_a_picture_once(monkeypatch: pytest.MonkeyPatch) -> None:
    image, made = image_of(drawn()), []
    services.make_picture_widths(images=[image])
    write = pictures._write
    monkeypatch.setattr(pictures, "_write", lambda name, content: (made.append(name), write(name, content)))
    results = race(*[lambda: services.make_all_widths(image=image)] * 3)
    assert True in results
    assert sorted(made) == sorted(
        pictures.variant_name(image.original.name, w, "avif") for w in (240, 360, 480, 720)
    )


def test_the_first_screen_loads_at_once_and_the_rest_when_it_is_near() -> None:
    shown = pictures.Picture("/a.webp", "/a.w240.webp 240w", "/a.w240.avif 240w", 800, 600)
    pages = [
        render_to_string("components/_picture.html", {"picture": shown, "nth": nth})
        for nth in (1, 4, 5, None)
    ]
    assert ['fetchpriority="high"' in page for page in pages] == [True, False, False, False]
    assert ['loading="lazy"' in page for page in pages] == [False, False, True, True]
    assert all('width="800" height="600"' in page and 'type="image/avif"' in page for page in pages)

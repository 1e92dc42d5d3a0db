"""Photos people send (faulty goods, listings): judged by content, written anew with nothing hidden in them."""

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST = 6
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 60_000_000  # telephones make 50 million; more is a bomb or no photo
LONGEST_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")


def clean_photo(file: UploadedFile) -> bytes:
    """The photo as WebP, at most 1600 pixels long, turned upright, without EXIF. Raises ValidationError."""
    name = {"name": file.name}
    if (file.size or 0) > MOST_BYTES:
        raise ValidationError(_("%(name)s is larger than 8 MB."), code="large", params=name)
    try:
        with Image.open(file, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValidationError(_("%(name)s has too many pixels."), code="large", params=name)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is read small, saving memory
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            picture = upright.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(
            _("%(name)s is not a photo we can read. Please use JPEG, PNG or WebP."), code="photo", params=name
        ) from error
    out = BytesIO()
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)  # a new picture has no metadata to carry along
    fresh.save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several photos; gives a list of WebP contents."""

    widget = ManyFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST:
            raise ValidationError(_("At most 6 photos, please."), code="many")
        clean, errors = [], []
        for file in files:
            try:
                clean.append(clean_photo(super().clean(file, initial)))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return clean

"""A paper somebody sends as a proof: PDF, JPG or PNG, judged by its content, not by its name."""

import warnings
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

MOST_BYTES = 5 * 1024 * 1024
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
PICTURES = {"JPEG": "jpg", "PNG": "png"}


def kind_of(file: "File[bytes]") -> str | None:
    """The ending that fits the content: pdf, jpg, png; nothing for anything else."""
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(PICTURES)) as picture:
                picture.verify()
                return PICTURES.get(picture.format or "")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return None
    finally:
        file.seek(0)


class ProofField(forms.FileField):
    """One file of at most 5 MB; `file.kind` tells its ending once it is clean."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not data:
            return file
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 5 MB. Please send a smaller one."), code="size")
        file.kind = kind_of(file)
        if file.kind is None:
            raise ValidationError(
                _("This is not a PDF, JPG or PNG. Please choose another file."), code="kind"
            )
        return file


def private_proof(file: Any) -> FileResponse:
    """The stored proof for this visitor alone. It is saved, never opened in our pages' name."""
    ending = str(file.name).rsplit(".", 1)[-1]
    response = FileResponse(
        file.open("rb"), content_type=TYPES.get(ending, "application/octet-stream"), as_attachment=True
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

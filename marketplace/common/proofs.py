"""A paper somebody sends as a proof: PDF, JPG or PNG, judged by its content, not by its name."""

import warnings
from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

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


class Unreadable(Exception):
    """A PDF that nobody could open. Its text is for people."""


def pages_of(content: bytes) -> int:
    """How many pages a PDF has, once it is known to open. Raises Unreadable."""
    try:
        reader = PdfReader(BytesIO(content))
        is_locked = reader.is_encrypted
        pages = 0 if is_locked else len(reader.pages)
    except DependencyError:  # a strong lock: to open it needs what is not installed
        is_locked, pages = True, 0
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise Unreadable(_("This PDF is damaged and cannot be opened.")) from None
    if is_locked:
        raise Unreadable(_("This PDF is locked with a password. Please send it without one."))
    if not pages:
        raise Unreadable(_("This PDF is damaged and cannot be opened."))
    return pages


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
        if file.kind == "pdf":
            _refuse_unreadable(file)
        return file


def _refuse_unreadable(file: Any) -> None:
    content = file.read()
    file.seek(0)
    try:
        pages_of(content)
    except Unreadable as error:
        raise ValidationError(str(error), code="unreadable") from None


def private_proof(file: Any) -> FileResponse:
    """The stored proof for this visitor alone. It is saved, never opened in our pages' name."""
    ending = str(file.name).rsplit(".", 1)[-1]
    response = FileResponse(
        file.open("rb"), content_type=TYPES.get(ending, "application/octet-stream"), as_attachment=True
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response

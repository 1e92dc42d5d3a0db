"""Files handed out by views that have asked who is there."""

from django.core.files.base import File
from django.http import FileResponse, HttpResponse


def private_picture(file: "File[bytes]") -> FileResponse:
    """A stored WebP for this visitor alone; kept for an hour by the browser, by nobody on the way."""
    response = FileResponse(file.open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def pdf_to_read(content: bytes, name: str) -> HttpResponse:
    """A paper that the browser shows; saved, it is called `name`.pdf."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response

"""Files handed out by views that have asked who is there."""

from collections.abc import Iterable
from typing import IO

from django.core.files.base import File
from django.http import FileResponse, HttpResponse, StreamingHttpResponse


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


PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def private_file(file: "File[bytes]", name: str, kind: str = PDF, to_save: bool = False) -> FileResponse:
    """A stored file for this visitor alone, kept by nobody; the browser shows it, or saves it as `name`."""
    response = FileResponse(file.open("rb"), content_type=kind, filename=name, as_attachment=to_save)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def workbook_to_save(file: IO[bytes], name: str) -> FileResponse:
    """A workbook that the browser saves as `name`.xlsx."""
    return FileResponse(file, content_type=XLSX, as_attachment=True, filename=f"{name}.xlsx")


def csv_to_save(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """A table that the browser saves as `name`.csv, sent while it is read."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

"""Public pictures. Private files (acceptance photos) are served by views that ask who is there."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.utils._os import safe_join
from django.views.decorators.http import require_safe


@require_safe
def public_media(request: HttpRequest, name: str) -> FileResponse:
    """A picture under media/products/, cached for a year: its name changes with its content."""
    if not name.startswith("products/") or ".." in name:
        raise Http404
    try:
        path = safe_join(settings.MEDIA_ROOT, name)
        response = FileResponse(open(path, "rb"))  # noqa: SIM115 - FileResponse closes it
    except (OSError, ValueError) as error:  # not there, a folder, a name too long or with a null byte
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response

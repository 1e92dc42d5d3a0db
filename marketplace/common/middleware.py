"""What no page has to think of."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NullByteMiddleware:
    """An address with a null byte, in its path or its question, names nothing: PostgreSQL and the file system would
    fail at it with an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.META.get("QUERY_STRING", "")
        if "\0" in request.path_info or "\0" in asked or "%00" in asked:
            raise Http404
        return self.get_response(request)

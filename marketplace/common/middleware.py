"""What no page has to think of."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse


class NullByteMiddleware:
    """An address with a null byte names nothing: PostgreSQL and the file system would fail at it with an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)

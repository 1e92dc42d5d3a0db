"""Which company a person acts for now."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from offtakers.access import SESSION_KEY


class CompanyMiddleware:
    """Hands the choice of the session to offtakers.access; no query of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            request.user.company_choice = request.session.get(SESSION_KEY)  # type: ignore[union-attr,attr-defined]
        return self.get_response(request)

"""Pages for what goes wrong outside a view."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: the page was too old, or cookies are off."""
    return render(request, "403_csrf.html", status=403)

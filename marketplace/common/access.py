"""Staff roles. What members of a pesantren may do stands in pesantren/access.py."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

OFFICE = "office"
EXPORT = "export"
PROGRAMME = "programme"  # runs one province's programme; sees no orders and no money
MENTOR = "mentor"  # pendamping: named by the office, lets nobody into the office's pages


def is_staff(user: Any, *roles: str) -> bool:
    """Whether this person is signed in, active, and holds one of these staff roles (office or export, if
    none is named)."""
    return bool(user.is_authenticated and user.is_active and user.staff_role in (roles or (OFFICE, EXPORT)))


def staff_only(*roles: str) -> Callable[..., Any]:
    """Open a page to these staff roles only. Others get the sign-in page, or a 404 if they are signed in:
    an outsider does not learn that the page exists."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_staff(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return inner

    return wrap

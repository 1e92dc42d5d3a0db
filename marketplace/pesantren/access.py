"""What members of a pesantren may see: their own, and nothing else (a wrong id is a 404)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from marketplace.pesantren.models import Partner


def pesantren_of(user: Any) -> QuerySet[Partner]:
    """The pesantren this person works for."""
    if not user.is_authenticated or not user.is_active:
        return Partner.objects.none()
    return Partner.objects.filter(members__user=user).order_by("name", "pk")


def is_member(user: Any) -> bool:
    return pesantren_of(user).exists()


def members_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Open a page to members of a pesantren only; other signed-in people get a 404."""

    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner

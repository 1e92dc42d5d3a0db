"""Rate limits counted in PostgreSQL: one atomic upsert, the same for all web processes."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from marketplace.common.models import Attempt

UPSERT = """
insert into common_attempt (key, count, window_ends) values (%s, 1, %s)
on conflict (key) do update set
    count = case when common_attempt.window_ends <= %s then 1 else common_attempt.count + 1 end,
    window_ends = case when common_attempt.window_ends <= %s then excluded.window_ends
                  else common_attempt.window_ends end
returning count
"""


def too_many(key: str, *, most: int, minutes: int) -> bool:
    """Count one attempt under `key`; true once more than `most` were made within the window."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [key[:160], now + timedelta(minutes=minutes), now, now])
        return bool(cursor.fetchone()[0] > most)


def is_over(key: str, *, most: int) -> bool:
    """Whether `most` attempts under `key` were made in the running window, without counting one more."""
    found = Attempt.objects.filter(key=key[:160], window_ends__gt=timezone.now(), count__gte=most)
    return found.exists()


def address(request: HttpRequest) -> str:
    """The caller's address; behind TRUSTED_PROXIES proxies the one that the outermost of them saw."""
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return str(hops[-settings.TRUSTED_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def limited(name: str, *, most: int, minutes: int) -> Callable[..., Any]:
    """Refuse a POST with a plain 429 page once one address made more than `most` in the window."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and too_many(
                f"{name}:{address(request)}", most=most, minutes=minutes
            ):
                return render(request, "429.html", {"minutes": minutes}, status=429)
            return view(request, *args, **kwargs)

        return inner

    return wrap

"""Rate limits counted in PostgreSQL: one atomic upsert, the same for all web processes."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from marketplace.common.models import Attempt

# Links that are none, from one address: nobody finds one by trying, but may not try for free.
MOST_WRONG, WRONG_MINUTES = 40, 10
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


def slow_down(request: HttpRequest, minutes: int) -> HttpResponse:
    return render(request, "429.html", {"minutes": minutes}, status=429)


def has_guessed(request: HttpRequest, name: str) -> bool:
    """Whether this address tried too many links that are none. Where a hall shares one address, whoever has a right
    link need not be asked this."""
    return is_over(f"{name}:{address(request)}", most=MOST_WRONG)


def wrong_link(request: HttpRequest, name: str) -> HttpResponse:
    """A link that is none: counted, and a 404; of too many the 429 page."""
    if too_many(f"{name}:{address(request)}", most=MOST_WRONG, minutes=WRONG_MINUTES):
        return slow_down(request, WRONG_MINUTES)
    raise Http404


def limited(name: str, *, most: int, minutes: int) -> Callable[..., Any]:
    """Refuse a POST with a plain 429 page once one address made more than `most` in the window."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and too_many(
                f"{name}:{address(request)}", most=most, minutes=minutes
            ):
                return slow_down(request, minutes)
            return view(request, *args, **kwargs)

        return inner

    return wrap

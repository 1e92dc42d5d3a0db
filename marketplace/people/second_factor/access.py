"""Moving money asks for a code: `asks_code` stands above such a view. Reading never asks.

Who has a right to the page is decided before, by staff_only or members_only; this only makes sure that it is really
them, and lately. A code of the last hours counts (SECOND_FACTOR_MINUTES: 12 hours for the office's money, 15 minutes
for where a pesantren is paid).
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from marketplace.people.second_factor import queries, services
from marketplace.people.second_factor.forms import CODE_FIELD, AskForm
from marketplace.people.second_factor.models import SecondFactor

MONEY, ACCOUNT = "money", "account"
PASSED, KEPT = "second-factor", "second-factor-kept"  # names in the session
KEPT_SECONDS = 60 * 60
MOST_KEPT = 40_000  # signs of one form; the longest that asks for a code has some 2,000
NOT_KEPT = {"csrfmiddlewaretoken", CODE_FIELD, "current"}  # a password is typed again
SAFE = {"GET", "HEAD", "OPTIONS"}


def mark_passed(request: HttpRequest) -> None:
    """This session showed a right code just now."""
    factor = queries.factor_of(request.user)
    if factor and factor.on_since:
        request.session[PASSED] = [request.user.pk, factor.on_since.isoformat(), int(time.time())]


def passed_within(request: HttpRequest, factor: SecondFactor, minutes: int) -> bool:
    """Whether this session showed a code of this very app so lately; a reset or a new phone ends it."""
    entry = request.session.get(PASSED)
    if not isinstance(entry, list) or len(entry) != 3 or not factor.on_since:
        return False
    person, since, at = entry
    fits = person == request.user.pk and since == factor.on_since.isoformat()
    return fits and 0 <= time.time() - at <= minutes * 60


def asks_code(kind: str = MONEY, *, on_get: bool = False, needs_app: bool = True) -> Callable[..., Any]:
    """A POST (with `on_get` every request) goes on only after a code within SECOND_FACTOR_MINUTES[kind].

    Asked for in between, everything that was typed is sent again with the code, so nothing is lost; a file must be
    chosen again. Somebody without an app sets one up first, and then goes on where they were. `needs_app=False`:
    whoever has none passes (setting one up). Stands below staff_only or members_only, and below require_POST.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @never_cache
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asks = on_get or request.method not in SAFE
            required = settings.SECOND_FACTOR_REQUIRED or not needs_app
            if asks and required and (stop := _stopped(request, kind, needs_app)):
                return stop
            return view(request, *args, **kwargs)

        inner.asks_code = kind  # type: ignore[attr-defined]  # tests ask
        return inner

    return wrap


def _stopped(request: HttpRequest, kind: str, needs_app: bool) -> HttpResponse | None:
    """The page that stands between, or nothing if the view may go on."""
    factor = queries.factor_of(request.user)
    if needs_app and factor and factor.money_from and factor.money_from > timezone.now():
        return render(request, "people/second_factor/wait.html", {"until": factor.money_from}, status=403)
    if factor is None or not factor.is_on:
        return _set_up_first(request) if needs_app else None
    if passed_within(request, factor, settings.SECOND_FACTOR_MINUTES[kind]):
        return None
    if request.method in SAFE:
        return redirect(_with_next("customer:second-factor-check", request.get_full_path()))
    return _ask(request)


def _with_next(name: str, target: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': target})}"


def _set_up_first(request: HttpRequest) -> HttpResponse:
    if request.method in SAFE:
        return redirect(_with_next("customer:second-factor-set-up", request.get_full_path()))
    keep(request)
    return redirect(_with_next("customer:second-factor-set-up", reverse("customer:second-factor-go-on")))


def values_of(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, but its token and the code."""
    return [(name, one) for name, many in request.POST.lists() if name not in NOT_KEPT for one in many]


def keep(request: HttpRequest) -> None:
    """What was typed waits in the session, on the server, until the app is set up; an hour at most."""
    values = [[name, one] for name, one in values_of(request)]
    if sum(len(name) + len(one) for name, one in values) > MOST_KEPT:
        values = []
    request.session[KEPT] = {"path": request.get_full_path(), "values": values, "at": int(time.time())}


def kept(request: HttpRequest) -> dict[str, Any] | None:
    found = request.session.get(KEPT)
    if not isinstance(found, dict) or time.time() - found.get("at", 0) > KEPT_SECONDS:
        return None
    return found


def _ask(request: HttpRequest) -> HttpResponse | None:
    """A page with one field and all that was typed, hidden; nothing once the code is right."""
    form = AskForm(request.POST if CODE_FIELD in request.POST else None)
    if form.is_bound and form.is_valid() and passes(request, form):
        rest = QueryDict(mutable=True)
        for name, one in values_of(request):
            rest.appendlist(name, one)
        request.POST = rest  # type: ignore[assignment]
        return None
    more = {"form": form, "values": values_of(request), "path": request.get_full_path()}
    more |= {"has_file": bool(request.FILES), **shown_code(request.user)}
    return render(request, "people/second_factor/ask.html", more, status=403)


def passes(request: HttpRequest, form: AskForm) -> bool:
    """Check the code of the form; why not stands beside its field."""
    try:
        services.check(person=request.user, typed=form.cleaned_data[CODE_FIELD])
    except services.Refused as refused:
        form.refuse(refused.code, queries.factor_of(request.user))
        return False
    mark_passed(request)
    return True


def shown_code(person: Any) -> dict[str, Any]:
    """For the people of the demonstration: the code that their app would show, since nobody has their phone."""
    return {"demo_code": services.demo_code(person)}

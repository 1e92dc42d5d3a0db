"""Two-step verification: the page about it, setting up, recovery codes, switching off, and asking for a code."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.ratelimit import limited
from marketplace.people.models import User
from marketplace.people.second_factor import access, codes, queries, services, sign_in
from marketplace.people.second_factor.forms import CODE_FIELD, AskForm, PasswordForm, SetUpForm

form_page = require_http_methods(["GET", "HEAD", "POST"])
SEED = "second-factor-seed"  # in the session: what the QR code was made from, the same after a reload


def _me(request: HttpRequest) -> User:
    """The signed-in person, behind login_required."""
    return cast(User, request.user)


def _next(request: HttpRequest) -> str:
    """Where to afterwards, if it lies on this site."""
    target = request.POST.get("next") or request.GET.get("next", "")
    fine = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if fine else ""


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"people/second_factor/{template}.html", context)


@require_safe
@never_cache
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Is it on, since when, how many recovery codes are left, and what can be done."""
    factor = queries.factor_of(request.user)
    left = queries.codes_left(factor) if factor and factor.is_on else 0
    return _page(request, "overview", factor=factor, left=left, few=left <= 3)


@form_page
@never_cache
@login_required
@sensitive_post_parameters("current", CODE_FIELD)
@access.asks_code(access.ACCOUNT, on_get=True, needs_app=False)
@limited("second-factor", most=60, minutes=60)
def set_up(request: HttpRequest) -> HttpResponse:
    """QR code, secret, one code; then the recovery codes, once. With an app already: another phone in its place."""
    person, target = _me(request), _next(request)
    seed = request.session.setdefault(SEED, codes.new_seed())
    form = SetUpForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            shown = services.switch_on(person=person, seed=seed, typed=form.cleaned_data[CODE_FIELD])
        except services.Refused as refused:
            form.refuse(refused.code)
        else:
            request.session.pop(SEED, None)
            access.mark_passed(request)
            return _codes(request, shown, target)
    key = codes.secret(person_id=person.pk, seed=seed, mark=codes.newest_mark())
    link = codes.address(key, person.email or person.phone or str(person.pk))
    more = {"form": form, "target": target, "link": link, "picture": codes.picture(link)}
    return _page(request, "set_up", key=codes.in_fours(key), is_on=queries.is_on(person), **more)


def _codes(request: HttpRequest, shown: list[str], target: str) -> HttpResponse:
    """On this answer alone: they are kept nowhere in a form that could be shown again."""
    text = "\r\n".join([f"{settings.OSCAR_SHOP_NAME}: {request.user}", "", *shown, ""])
    return _page(request, "codes", codes=shown, text=text, target=target or reverse("customer:second-factor"))


@form_page
@never_cache
@login_required
@sensitive_post_parameters("current")
@access.asks_code(access.ACCOUNT, on_get=True, needs_app=False)
def renew_codes(request: HttpRequest) -> HttpResponse:
    return _with_password(request, "renew")


@form_page
@never_cache
@login_required
@sensitive_post_parameters("current")
@access.asks_code(access.ACCOUNT, on_get=True, needs_app=False)
def switch_off(request: HttpRequest) -> HttpResponse:
    return _with_password(request, "off")


def _with_password(request: HttpRequest, what: str) -> HttpResponse:
    """The code was asked just before (asks_code); here the password."""
    person = _me(request)
    if not queries.is_on(person):
        return redirect("customer:second-factor")
    form = PasswordForm(request.POST or None, person=person)
    if form.is_valid():
        if what == "renew":
            return _codes(request, services.renew_codes(person=person), "")
        services.switch_off(person=person)
        messages.success(request, _("Two-step verification is off."))
        return redirect("customer:second-factor")
    return _page(request, what, form=form)


@form_page
@never_cache
@login_required
@sensitive_post_parameters(CODE_FIELD)
@limited("second-factor-check", most=60, minutes=15)
def check(request: HttpRequest) -> HttpResponse:
    """Asked before a page that moves money; afterwards the page itself."""
    target = _next(request)
    if not queries.is_on(request.user):
        return redirect("customer:second-factor-set-up")
    form = AskForm(request.POST or None)
    if form.is_valid() and access.passes(request, form):
        return redirect(target or "customer:second-factor")
    return _page(request, "check", form=form, target=target, **access.shown_code(request.user))


@require_safe
@never_cache
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """Back to the form that was sent before the app was set up, with all that was typed."""
    found = access.kept(request)
    if found is None:
        return redirect("account:home")
    return _page(request, "go_on", path=found["path"], values=found["values"])


@form_page
@never_cache
@sensitive_post_parameters(CODE_FIELD)
@limited("sign-in-code", most=30, minutes=15)
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    found = sign_in.pending(request)
    if found is None:
        return redirect("customer:login")
    person, target = found
    form = AskForm(request.POST or None)
    if form.is_valid():
        try:
            services.check(person=person, typed=form.cleaned_data[CODE_FIELD])
        except services.Refused as refused:
            form.refuse(refused.code, queries.factor_of(person))
        else:
            sign_in.finish(request, person)
            return redirect(target or settings.LOGIN_REDIRECT_URL)
    return _page(request, "sign_in", form=form, **access.shown_code(person))

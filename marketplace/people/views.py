"""Signing in and out, signing up, passwords, the profile."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.ratelimit import limited, too_many
from marketplace.people import services
from marketplace.people.forms import (
    ChangeEmailForm,
    ChangePasswordForm,
    ForgottenForm,
    NewPasswordForm,
    ProfileForm,
    SignInForm,
    SignUpForm,
)
from marketplace.people.models import User
from marketplace.people.queries import sign_in_name
from marketplace.people.second_factor import sign_in as second_step
from marketplace.people.second_factor.queries import is_on


def _me(request: HttpRequest) -> User:
    """The signed-in person, behind login_required."""
    return cast(User, request.user)


form_page = require_http_methods(["GET", "HEAD", "POST"])

# The sign-ins of the demonstration (made by `demo_people`, above this floor; a test compares the two).
DEMO_PEOPLE = [
    ("buyer@example.com", gettext_lazy("A buyer")),
    ("katering@example.com", gettext_lazy("A catering company that pays after 30 days")),
    ("importer@example.com", gettext_lazy("An importer in Dubai")),
    ("approver@example.com", gettext_lazy("The importer's colleague who agrees to large purchases")),
    ("pesantren@example.com", gettext_lazy("A pesantren: fruit and vegetables")),
    ("pesantren2@example.com", gettext_lazy("A pesantren: sarongs and fashion")),
    ("pesantren3@example.com", gettext_lazy("A pesantren: coffee")),
    ("eksportir@example.com", gettext_lazy("A fictional exporter that composes offers")),
    ("office@example.com", gettext_lazy("The programme office")),
    ("office2@example.com", gettext_lazy("A second person of the office")),
    ("export@example.com", gettext_lazy("The export coordinator")),
    ("export2@example.com", gettext_lazy("A second export coordinator")),
    ("petugas98@example.com", gettext_lazy("An officer of an invented province")),
]


def _safe_next(request: HttpRequest, target: str) -> str:
    """`target` if it lies on this site, else nothing."""
    fine = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if fine else ""


def _page(
    request: HttpRequest, template: str, form: Any = None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page with a form. Where the address itself is a secret it never leaves in a Referer, whole or not
    (no-referrer would make browsers send "Origin: null", which the protection of forms refuses)."""
    response = render(request, f"people/{template}.html", {"form": form, **context}, status=status)
    if context.get("secret_address"):
        response["Referrer-Policy"] = "strict-origin"
    return response


@form_page
@never_cache
@sensitive_post_parameters("password")
@limited("sign-in", most=30, minutes=15)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in; the guest's basket comes along (Oscar's middleware merges it by its cookie)."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    target = _safe_next(request, wanted)
    if request.user.is_authenticated:
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    form = SignInForm(request.POST or None, request=request, initial={"next": target})
    if form.is_valid():
        if is_on(form.person):
            second_step.begin(request, form.person, target)
            return redirect("customer:sign-in-code")
        login(request, form.person)
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    demo = DEMO_PEOPLE if settings.DEMO else []
    return _page(request, "sign_in", form, target=target, demo=demo, demo_password=settings.DEMO_PASSWORD)


@form_page
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """Signing out changes something, so a mere link only asks."""
    if request.method == "POST":
        logout(request)
        messages.success(request, _("You are signed out."))
        return redirect(settings.LOGOUT_REDIRECT_URL)
    if not request.user.is_authenticated:
        return redirect(settings.LOGOUT_REDIRECT_URL)
    return _page(request, "sign_out")


@form_page
@never_cache
@sensitive_post_parameters("password")
@limited("sign-up", most=10, minutes=60)
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account. The next page reads the same whether the address was new or known."""
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = SignUpForm(request.POST or None, initial={"language": get_language()})
    if form.is_valid():
        services.register(new=services.NewPerson(**form.cleaned_data))
        target = _safe_next(request, request.GET.get("next", ""))
        request.session["signed-up-next"] = target
        return redirect("customer:registered")
    return _page(request, "sign_up", form)


@require_safe
@never_cache
def signed_up(request: HttpRequest) -> HttpResponse:
    return _page(request, "signed_up", target=request.session.get("signed-up-next", ""))


@form_page
@never_cache
@limited("forgotten", most=10, minutes=60)
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a new password. The answer is always the same; too many asks for one name are dropped."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        name = form.cleaned_data["name"]
        if not too_many(f"forgotten-name:{sign_in_name(name)}", most=4, minutes=60):
            services.ask_reset(name=name)
        return redirect("customer:password-reset-sent")
    return _page(request, "forgotten", form)


@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    return _page(request, "forgotten_sent", operator=settings.OPERATOR)


@form_page
@never_cache
@sensitive_post_parameters("password")
@limited("new-password", most=20, minutes=60)
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a password by the link of a mail; the link works once, for 24 hours."""
    person = services.person_of_reset(uid=uid, token=token)
    if person is None:
        return _page(request, "link_dead", status=410, secret_address=True, again="customer:password-reset")
    form = NewPasswordForm(request.POST or None, person=person)
    if form.is_valid():
        services.set_password(person=person, password=form.cleaned_data["password"])
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("customer:login")
    return _page(request, "new_password", form, secret_address=True)


@form_page
@never_cache
@login_required
@limited("profile", most=30, minutes=60)
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, person=_me(request))
    if form.is_valid():
        try:
            services.update_profile(person=form.person, **form.cleaned_data)
        except services.RefusedError:
            form.add_error("phone", _("This number cannot be used here. Please write to the office."))
            _me(request).refresh_from_db()
        else:
            messages.success(request, _("Your profile is saved."))
            return redirect("customer:profile")
    return _page(request, "profile", form)


@form_page
@never_cache
@login_required
@sensitive_post_parameters("current", "password")
def change_password(request: HttpRequest) -> HttpResponse:
    """This session goes on; all others end, since their stored hash no longer fits."""
    form = ChangePasswordForm(request.POST or None, person=_me(request))
    if form.is_valid():
        services.set_password(person=form.person, password=form.cleaned_data["password"])
        update_session_auth_hash(request, form.person)
        messages.success(request, _("Your password is changed. Other devices were signed out."))
        return redirect("customer:profile")
    return _page(request, "change_password", form)


@form_page
@never_cache
@login_required
@sensitive_post_parameters("current")
@limited("change-email", most=10, minutes=60)
def change_email(request: HttpRequest) -> HttpResponse:
    form = ChangeEmailForm(request.POST or None, person=_me(request))
    if form.is_valid():
        services.ask_email_change(person=form.person, email=form.cleaned_data["email"])
        messages.success(
            request,
            _("We sent a link to %(email)s. Your address changes once you open it, within 24 hours.")
            % {"email": form.cleaned_data["email"]},
        )
        return redirect("customer:profile")
    return _page(request, "change_email", form)


@form_page
@never_cache
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail shows a button: programs that open links in mails must not change anything."""
    try:
        person, email = services.read_email_token(token)
        if request.method == "POST":
            services.confirm_email(token=token)
            messages.success(request, _("Your new e-mail address is set."))
            return redirect(resolve_url("customer:profile"))
    except services.RefusedError:
        return _page(request, "link_dead", status=410, secret_address=True, again="customer:change-email")
    return _page(request, "confirm_email", secret_address=True, email=email, person=person)

"""A person's own data: what is kept, a copy to take along, and the end of the account."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common import personal
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.people import data_services, states
from marketplace.people.forms import DeleteAccountForm
from marketplace.people.models import DataRequest, User


def _mine(request: HttpRequest) -> Any:
    return DataRequest.objects.filter(user=cast(User, request.user))


@require_safe
@never_cache
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """What is kept and why, the copies asked for, and whether the account is about to end."""
    copies = list(_mine(request).filter(kind=DataRequest.COPY)[:5])
    context = {
        "holdings": personal.holdings(),
        "copies": copies,
        "is_making": any(copy.state == states.ASKED for copy in copies),
        "erasure": _mine(request).filter(kind=DataRequest.ERASURE, state=states.ASKED).first(),
    }
    return render(request, "people/data.html", context)


@require_POST
@login_required
@limited("data-copy", most=5, minutes=60)
def ask_copy(request: HttpRequest) -> HttpResponse:
    data_services.ask_copy(person=cast(User, request.user))
    messages.success(
        request, _("We are writing your copy. It stands here in a minute; we also send you a mail.")
    )
    return redirect("customer:data")


@require_safe
@never_cache
@login_required
def copy_file(request: HttpRequest, token: str) -> HttpResponse | FileResponse:
    """The file, for its own person only, as long as it is kept."""
    found = get_object_or_404(_mine(request), token=token, state=states.READY)
    if not found.file:
        raise Http404
    name = f"pasar-pesantren-{found.asked_at:%Y-%m-%d}.json"
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/json"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_post_parameters("current")
@limited("delete-account", most=10, minutes=60)
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks for the password; says what goes, what stays and why, and what still hinders."""
    person = cast(User, request.user)
    form = DeleteAccountForm(request.POST or None, person=person)
    if form.is_valid():
        try:
            data_services.ask_erasure(person=person)
        except data_services.NotYet as refused:
            for reason in refused.reasons:
                form.add_error(None, reason)
        else:
            return redirect("customer:data")
    context = {"form": form, "reasons": personal.hindrances(person), "holdings": personal.holdings()}
    return render(request, "people/delete.html", context)


@require_POST
@login_required
def keep_account(request: HttpRequest) -> HttpResponse:
    """Changed my mind."""
    found = _mine(request).filter(kind=DataRequest.ERASURE, state=states.ASKED).first()
    if found:
        try:
            data_services.withdraw(request=found, actor=Actor.of(request.user))
            messages.success(request, _("Your account stays as it is."))
        except IllegalMove:
            raise Http404 from None
    return redirect("customer:data")

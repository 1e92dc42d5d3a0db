"""The address book of a signed-in buyer. Somebody else's address is not found."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checkout.forms import AddressForm
from checkout.prefill import kept_contact, person_of
from marketplace.people.phones import for_people
from marketplace.reference import queries, services

ASKED = {"ask_email": False, "ask_place": True}


@require_safe
@never_cache
@login_required
def addresses(request: HttpRequest) -> HttpResponse:
    """At most MOST rows, so no pages."""
    book = list(queries.addresses(request.user))
    context = {"book": book, "is_full": len(book) >= services.MOST, "most": services.MOST}
    return render(request, "account/addresses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_post_parameters()
def address_new(request: HttpRequest) -> HttpResponse:
    form = _form(request, person_of(request.user))
    if form.is_valid():
        try:
            services.keep(user=request.user, contact=form.contact())
        except services.BookFull:
            text = _("You keep %(most)s addresses already. Delete one that you do not need any more.")
            form.add_error(None, text % {"most": services.MOST})
        else:
            messages.success(request, _("The address is kept."))
            return redirect("account:addresses")
    return render(request, "account/address.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_post_parameters()
def address_edit(request: HttpRequest, address_id: int) -> HttpResponse:
    address = _own(request, address_id)
    contact = kept_contact(address)
    form = _form(request, contact | {"phone": for_people(contact["phone"])})
    if form.is_valid():
        try:
            services.change(address=address, contact=form.contact())
        except services.SameAddress:
            form.add_error(None, _("You keep this address already."))
        else:
            messages.success(request, _("The address is changed. Orders you have placed keep the old one."))
            return redirect("account:addresses")
    return render(request, "account/address.html", {"form": form, "address_id": address_id})


def _form(request: HttpRequest, initial: dict[str, Any]) -> AddressForm:
    """The form as it is sent or opened; with the button "show", what was typed and the kecamatan for it."""
    if request.method != "POST":
        return AddressForm(initial=initial, **ASKED)
    if "show" in request.POST:
        return AddressForm(initial=request.POST.dict(), **ASKED)
    return AddressForm(request.POST, **ASKED)


@require_POST
@login_required
def address_default(request: HttpRequest, address_id: int) -> HttpResponse:
    services.make_default(address=_own(request, address_id))
    messages.success(request, _("This address stands first at the checkout now."))
    return redirect("account:addresses")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def address_delete(request: HttpRequest, address_id: int) -> HttpResponse:
    """The page asks first."""
    address = _own(request, address_id)
    if request.method == "POST":
        services.forget(address=address)
        messages.success(request, _("The address is deleted. Orders you have placed keep it."))
        return redirect("account:addresses")
    return render(request, "account/address_delete.html", {"address": address})


def _own(request: HttpRequest, address_id: int) -> Any:
    return get_object_or_404(queries.addresses(request.user), pk=address_id)

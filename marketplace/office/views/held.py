"""Money that is held for long: a list, and the decision to keep it until a day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.fulfilment import held_too_long, services
from marketplace.office import page
from marketplace.office.held_forms import KeepForm


@staff_only(OFFICE)
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    found = page.paged(request, held_too_long.long_held(request.user))
    rows = [held_too_long.row(part) for part in found["page_obj"]]
    return render(request, "office/held.html", page.context(request, "held", rows=rows, **found))


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def keep_held(request: HttpRequest, number: str) -> HttpResponse:
    """Keep it until a day, with a reason; delivered or declined it is on the part's own page."""
    part = get_object_or_404(held_too_long.long_held(request.user), number=number)
    form = KeepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.keep_held(
                fulfilment=part, until=data["until"], why=data["why"], actor=Actor.of(request.user)
            )
            messages.success(request, _("Noted. You are asked again after that day."))
        except services.NotHeld:
            messages.info(request, _("Nothing of this part is held any more."))
        return redirect("office:held")
    more = {"form": form, "row": held_too_long.row(part)}
    return render(request, "office/keep_held.html", page.context(request, "held", **more))

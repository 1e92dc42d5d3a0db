"""Libur: the days on which a pesantren prepares nothing. What is ordered meanwhile is promised for later."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.pesantren import services
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Closure
from marketplace.reference.working_days import today
from marketplace.workspace.forms import DaysOffForm
from marketplace.workspace.page import context


@members_only
def days_off(request: HttpRequest, code: str) -> HttpResponse:
    """The days off of one pesantren: those to come, a form for more, and one tap to be open again."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    actor = Actor.of(request.user)
    ahead = Closure.objects.filter(partner=partner, last__gte=today()).order_by("first", "pk")
    if request.method == "POST" and "open" in request.POST:
        wanted = request.POST["open"]
        found = get_object_or_404(ahead, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
        services.open_again(closure=found, on=today(), actor=actor)
        messages.success(request, _("Open again. Buyers see the new dates."))
        return redirect("workspace:days-off", partner.code)
    form = DaysOffForm(request.POST or None, initial={"first": today()})
    if request.method == "POST" and form.is_valid():
        services.close(partner=partner, actor=actor, **form.cleaned_data)
        messages.success(request, _("Noted. Buyers see dates after your days off."))
        return redirect("workspace:days-off", partner.code)
    more = {"partner": partner, "form": form, "ahead": ahead[:50], "today": today()}
    return render(request, "workspace/days_off.html", context(request, "products", **more))

"""Growers who agreed to be named on passports; a consent is taken back in one tap."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.lots import queries, services
from marketplace.common.actor import Actor
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.reference.working_days import today
from marketplace.workspace.consent_forms import GrowerForm
from marketplace.workspace.page import context, page_of


@members_only
def growers(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    form = GrowerForm(request.POST or None, initial={"agreed_on": today()})
    if request.method == "POST" and form.is_valid():
        services.add_grower(partner=partner, person=request.user, **form.cleaned_data)
        messages.success(request, _("Recorded. Choose the name in a lot to show it there."))
        return redirect("workspace:growers", partner.code)
    page = page_of(request, queries.growers_of(request.user).filter(partner=partner))
    more = {"partner": partner, "form": form, "page_obj": page, "page_base": "?page="}
    return render(request, "workspace/growers.html", context(request, "products", **more))


@members_only
@require_POST
def withdraw_grower(request: HttpRequest, pk: int) -> HttpResponse:
    grower = get_object_or_404(queries.growers_of(request.user), pk=pk)
    if services.withdraw_grower(grower=grower, actor=Actor.of(request.user)):
        messages.success(request, _("Taken back. No page shows the name any more, and we have deleted it."))
    else:
        messages.info(request, _("Nothing was changed: this was done already."))
    return redirect("workspace:growers", grower.partner.code)

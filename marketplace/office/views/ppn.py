"""The office says which pesantren is registered for PPN (PKP): its quotes, contracts and invoices say it then."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import history
from marketplace.office import page
from marketplace.office.exporter_forms import PpnForm
from marketplace.pesantren.models import Partner
from marketplace.pesantren.services import ppn as services


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def ppn(request: HttpRequest, code: str) -> HttpResponse:
    """Asks by which paper, and turns it round. `now` is what the page showed: pressed twice changes nothing."""
    found = get_object_or_404(Partner.objects.select_related("regency"), code=code)
    form = PpnForm(request.POST or None, initial={"now": found.tax_registered})
    if request.method == "POST" and form.is_valid():
        services.set_registered(
            partner=found,
            registered=not form.cleaned_data["now"],
            actor=Actor.of(request.user),
            why=form.cleaned_data["why"],
        )
        messages.success(request, _("Written down. It holds for new quotes and orders."))
        return redirect("office:pesantren", found.code)
    steps = [services.REGISTERED, services.NOT_REGISTERED]
    more = {
        "partner": found,
        "form": form,
        "steps": history(found).filter(after__in=steps).order_by("-at")[:10],
    }
    return render(request, "office/ppn.html", page.context(request, "pesantren-list", **more))

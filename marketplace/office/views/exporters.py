"""The office says which pesantren may compose offers from many and sign with buyers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import history
from marketplace.office import page
from marketplace.office.exporter_forms import ExporterForm
from marketplace.pesantren.models import Partner
from marketplace.sourcing.services import exporters

REFUSED = {
    "sells": gettext_lazy("It does not sell here yet, so nothing can be ordered from it."),
    "class": gettext_lazy("There is no kind of goods for services. Load the catalogue first."),
}


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def exporter(request: HttpRequest, code: str) -> HttpResponse:
    """Asks why, and makes it an exporter or ends that."""
    found = get_object_or_404(Partner.objects.select_related("regency"), code=code)
    form = ExporterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        call = {"partner": found, "actor": Actor.of(request.user), "why": form.cleaned_data["why"]}
        try:
            if found.is_exporter:
                exporters.end_exporter(**call)
                messages.success(request, _("It composes no new offers. Contracts that it signed go on."))
            else:
                exporters.make_exporter(**call)
                messages.success(request, _("It may compose offers and sign with buyers now."))
        except exporters.ExporterError as refused:
            form.add_error(None, REFUSED[refused.code])
        else:
            return redirect("office:pesantren", found.code)
    steps = [exporters.EXPORTER, exporters.NO_EXPORTER]
    more = {
        "partner": found,
        "form": form,
        "steps": history(found).filter(after__in=steps).order_by("-at")[:10],
    }
    return render(request, "office/exporter.html", page.context(request, "pesantren-list", **more))

"""Officers of the home province's programme: named and ended by the operator's office."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.office import page
from marketplace.office.mentor_forms import NamePersonForm
from marketplace.programme.access import province_of
from marketplace.programme.models import Officer
from marketplace.programme.services import officers as services
from marketplace.reference.models import Province

REFUSED = {
    "staff": gettext_lazy("This person has another role. An officer has none."),
    "other": gettext_lazy("This person runs another province's programme."),
}


def _home(request: HttpRequest) -> Province:
    found = province_of(request.user)
    if found is None:
        raise Http404
    return found


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("name-officer", most=60, minutes=60)
def officers(request: HttpRequest) -> HttpResponse:
    """All officers of the own province; a POST names one more."""
    province, form = _home(request), NamePersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person, actor = form.cleaned_data["name"], Actor.of(request.user)
        try:
            services.name_officer(person=person, province=province, actor=actor)
        except services.OfficerError as refused:
            form.add_error("name", REFUSED[refused.code])
        else:
            messages.success(request, _("Named. This person sees the programme, and no orders or money."))
            return redirect("office:programme-officers")
    rows = Officer.objects.filter(province=province).select_related("user").order_by("user__name", "pk")
    more = {"province": province, "form": form, **page.paged(request, rows)}
    return render(request, "office/programme/officers.html", page.context(request, "programme", **more))


@staff_only(OFFICE)
@require_POST
def end_officer(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Officer.objects.filter(province=_home(request)).select_related("province")
    services.end_officer(officer=get_object_or_404(rows, pk=pk), actor=Actor.of(request.user))
    messages.success(request, _("No officer any more."))
    return redirect("office:programme-officers")

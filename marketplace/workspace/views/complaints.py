"""Complaints that concern a member's pesantren: to read, and to add the pesantren's own view."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.complaints import history, queries, services
from marketplace.complaints.forms import TextForm
from marketplace.pesantren.access import members_only
from marketplace.workspace.page import context, page_of


@require_safe
@members_only
def complaints(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.for_members(request.user))
    rows = [(one, history.TONES.get(one.state, "")) for one in page]
    more = {"rows": rows, "page_obj": page, "page_base": "?page="}
    return render(request, "workspace/complaints.html", context(request, "complaints", **more))


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@limited("complaint-view", most=20, minutes=60)
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(queries.for_members(request.user), number=number)
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_view(
                complaint=found, text=data["text"], key=data["key"], actor=Actor.of(request.user)
            )
            messages.success(request, _("Your view is added. The office and the complainant read it."))
        except IllegalMove:
            messages.info(request, _("This complaint has ended; nothing can be added."))
        return redirect("workspace:complaint", number)
    more = {
        "complaint": found,
        "form": form,
        "entries": history.entries(found),
        "steps": history.steps(found),
        "tone": history.TONES.get(found.state, ""),
    }
    return render(request, "workspace/complaint.html", context(request, "complaints", **more))

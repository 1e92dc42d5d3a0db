"""Complaints: what waits for an answer, one complaint, and the conversation it is about while it is open."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.complaints import history, queries, services, states
from marketplace.complaints.forms import TextForm
from marketplace.complaints.models import Complaint
from marketplace.conversations import page as talk
from marketplace.conversations.services import note_office_reading
from marketplace.office import page
from marketplace.office.views.steps import moves_of
from marketplace.orders.models import Order

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _found(request: HttpRequest, number: str) -> Complaint:
    return get_object_or_404(queries.for_office(request.user), number=number)


@staff_only(OFFICE)
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """What waits, the longest due first; one state, or all, by ?state=."""
    labels = {"": _("Waiting for us"), **dict(states.CHOICES), "all": _("All")}
    for one in states.WAITING:
        del labels[one]
    state = request.GET.get("state", "")
    rows = queries.for_office(request.user)
    if state not in labels or not state:
        state, rows = "", rows.filter(state__in=states.WAITING)
    elif state != "all":
        rows = rows.filter(state=state)
    found = page.paged(request, rows, state=state)
    found["rows"] = [(one, history.TONES.get(one.state, "")) for one in found["page_obj"]]
    more = {"state": state, "labels": labels.items(), **found}
    return render(request, "office/complaints/list.html", page.context(request, "complaints", **more))


@staff_only(OFFICE)
@form_page
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """Read it and answer it."""
    found = _found(request, number)
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, actor = form.cleaned_data["text"], Actor.of(request.user)
        try:
            services.answer(complaint=found, text=text, actor=actor)
            messages.success(request, _("Answered. Both sides have been told."))
        except IllegalMove:
            messages.warning(request, _("Nothing was changed: this complaint does not wait for an answer."))
        return redirect("office:complaint", number)
    more: dict[str, Any] = {
        "complaint": found,
        "form": form,
        "entries": history.entries(found),
        "tone": history.TONES.get(found.state, ""),
        "waits": found.state in states.WAITING,
        "may_close": found.state == states.ANSWERED,
        "has_thread": queries.thread_of(request.user, found) is not None,
        "steps": moves_of(found, dict(states.CHOICES), states.WHYS),
    }
    return render(request, "office/complaints/complaint.html", page.context(request, "complaints", **more))


@staff_only(OFFICE)
@form_page
def close_complaint(request: HttpRequest, number: str) -> HttpResponse:
    """An answered complaint is settled; the page asks why."""
    found = _found(request, number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(complaint=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
            messages.success(request, _("Closed."))
        except IllegalMove:
            messages.warning(request, _("Nothing was changed: only an answered complaint can be closed."))
        return redirect("office:complaint", number)
    more = {"complaint": found, "form": form, "is_open": found.state == states.ANSWERED}
    return render(request, "office/complaints/close.html", page.context(request, "complaints", **more))


@staff_only(OFFICE)
@require_safe
def complaint_messages(request: HttpRequest, number: str) -> HttpResponse:
    """What the two parties wrote to each other, while the complaint is open. Each look leaves a history row."""
    found = _found(request, number)
    thread = queries.thread_of(request.user, found)
    if thread is None:
        raise Http404
    note_office_reading(thread=thread, actor=Actor.of(request.user), why=f"complaint {found.number}")

    def order_url(order: Order) -> str:
        return reverse("office:order", args=[order.number])

    more = {**talk.context(request, thread, None, order_url), "complaint": found}
    return render(request, "office/complaints/messages.html", page.context(request, "complaints", **more))

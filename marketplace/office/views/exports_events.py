"""What happened to a consignment: seen, recorded by hand in two taps or from a file, taken back; temperatures."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import csv_to_save
from marketplace.exports.forms import TemperatureForm
from marketplace.exports.models import Consignment
from marketplace.exports.services import events as services
from marketplace.exports.services import temperature_logs
from marketplace.exports.tracking import board, codes, event_files, temperatures, timeline
from marketplace.exports.tracking import queries as tracking
from marketplace.office import export_page
from marketplace.office.export_tracking_forms import EventForm, EventsFileForm, RetractForm

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def _show(request: HttpRequest, template: str, found: Consignment | None, **more: Any) -> HttpResponse:
    context = export_page.context(request, found, template, **more)
    return render(request, f"office/exports/{template}.html", context)


@staff_only(EXPORT, OFFICE)
@GET_AND_POST
def events(request: HttpRequest, number: str) -> HttpResponse:
    """First tap: which code. Second tap: record it, with the time as it stands."""
    found = export_page.found(request, number)
    form = _form(request, found)
    if form is not None and form.is_bound and form.is_valid():
        event = services.record(consignment=found, told=form.told(), actor=Actor.of(request.user))
        messages.success(request, _("Recorded: %(name)s.") % {"name": codes.name_of(event.code)})
        return redirect("office:exports-events", found.number)
    rows = tracking.events_of(found)
    log = timeline.log(found, rows)
    happened = {one.event.code for one in log if one.counts and one.is_actual}
    more = {
        "form": form,
        "likely": codes.likely_next(found.mode, happened),
        "log": log,
        "fold": tracking.fold_of(found, rows),
        "public": _public(request, found),
        "alerts": [board.words_of(one) for one in found.alerts.filter(ended_at=None)],
    }
    return _show(request, "events", found, **more)


def _public(request: HttpRequest, found: Consignment) -> str:
    """The whole address, to be copied; nothing where the desk switched it off."""
    if not found.is_tracked_publicly:
        return ""
    return request.build_absolute_uri(reverse("exports:track", args=[found.token]))


def _form(request: HttpRequest, found: Consignment) -> EventForm | None:
    """The form of the chosen code; none before the first tap, or for who may only read."""
    if not export_page.may_do(request):
        if request.method == "POST":
            raise Http404
        return None
    if request.method == "POST":
        return EventForm(found, request.POST)
    code = request.GET.get("code", "")
    if code != "other" and codes.find(code, found.mode) is None:
        return None
    zone = event_files.clock_of(found, code, None)
    initial = {"time": timezone.now().astimezone(zone).replace(tzinfo=None), "key": uuid4(), "code": code}
    return EventForm(found, initial=initial)


@staff_only(EXPORT)
@GET_AND_POST
def retract(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    found = export_page.found(request, number)
    event = get_object_or_404(found.events.filter(retracts=None, retracted_by=None), pk=pk)
    form = RetractForm(request.POST or None)
    if form.is_bound and form.is_valid():
        services.retract(event=event, why=form.cleaned_data["why"], actor=Actor.of(request.user))
        messages.success(request, _("Taken back. It stays in the list, and counts no more."))
        return redirect("office:exports-events", found.number)
    more = {"event": event, "name": codes.name_of(event.code), "form": form}
    return _show(request, "retract", found, **more)


@staff_only(EXPORT)
@GET_AND_POST
def events_file(request: HttpRequest) -> HttpResponse:
    """Nothing is written unless all rows are right, or the wrong ones are left out on purpose."""
    form = EventsFileForm(request.POST or None, request.FILES or None)
    rows: list[event_files.Row] = []
    if form.is_bound and form.is_valid():
        try:
            rows = event_files.read(form.cleaned_data["text"])
        except event_files.Faulty as fault:
            form.add_error("file", str(fault))
        else:
            good = [(one.consignment, one.told) for one in rows if one.consignment and one.told]
            if len(good) == len(rows) or (form.cleaned_data["leave_out"] and good):
                return _record(request, good)
            form = EventsFileForm(initial={"text": form.cleaned_data["text"]})
    faults = [one for one in rows if one.fault]
    more = {"form": form, "faults": faults, "right": len(rows) - len(faults), "columns": event_files.COLUMNS}
    return _show(request, "events_file", None, **more)


def _record(request: HttpRequest, good: list[Any]) -> HttpResponse:
    n = len(services.record_all(told=good, actor=Actor.of(request.user)))
    text = ngettext("%(n)s event is recorded.", "%(n)s events are recorded.", n)
    messages.success(request, text % {"n": n})
    return redirect("office:exports")


@staff_only(EXPORT)
@require_safe
def events_template(request: HttpRequest) -> HttpResponseBase:
    return csv_to_save([event_files.template()], "events")


@staff_only(EXPORT, OFFICE)
@GET_AND_POST
def exports_temperatures(request: HttpRequest, number: str) -> HttpResponse:
    """The chart, every excursion, and a way to bring another log."""
    found = export_page.found(request, number)
    form = (
        TemperatureForm(request.POST or None, request.FILES or None) if export_page.may_do(request) else None
    )
    if request.method == "POST" and form is None:
        raise Http404
    if form is not None and form.is_bound and form.is_valid():
        data = form.cleaned_data
        facts = {"logger": data["logger"], "readings": data["file"]}
        n = temperature_logs.keep(consignment=found, actor=Actor.of(request.user), **facts)
        text = ngettext("%(n)s reading is new.", "%(n)s readings are new.", n)
        messages.success(request, text % {"n": n})
        return redirect("office:exports-temperatures", found.number)
    readings = list(tracking.readings_of(found))
    more = {
        "form": form,
        "chart": temperatures.chart(readings, found.setpoint),
        "excursions": temperatures.excursions(readings, found.setpoint),
        "tolerance": temperatures.TOLERANCE,
    }
    return _show(request, "temperatures", found, **more)

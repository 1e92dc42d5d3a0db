"""Business meetings and exhibitions of one province: the list, one event, its moves."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.office import event_page, page
from marketplace.office.event_forms import EventForm, StepForm
from marketplace.office.views.steps import moves_of
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.models import Event
from marketplace.programme.services import events as services
from marketplace.reference.models import Province

both = require_http_methods(["GET", "HEAD", "POST"])
# What the button of each move says; the schedule moves an event to "scheduled" by itself.
MOVES = {
    states.OPEN: "open",
    states.RUNNING: "run",
    states.CANCELLED: "cancel",
}


@officers_only
@require_safe
def events(request: HttpRequest, province: Province) -> HttpResponse:
    """By kind, state and name; what comes next on top."""
    kind, state, q = request.GET.get("kind", ""), request.GET.get("state", ""), event_page.typed(request)
    kind = kind if kind in dict(Event.KINDS) else ""
    state = state if state in dict(states.EVENT_CHOICES) else ""
    rows = event_queries.events(province)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(name__icontains=q) if q else rows
    paged = page.paged(request, event_queries.counted(rows), kind=kind, state=state, q=q)
    for one in paged["page_obj"]:
        one.tone = event_words.TONES[one.state]
        one.place = event_words.place(one)
    more = {"province": province, "kind": kind, "chosen_state": state, "q": q}
    more |= {"kinds": Event.KINDS, "states": states.EVENT_CHOICES, **paged}
    return event_page.shown(request, "list", None, "list", **more)


@officers_only
@both
def event_add(request: HttpRequest, province: Province) -> HttpResponse:
    return _kept(request, province, None)


@officers_only
@both
def event_edit(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    return _kept(request, province, event_page.found(province, number))


def _kept(request: HttpRequest, province: Province, event: Event | None) -> HttpResponse:
    start: dict[str, Any] = {}
    if event:
        start = {name: getattr(event, name) for name in services.FIELDS}
    form = EventForm(request.POST or None, initial=start, province=province)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.keep(
                event=event, province=province, facts=form.cleaned_data, actor=Actor.of(request.user)
            )
        except event_page.ANSWERS as error:
            event_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:event", made.number)
    more = {"form": form, "has_years": event_queries.years(province).exists()}
    return event_page.shown(request, "edit", event, "edit", **more)


@officers_only
@require_safe
def event(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found = event_page.found(province, number)
    return event_page.shown(request, "event", found, "event", **_facts(found), form=StepForm())


def _facts(found: Event) -> dict[str, Any]:
    """Numbers of both sides, moves, history."""
    labels = dict(states.EVENT_CHOICES)
    return {
        "sides": [
            (_("Pesantren"), "event-exhibitors", _counts(found.exhibitors)),
            (pgettext("event", "Buyers"), "event-guests", _counts(found.guests)),
        ],
        "times": found.slots.filter(is_break=False).count(),
        "meetings": found.appointments.count(),
        "moves": [] if found.is_historic else _moves(found),
        "steps": [replace(step, detail=event_words.why(step.detail)) for step in moves_of(found, labels)],
    }


def _moves(event: Event) -> list[tuple[str, str]]:
    """(state, word of its button): what comes next first; what was begun or closed by mistake can go back."""
    if event.state == states.RUNNING:
        before = states.SCHEDULED if event.appointments.exists() else states.OPEN
        return [(states.CLOSED, "close"), (before, "not yet")]
    if event.state == states.CLOSED:
        return [(states.RUNNING, "not over")]
    found = [(to, word) for to, word in MOVES.items() if states.EVENT.allows(event.state, to)]
    return sorted(found, key=lambda one: event.state == states.SCHEDULED and one[0] == states.OPEN)


def _counts(rows: Any) -> dict[str, int]:
    found = list(rows.values_list("accepted_at", "declined_at", "checked_in_at"))
    return {
        "all": len(found),
        "come": sum(accepted is not None for accepted, _declined, _there in found),
        "declined": sum(declined is not None for _accepted, declined, _there in found),
        "there": sum(there is not None for _accepted, _declined, there in found),
    }


@officers_only
@require_POST
def event_move(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found = event_page.found(province, number)
    form = StepForm(request.POST)
    form.is_valid()
    try:
        services.move(
            event=found,
            to=request.POST.get("to", ""),
            actor=Actor.of(request.user),
            why=form.cleaned_data.get("why", ""),
        )
    except event_page.ANSWERS as error:
        event_page.refuse(form, error)
        return event_page.shown(request, "event", found, "event", **_facts(found), form=form)
    messages.success(request, _("Saved."))
    return redirect("office:event", number)

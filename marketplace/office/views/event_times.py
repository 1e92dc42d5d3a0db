"""The times of an event and its schedule of meetings."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.office import event_page, page
from marketplace.office.event_forms import MeetingForm, MoveForm, SlotForm, TimesForm
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.models import Appointment, Event, Exhibitor, Guest, Scheduling
from marketplace.programme.services import appointments as meeting_services
from marketplace.programme.services import schedules, slots
from marketplace.programme.services.events import locked
from marketplace.reference.models import Province

both = require_http_methods(["GET", "HEAD", "POST"])


@officers_only
@both
def times(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """All times by day; a plan that makes them anew; one more by hand."""
    found = event_page.found(province, number)
    adds = "add" in request.POST
    with event_queries.at_home(found):
        plan = TimesForm(None if adds else request.POST or None, event=found)
        one = SlotForm(request.POST if adds else None, prefix="one", initial={"minutes": found.minutes})
        if request.method == "POST" and (
            _added(request, found, one) if adds else _made(request, found, plan)
        ):
            return redirect("office:event-times", number)
    rows = list(event_queries.slots(found))
    more = {"plan": plan, "form": one if adds else plan, "one": one, "slots": rows}
    return event_page.shown(request, "times", found, "times", **more)


def _made(request: HttpRequest, found: Event, form: TimesForm) -> bool:
    if not form.is_valid():
        return False
    try:
        count = slots.generate(event=found, plan=form.plan, actor=Actor.of(request.user))
    except event_page.ANSWERS as error:
        event_page.refuse(form, error)
        return False
    said = ngettext("Made: %(n)s time for meetings.", "Made: %(n)s times for meetings.", count)
    messages.success(request, said % {"n": count})
    return True


def _added(request: HttpRequest, found: Event, form: SlotForm) -> bool:
    if not form.is_valid():
        return False
    try:
        slots.add(event=found, actor=Actor.of(request.user), **form.cleaned_data)
    except event_page.ANSWERS as error:
        event_page.refuse(form, error)
        return False
    messages.success(request, _("Saved."))
    return True


@officers_only
@require_POST
def change_time(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    """It becomes a break, a time for meetings, or is taken away."""
    found = event_page.found(province, number)
    slot = get_object_or_404(found.slots.select_related("event"), pk=pk)
    step, actor = request.POST.get("step", ""), Actor.of(request.user)
    try:
        if step == "remove":
            slots.remove(slot=slot, actor=actor)
        elif step in ("break", "meet"):
            slots.turn(slot=slot, label=_("Break") if step == "break" else "", actor=actor)
        else:
            raise Http404
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    else:
        messages.success(request, _("Saved."))
    return redirect("office:event-times", number)


@officers_only
@both
def schedule(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """All meetings, how the schedule came about, and what it could not do."""
    found, q = event_page.found(province, number), event_page.typed(request)
    if request.method == "POST":
        return _run(request, found)
    paged = page.paged(request, event_queries.appointments(found, q), q=q)
    now = timezone.now()
    for one in paged["page_obj"]:
        one.tone = event_words.MEETING_TONES[one.state]
        one.why_label = event_words.WHYS.get(one.why, "")
        one.may_mark = one.slot.starts_at <= now
    last = found.schedulings.first()
    more = {
        "q": q,
        "last": last,
        "is_under_way": last is not None and last.state in states.UNDER_WAY,
        "unmet_count": len(last.unmet) if last else 0,
        "by_kind": _by_kind(found),
        **paged,
    }
    return event_page.shown(request, "schedule", found, "schedule", **more)


def _by_kind(found: Event) -> list[tuple[Any, int]]:
    """How many meetings came of which reason."""
    counts: dict[str, int] = {}
    for why in found.appointments.values_list("why", flat=True):
        counts[why] = counts.get(why, 0) + 1
    return [(label, counts[why]) for why, label in event_words.WHYS.items() if why in counts]


def _run(request: HttpRequest, found: Event) -> HttpResponse:
    step, actor = request.POST.get("step", ""), Actor.of(request.user)
    try:
        if step == "make":
            schedules.ask(event=found, actor=actor, person=request.user)
            messages.success(request, _("The schedule was asked for."))
        elif step == "clear":
            gone = schedules.clear(event=found, actor=actor)
            messages.success(request, _("Cancelled: %(count)s meetings.") % {"count": gone})
        elif step == "send":
            _send_agendas(request, found)
        else:
            raise Http404
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    return redirect("office:event-schedule", found.number)


def _send_agendas(request: HttpRequest, found: Event) -> None:
    with transaction.atomic():
        count = event_mails.agendas(locked(found))
    if count:
        messages.success(request, _("Agendas go to %(count)s participants.") % {"count": count})
        return
    none = _(
        "No agenda goes out: they were sent today already, or nobody who has a meeting has an e-mail address."
    )
    messages.info(request, none)


@officers_only
@require_safe
def unmet(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """Every wish that could not be met, and why."""
    found, q = event_page.found(province, number), event_page.typed(request)
    last = found.schedulings.filter(state=states.DONE).first()
    rows = _named(found, last, q) if last else []
    return event_page.shown(
        request, "unmet", found, "schedule", q=q, last=last, **page.paged(request, rows, q=q)
    )


def _named(found: Event, last: Scheduling, q: str) -> list[dict[str, Any]]:
    """The stored ids with names. Two queries."""
    sellers = dict(Exhibitor.objects.filter(event=found).values_list("pk", "partner__name"))
    buyers = dict(Guest.objects.filter(event=found).values_list("pk", "name"))
    rows = [
        {
            "exhibitor": sellers.get(one["exhibitor"], "–"),
            "guest": buyers.get(one["guest"], "–"),
            "by": event_words.WHYS.get(one["by"], ""),
            "why": event_words.UNMET.get(one["why"], ""),
        }
        for one in last.unmet
    ]
    word = q.casefold()
    return [one for one in rows if word in one["exhibitor"].casefold() or word in one["guest"].casefold()]


@officers_only
@both
def meeting_add(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found = event_page.found(province, number)
    form = MeetingForm(request.POST or None, event=found)
    with event_queries.at_home(found):
        if request.method == "POST" and form.is_valid():
            try:
                meeting_services.add(event=found, actor=Actor.of(request.user), **form.cleaned_data)
            except event_page.ANSWERS as error:
                event_page.refuse(form, error)
            else:
                messages.success(request, _("Saved. A new schedule keeps this meeting."))
                return redirect("office:event-schedule", number)
    return event_page.shown(request, "meeting_add", found, "schedule", form=form)


@officers_only
@both
def meeting(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    """Move, cancel, mark one meeting."""
    found = event_page.found(province, number)
    row: Any = get_object_or_404(event_queries.appointments(found), pk=pk)
    row.event = found
    moves = request.POST.get("step") == "move"
    with event_queries.at_home(found):
        form = MoveForm(request.POST if moves else None, event=found, initial={"slot": row.slot_id})
        if request.method == "POST" and _done(request, row, form):
            return redirect("office:event-schedule", number)
    row.tone = event_words.MEETING_TONES[row.state]
    row.why_label = event_words.WHYS.get(row.why, "")
    more = {"row": row, "form": form, "may_mark": row.slot.starts_at <= timezone.now()}
    return event_page.shown(request, "meeting", found, "schedule", **more)


def _done(request: HttpRequest, row: Appointment, form: MoveForm) -> bool:
    step, actor = request.POST.get("step", ""), Actor.of(request.user)
    if step == "move" and not form.is_valid():
        return False
    try:
        if step == "move":
            meeting_services.move(appointment=row, slot=form.cleaned_data["slot"], actor=actor)
        elif step == "cancel":
            meeting_services.cancel(appointment=row, actor=actor)
        elif step == "free":
            meeting_services.free(appointment=row, actor=actor)
        elif step in ("met", "missed"):
            meeting_services.mark(appointment=row, met=step == "met", actor=actor)
        else:
            raise Http404
    except event_page.ANSWERS as error:
        if step == "move":
            event_page.refuse(form, error)
            return False
        event_page.tell(request, error)
    else:
        messages.success(request, _("Saved."))
    return True

"""Leads of exhibitions: noted, followed up, turned into promises; what became of them, event by event."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.office import page as office
from marketplace.office.commitment_forms import TurnForm
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.commitments import floor_pages
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments import words as commitment_words
from marketplace.programme.commitments.forms import LeadForm, LeadNoteForm, ReasonForm
from marketplace.programme.commitments.pages import typed
from marketplace.programme.models import Event, Guest, Lead
from marketplace.programme.services import floor
from marketplace.programme.services import leads as services
from marketplace.programme.services.commitments import CommitmentError
from marketplace.reference.models import Province
from marketplace.reference.working_days import today

TONES = {states.NEW: "warn", states.FOLLOWED: "plain", states.TURNED: "good", states.CLOSED: "plain"}


@require_safe
@officers_only
def leads(request: HttpRequest, province: Province) -> HttpResponse:
    state, number = request.GET.get("state", ""), typed(request.GET, "event")
    found = commitment_queries.leads_of(province)
    if state == "due":
        found = commitment_queries.leads_due(province)
    elif state in dict(states.LEAD_CHOICES):
        found = found.filter(state=state)
    if number:
        found = found.filter(event__number=number)
    pages = office.paged(request, found, state=state, event=number)
    day = today(province.zone)
    more = {
        "rows": [(one, TONES[one.state], _is_due(one, day)) for one in pages["page_obj"].object_list],
        "state": state,
        "states": states.LEAD_CHOICES,
        "became": [(one, Money(one.realised)) for one in commitment_queries.from_leads(province)],
        "events": Event.objects.filter(province=province, is_historic=False).exclude(state=states.CANCELLED)[
            :50
        ],
        **pages,
    }
    return render(request, "office/deals/leads.html", office.context(request, "leads", **more))


def _is_due(lead: Lead, day: date) -> bool:
    open_ = lead.state in (states.NEW, states.FOLLOWED)
    return bool(open_ and lead.follow_on and lead.follow_on <= day)


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def new(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """Typed, or with the address of a scanned badge in place of the company's name (?guest=…)."""
    event = get_object_or_404(Event, province=province, number=number)
    form = LeadForm(request.POST or None, initial={"company": request.GET.get("guest", "")[:128]})
    guest = _scanned(event, form) if request.method == "POST" and form.is_valid() else None
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        if guest:
            facts |= {"company": guest.name, "country": facts["country"] or guest.country}
            for name in ("contact", "email", "phone"):
                facts[name] = facts[name] or getattr(guest, name)
        made = services.note(
            event=event, facts=facts, key=facts["key"], actor=Actor.of(request.user), guest=guest
        )
        messages.success(request, _("Kept as %(number)s.") % {"number": made.number})
        return redirect("office:lead", made.number)
    more = {"event": event, "form": form}
    return render(request, "office/deals/lead_new.html", office.context(request, "leads", **more))


def _scanned(event: Event, form: LeadForm) -> Guest | None:
    """Whose badge or name it is; a badge that is nobody's here is no company's name."""
    typed = form.cleaned_data["company"]
    guest = floor.find_guest(typed, event)
    if guest is None and floor.is_strange_badge(typed):
        form.add_error("company", floor_pages.reason(CommitmentError("guest")))
    return guest


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def lead(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """One lead; `do` says which form was sent."""
    found = get_object_or_404(commitment_queries.leads_of(province), number=number)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms: dict[str, Any] = {
        "follow": LeadNoteForm(request.POST if do == "follow" else None, prefix="follow"),
        "close": ReasonForm(request.POST if do == "close" else None, prefix="close"),
        "turn": TurnForm(
            request.POST if do == "turn" else None,
            event=found.event,
            prefix="turn",
            initial={"what": found.wants[:120], "key": uuid4(), "exhibitor": found.exhibitor_id},
        ),
    }
    if do and _act(request, found, do, forms):
        return redirect("office:lead", found.number)
    more = {
        "one": found,
        "tone": TONES[found.state],
        "notes": found.notes.select_related("by"),
        "history": commitment_words.lines(history(found).order_by("-at", "-pk")[:50]),
        "commitments": found.commitments.select_related("exhibitor__partner"),
        "forms": forms,
        "form": forms.get(do),
        "is_closed": found.state == states.CLOSED,
        "may_turn": found.state != states.CLOSED and not found.event.is_historic,
    }
    return render(request, "office/deals/lead.html", office.context(request, "leads", **more))


def _act(request: HttpRequest, found: Lead, do: str, forms: dict[str, Any]) -> bool:
    actor, form = Actor.of(request.user), forms.get(do)
    if do == "invite" and found.email:
        services.invite(lead=found, language="id" if found.country == "ID" else "en", actor=actor)
        messages.success(request, _("Invited to register as a company."))
        return True
    if form is None or not form.is_valid():
        return form is None
    data = form.cleaned_data
    try:
        if do == "follow":
            services.follow(lead=found, text=data["text"], next_on=data["next_on"], actor=actor)
        elif do == "close":
            services.close(lead=found, why=data["why"], actor=actor)
        else:
            services.turn(
                lead=found, exhibitor=data["exhibitor"], promise=form.promise, key=data["key"], actor=actor
            )
    except IllegalMove:
        messages.info(request, _("Nothing was changed: it is closed, or became a promise."))
        return True
    except CommitmentError as error:
        form.add_error(None, floor_pages.reason(error))
        return False
    messages.success(request, _("Kept."))
    return True

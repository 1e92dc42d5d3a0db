"""Participants of a year: listed, registered by hand, led on one by one or many at once, accompanied by a mentor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.programme_forms import (
    MentorForm,
    MoveManyForm,
    ParticipantFilterForm,
    RegisterForm,
)
from marketplace.office.views.programme_years import found_year
from marketplace.office.views.steps import moves_of
from marketplace.people.phones import for_people
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.services import participations as services
from marketplace.programme.years import queries as year_queries
from marketplace.programme.years.queries import Filters
from marketplace.reference.models import Province

HISTORY = {
    **dict(states.PARTICIPATION_CHOICES),
    "mentor": gettext_lazy("Accompanied by"),
    "no mentor": gettext_lazy("No mentor any more"),
    "grant": gettext_lazy("Grant recorded"),
    "grant back": gettext_lazy("Grant taken back"),
    "award": gettext_lazy("Award given"),
    "award back": gettext_lazy("Award taken back"),
    "linked": gettext_lazy("Sells here now"),
}
TONES = {states.LEFT: "bad", states.AUDITION_3: "good"}


def refusal(refused: services.ParticipationError) -> str:
    """In words; who joined before reads in which year."""
    if refused.code == "joined":
        said = _("This pesantren joined in %(year)s already. A pesantren takes part once.")
        return said % {"year": refused.year}
    return {
        "closed": _("Nothing was changed: this year is not open."),
        "last": _("Nothing was changed: no stage follows."),
        "mentor": _("Nothing was changed: this person is no mentor."),
    }[refused.code]


def found_participant(province: Province, pk: int) -> Participation:
    return get_object_or_404(year_queries.of_province(province), pk=pk)


@officers_only
@require_safe
def participants(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    """Found by name or NSPP, stage, category, sector and place; 25 a page."""
    year = found_year(province, number)
    form = ParticipantFilterForm(request.GET, province=province)
    filters = Filters(**form.wanted())
    found = page.paged(request, year_queries.participants(province, year, filters), **filters.as_query())
    rows = year_queries.labels_of(found["page_obj"])
    for row in rows:
        row.tone = TONES.get(row.state, "")  # type: ignore[attr-defined]
    more = {
        "province": province,
        "year": year,
        "form": form,
        "rows": rows,
        "is_filtered": bool(filters.as_query()),
        "query": urlencode(filters.as_query()),
        "may_move": year.state in (states.OPEN, states.RUNNING),
        **found,
    }
    return render(request, "office/programme/participants.html", page.context(request, "programme", **more))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    year = found_year(province, number)
    form = RegisterForm(request.POST or None, province=province)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(year=year, facts=form.cleaned_data, actor=Actor.of(request.user))
        except services.ParticipationError as refused:
            form.add_error("nspp" if refused.code == "joined" else None, refusal(refused))
        else:
            messages.success(request, _("Registered."))
            return redirect("office:programme-participant", made.pk)
    more = {"province": province, "year": year, "form": form}
    return render(request, "office/programme/register.html", page.context(request, "programme", **more))


@officers_only
@require_safe
def participant(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    return _show(request, found_participant(province, pk))


def _show(request: HttpRequest, found: Participation, mentor_form: MentorForm | None = None) -> HttpResponse:
    after = services.next_stage(found.state)
    runs = found.year.state in (states.OPEN, states.RUNNING)
    mentor, grants = found.mentor, list(found.grants.select_related("taken_back_by"))
    typed = (mentor.email or mentor.phone or "") if mentor else ""
    more: dict[str, Any] = {
        "participant": year_queries.labels_of([found])[0],
        "tone": TONES.get(found.state, ""),
        "phone": for_people(found.phone) if found.phone else "",
        "next_stage": dict(states.STAGES)[after] if after and runs else "",
        "may_leave": runs and found.state != states.LEFT,
        "form": mentor_form or MentorForm(initial={"mentor": typed}),
        "grants": [(one, Money(one.amount)) for one in grants],
        "granted": Money(sum(one.amount for one in grants if one.taken_back_at is None)),
        "awards": found.awards.select_related("taken_back_by"),
        "steps": moves_of(found, HISTORY),
    }
    return render(request, "office/programme/participant.html", page.context(request, "programme", **more))


@officers_only
@require_POST
def advance(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    """`seen` names the stage that the page showed: a second press leads nobody two stages on."""
    found = found_participant(province, pk)
    try:
        if request.POST.get("seen", found.state) != found.state:
            raise IllegalMove(found, found.state, found.state)
        services.advance(participation=found, actor=Actor.of(request.user))
        messages.success(request, _("Now: %(state)s.") % {"state": found.get_state_display()})
    except services.ParticipationError as refused:
        messages.warning(request, refusal(refused))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: somebody was first. Look once more."))
    return redirect("office:programme-participant", found.pk)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    found = found_participant(province, pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.leave(participation=found, why=form.cleaned_data["why"], actor=Actor.of(request.user))
            messages.success(request, _("Noted: it goes no further this time."))
        except services.ParticipationError as refused:
            messages.warning(request, refusal(refused))
        except IllegalMove:
            messages.info(request, _("Nothing was changed: somebody was first. Look once more."))
        return redirect("office:programme-participant", found.pk)
    more = {"participant": found, "form": form, "is_open": found.state != states.LEFT}
    return render(request, "office/programme/leave.html", page.context(request, "programme", **more))


@officers_only
@require_POST
def mentor(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    found = found_participant(province, pk)
    form = MentorForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form)
    try:
        services.set_mentor(
            participation=found, mentor=form.cleaned_data["mentor"], actor=Actor.of(request.user)
        )
        messages.success(request, _("Saved."))
    except services.ParticipationError as refused:
        messages.warning(request, refusal(refused))
    return redirect("office:programme-participant", found.pk)


@officers_only
@require_POST
def move(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    """Many at once: those ticked, or all that the filter finds. The first press asks what becomes of them, the second
    does it, if it is still the same ones."""
    year = found_year(province, number)
    stage, keys = _chosen(request.POST, province, year)
    back = (
        f"{reverse('office:programme-participants', args=[year.year])}?{request.POST.get('query', '')[:300]}"
    )
    if stage is None:
        said = (
            _("Choose participants that stand at one and the same stage.") if keys else _("Tick some first.")
        )
        messages.warning(request, said)
        return redirect(back)
    is_second = "seen" in request.POST
    form = MoveManyForm(request.POST if is_second else None, has_next=services.next_stage(stage) is not None)
    if is_second and request.POST["seen"] == f"{stage}-{len(keys)}" and form.is_valid():
        why = form.cleaned_data["why"] if form.cleaned_data["what"] == MoveManyForm.LEAVE else ""
        _do_move(request, year, keys, stage, why)
        return redirect(back)
    more = {
        "province": province,
        "year": year,
        "form": form,
        "keys": keys if request.POST.get("which") != "all" else [],
        "which": request.POST.get("which", ""),
        "query": request.POST.get("query", "")[:300],
        "n": len(keys),
        "seen": f"{stage}-{len(keys)}",
        "stage": dict(states.STAGES)[stage],
        "back": back,
    }
    return render(request, "office/programme/move.html", page.context(request, "programme", **more))


def _do_move(request: HttpRequest, year: ProgrammeYear, keys: list[int], stage: str, why: str) -> None:
    try:
        moved = services.move_many(year=year, keys=keys, stage=stage, why=why, actor=Actor.of(request.user))
    except services.ParticipationError as refused:
        messages.warning(request, refusal(refused))
        return
    said = ngettext("%(n)s participant was moved.", "%(n)s participants were moved.", moved)
    messages.success(request, said % {"n": moved})


def _chosen(posted: QueryDict, province: Province, year: ProgrammeYear) -> tuple[str | None, list[int]]:
    """The one stage at which all chosen stand (none if they differ, or if nobody is chosen), and their keys."""
    if posted.get("which") == "all":
        wanted = ParticipantFilterForm(QueryDict(posted.get("query", "")[:300]), province=province).wanted()
        rows = year_queries.participants(province, year, Filters(**wanted))
    else:
        keys = [int(key) for key in posted.getlist("one")[:500] if key.isdecimal() and len(key) < 12]
        rows = year_queries.participants(province, year, Filters()).filter(pk__in=keys)
    found = list(rows.order_by("pk").values_list("pk", "state"))
    at = {state for _pk, state in found}
    stage = at.pop() if len(at) == 1 else None
    return (stage if stage in states.ORDER else None), [pk for pk, _state in found]

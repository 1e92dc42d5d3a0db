"""Years of the programme: what was aimed at and reached, the way of a year's participants, files of registrations."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.office import page, programme_charts
from marketplace.office.programme_forms import YearForm
from marketplace.office.views.steps import moves_of
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.models import ProgrammeYear
from marketplace.programme.services import years as services
from marketplace.programme.years import queries as year_queries
from marketplace.reference.models import Province

TONES = {states.OPEN: "good", states.RUNNING: "good", states.PLANNED: "warn"}
HISTORY = {**dict(states.YEAR_CHOICES), "changed": gettext_lazy("Targets or days changed")}
STEPS = {
    states.OPEN: gettext_lazy("Open registration"),
    states.RUNNING: gettext_lazy("Close registration, the year runs"),
    states.CLOSED: gettext_lazy("Close the year"),
}
REFUSED = {
    "taken": gettext_lazy("There is this year already."),
    "historic": gettext_lazy("This year is known from sources alone. Nothing is changed there."),
}


def found_year(province: Province, number: int) -> ProgrammeYear:
    return get_object_or_404(year_queries.year_of(province, number).select_related("province"))


@officers_only
@require_safe
def programme(request: HttpRequest, province: Province) -> HttpResponse:
    """All years of the province, the newest first."""
    more: dict[str, Any] = {
        "province": province,
        "rows": year_queries.years(province),
        "in_all": year_queries.took_part_in_all(province),
    }
    for row in more["rows"]:
        row.tone = TONES.get(row.year.state, "")
        row.aim = Money(row.year.target_value) if row.year.target_value else None
    return render(request, "office/programme/years.html", page.context(request, "programme", **more))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_year(request: HttpRequest, province: Province) -> HttpResponse:
    form = YearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_year(province=province, facts=form.cleaned_data, actor=Actor.of(request.user))
        except services.YearError as refused:
            form.add_error("year", REFUSED[refused.code])
        else:
            messages.success(request, _("Added. Open registration once all is ready."))
            return redirect("office:programme-year", made.year)
    more = {"province": province, "form": form}
    return render(request, "office/programme/year_form.html", page.context(request, "programme", **more))


@officers_only
@require_safe
def year(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    """How far the participants came; of a historic year what was published, with sources."""
    found = found_year(province, number)
    more: dict[str, Any] = {"province": province, "year": found, "tone": TONES.get(found.state, "")}
    awards = found.awards.filter(taken_back_at=None).select_related("regency")
    if found.is_historic:
        more |= {"figures": year_queries.published(found), "awards": awards}
    else:
        stages = year_queries.stages(found)
        more |= {
            "stages": programme_charts.with_widths(stages),
            "registered": stages[0].came,
            "shares": [
                (_("Category"), "category", year_queries.shares(found, "category")),
                (_("Sector"), "sector", year_queries.shares(found, "sector")),
                (_("Kabupaten or kota"), "regency", year_queries.shares(found, "regency")),
            ],
            "aim": Money(found.target_value) if found.target_value else None,
            "next_steps": [(to, label) for to, label in STEPS.items() if states.YEAR.allows(found.state, to)],
            "steps": moves_of(found, HISTORY)[-page.PER_PAGE :],
            "awards": awards[: page.PER_PAGE],
        }
    return render(request, "office/programme/year.html", page.context(request, "programme", **more))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_year(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    found = found_year(province, number)
    names = ("target", "target_value", "opens_on", "closes_on", "note")
    initial = {name: getattr(found, name) for name in names}
    form = YearForm(request.POST or None, initial=initial, year=found.year)
    if found.is_historic:
        messages.info(request, REFUSED["historic"])
        return redirect("office:programme-year", found.year)
    if request.method == "POST" and form.is_valid():
        services.change_year(year=found, facts=form.cleaned_data, actor=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return redirect("office:programme-year", found.year)
    more = {"province": province, "year": found, "form": form}
    return render(request, "office/programme/year_form.html", page.context(request, "programme", **more))


@officers_only
@require_POST
def move_year(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    found = found_year(province, number)
    to = request.POST.get("to", "")
    try:
        services.move_year(year=found, to=to, actor=Actor.of(request.user))
        messages.success(request, _("Now: %(state)s.") % {"state": HISTORY[to]})
    except services.YearError as refused:
        messages.warning(request, REFUSED[refused.code])
    except IllegalMove:
        messages.info(request, _("Nothing was changed: somebody was first. Look once more."))
    return redirect("office:programme-year", found.year)

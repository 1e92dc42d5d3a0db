"""Grants and awards of a participant, looked at before they are written; role models of the province."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.common import dates
from marketplace.common.actor import Actor
from marketplace.common.forms import AccessibleForm, WhyForm
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.programme_forms import AwardForm, GrantForm, RoleModelForm
from marketplace.office.views.programme_participants import found_participant
from marketplace.programme.access import officers_only
from marketplace.programme.models import Award, Grant, Participation, RoleModel
from marketplace.programme.services import giving as services
from marketplace.programme.years import queries as year_queries
from marketplace.reference.models import Province

TWICE = gettext_lazy("This was recorded for this pesantren already.")
IN_LIST = gettext_lazy("This pesantren is in the list already.")
ROLE_MODEL = ("name", "regency", "sector", "what_id", "what_en", "what_ar", "source", "source_url")


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    found = found_participant(province, pk)

    def write(facts: dict[str, Any]) -> None:
        services.record_grant(participation=found, facts=facts, actor=Actor.of(request.user))

    title = _("Record a grant")
    form = GrantForm(request.POST or None, year=found.year.year)
    return _seen_twice(request, found, form, title, _of_grant, write)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def award(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    found = found_participant(province, pk)

    def write(facts: dict[str, Any]) -> None:
        services.give_award(participation=found, facts=facts, actor=Actor.of(request.user))

    title = _("Give an award")
    return _seen_twice(request, found, AwardForm(request.POST or None), title, _of_award, write)


def _of_grant(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Amount in rupiah"), str(Money(facts["amount"]))),
        (_("Given on"), dates.day(facts["given_on"])),
        (_("What it is for"), facts["what_for"]),
        (_("Number of the decision (SK)"), facts["decree"] or "–"),
    ]


def _of_award(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Award"), facts["title"]),
        (_("Level"), str(dict(Award.LEVELS)[facts["level"]])),
        (_("For what"), facts["what"] or "–"),
        (_("Prize in rupiah"), str(Money(facts["amount"])) if facts["amount"] else "–"),
    ]


def _seen_twice(
    request: HttpRequest,
    found: Participation,
    form: AccessibleForm,
    title: str,
    in_words: Callable[[dict[str, Any]], list[tuple[str, str]]],
    write: Callable[[dict[str, Any]], None],
) -> HttpResponse:
    """The first press shows what would be written; the second, with the same facts, writes it."""
    more: dict[str, Any] = {"participant": found, "form": form, "title": title}
    if request.method == "POST" and form.is_valid():
        seen = hashlib.sha256(repr(sorted(form.cleaned_data.items())).encode()).hexdigest()[:16]
        if request.POST.get("seen") == seen:
            try:
                write(form.cleaned_data)
            except services.GivingError:
                form.add_error(None, TWICE)
            else:
                messages.success(request, _("Saved."))
                return redirect("office:programme-participant", found.pk)
        else:
            more |= {"preview": in_words(form.cleaned_data), "seen": seen}
    return render(request, "office/programme/giving.html", page.context(request, "programme", **more))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, province: Province, pk: int, kind: str) -> HttpResponse:
    """A grant or an award that was recorded wrongly, with the reason."""
    rows: Any = (Grant if kind == "grant" else Award).objects.select_related("participation__regency")
    given = get_object_or_404(rows, pk=pk, participation__province=province)
    found = given.participation
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_back(given=given, why=form.cleaned_data["why"], actor=Actor.of(request.user))
        except services.GivingError:
            messages.info(request, _("Nothing was changed: somebody was first. Look once more."))
        else:
            messages.success(request, _("Taken back. It counts no more."))
        return redirect("office:programme-participant", found.pk)
    said = f"{Money(given.amount)}, {given.what_for}" if kind == "grant" else given.title
    more = {"participant": found, "given": given, "said": said, "form": form}
    return render(request, "office/programme/take_back.html", page.context(request, "programme", **more))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def role_models(request: HttpRequest, province: Province) -> HttpResponse:
    """Pesantren where others learn; a POST adds one."""
    return _role_model_form(request, province, None)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def role_model(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    return _role_model_form(request, province, get_object_or_404(year_queries.role_models(province), pk=pk))


def _role_model_form(request: HttpRequest, province: Province, found: RoleModel | None) -> HttpResponse:
    initial = {name: getattr(found, name) for name in ROLE_MODEL} if found else {}
    if found and found.regency:
        initial["regency"] = found.regency.code
    form = RoleModelForm(request.POST or None, province=province, initial=initial)
    if request.method == "POST" and form.is_valid():
        actor = Actor.of(request.user)
        try:
            services.put_role_model(province=province, facts=form.cleaned_data, actor=actor, role_model=found)
        except services.GivingError:
            form.add_error("name", IN_LIST)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:programme-role-models")
    more: dict[str, Any] = {"province": province, "form": form, "role_model": found}
    if found is None:
        more |= page.paged(request, year_queries.role_models(province))
    return render(request, "office/programme/role_models.html", page.context(request, "programme", **more))


@officers_only
@require_POST
def end_role_model(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    found = get_object_or_404(year_queries.role_models(province), pk=pk)
    services.end_role_model(role_model=found, actor=Actor.of(request.user))
    messages.success(request, _("Taken out of the list."))
    return redirect("office:programme-role-models")

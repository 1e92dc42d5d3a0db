"""Pesantren that want to sell here: what is asked of them, one by one, and the decision."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import Category
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.application_forms import JudgeForm, PartnerForm
from marketplace.office.views.steps import moves_of
from marketplace.people.phones import for_people
from marketplace.pesantren.joining import queries, services, states
from marketplace.pesantren.joining.models import Application

TONES = {
    states.SENT: "warn", states.ASKED: "plain", states.APPROVED: "good", states.REJECTED: "bad",
    states.MET: "good", states.MISSED: "bad", states.WAIVED: "good",
}  # fmt: skip
REFUSED = {
    "own": gettext_lazy("You sent this yourself. Somebody else has to look at it."),
    "unfit": gettext_lazy("Something that is required is still open."),
    "known": gettext_lazy("Another pesantren has this NSPP by now."),
    "taken": gettext_lazy("Somebody works for that pesantren by now. Choose again."),
    "decided": gettext_lazy("It is decided already."),
}


@staff_only(OFFICE)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    known = state if state in states.LABELS else states.SENT
    found = page.paged(request, queries.for_office(request.user, known), state=known)
    for one in found["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
    more = {"state": known, "labels": states.CHOICES, **found}
    return render(request, "office/applications.html", page.context(request, "applications", **more))


def _application(request: HttpRequest, pk: int) -> Application:
    return get_object_or_404(queries.for_office(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def application(request: HttpRequest, pk: int) -> HttpResponse:
    found = _application(request, pk)
    answers = [(one, TONES.get(one.state, "plain")) for one in queries.answers_of(found)]
    is_open = found.state in states.OPEN
    more = {
        "application": found,
        "tone": TONES.get(found.state, "plain"),
        "phone": for_people(found.phone),
        "sector": Category.objects.filter(code=found.sector).first(),
        "answers": answers,
        "unfit": len(queries.unfit(found)),
        "is_open": is_open,
        "is_sent": found.state == states.SENT,
        "partner_form": PartnerForm(found=queries.may_be(found)) if is_open else None,
        "steps": moves_of(found, states.LABELS),
    }
    return render(request, "office/application.html", page.context(request, "applications", **more))


def _done(request: HttpRequest, found: Application, work: Callable[[], object], said: str) -> HttpResponse:
    try:
        work()
    except services.JoiningError as refused:
        messages.warning(request, REFUSED[refused.code])
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: somebody was first. Look once more."))
    else:
        messages.success(request, said)
    return redirect("office:application", found.pk)


@staff_only(OFFICE)
def judge(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One requirement: it fits, it does not, or it is waived, with the reason."""
    found = _application(request, pk)
    answer = get_object_or_404(queries.answers_of(found), requirement__code=code)
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = partial(services.judge, answer=answer, actor=Actor.of(request.user), **form.cleaned_data)
        return _done(request, found, work, _("Noted."))
    more = {"application": found, "answer": answer, "form": form}
    return render(request, "office/judge.html", page.context(request, "applications", **more))


@staff_only(OFFICE)
@require_POST
def approve_application(request: HttpRequest, pk: int) -> HttpResponse:
    found = _application(request, pk)
    form = PartnerForm(request.POST, found=queries.may_be(found))
    if not form.is_valid():
        messages.warning(request, REFUSED["taken"])
        return redirect("office:application", found.pk)
    chosen = form.cleaned_data["partner"]
    work = partial(services.approve, application=found, partner=chosen, actor=Actor.of(request.user))
    return _done(request, found, work, _("Accepted. The pesantren sells here now."))


@staff_only(OFFICE)
def decide_application(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask for more, or do not accept: both with words that the pesantren reads."""
    found = _application(request, pk)
    steps = {
        "ask": (services.ask_for_more, _("Asked. The pesantren reads it.")),
        "reject": (services.reject, _("Not accepted. The pesantren reads why.")),
    }
    if step not in steps:
        raise Http404
    service, said = steps[step]
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = partial(service, application=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
        return _done(request, found, work, said)
    more = {"application": found, "form": form, "is_ask": step == "ask"}
    return render(request, "office/decide_application.html", page.context(request, "applications", **more))

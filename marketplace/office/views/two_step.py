"""Lost phones: who has two-step verification, and taking it away for somebody who is on the telephone."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.forms import WhyForm
from marketplace.office import page
from marketplace.office.views.steps import moves_of
from marketplace.people.models import User
from marketplace.people.phones import for_people
from marketplace.people.second_factor import queries, resets, states
from marketplace.people.second_factor.access import asks_code

REFUSED = {
    "role": gettext_lazy("Nothing was changed: only the office does this."),
    "own": gettext_lazy("Nothing was changed: a colleague must do this for you."),
    "off": gettext_lazy("Nothing was changed: two-step verification is not on."),
    "open": gettext_lazy("Nothing was changed: a colleague asked for it already."),
    "same": gettext_lazy("Nothing was changed: another colleague must agree."),
    "decided": gettext_lazy("Nothing was changed: this was decided meanwhile."),
}
WORDS = {
    states.ON: gettext_lazy("Switched on"),
    states.OFF: gettext_lazy("Switched off"),
    "locked": gettext_lazy("Too many wrong codes"),
    "new phone": gettext_lazy("Another phone"),
    "recovery code used": gettext_lazy("A recovery code was used"),
    "new recovery codes": gettext_lazy("New recovery codes"),
}


@staff_only(OFFICE)
@require_safe
def two_step(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, colleagues, and a search by exact address or number."""
    typed = request.GET.get("q", "").replace("\0", "").strip()[:254]
    found = queries.person_found(request.user, typed)
    more: dict[str, Any] = {
        "q": typed,
        "found": found,
        "found_on": bool(found and queries.is_on(found)),
        "waiting": queries.resets(request.user).filter(state=states.PROPOSED)[: page.PER_PAGE],
        **page.paged(request, queries.colleagues(request.user), q=typed),
    }
    return render(request, "office/two_step.html", page.context(request, "two-step", **more))


def _person(pk: int) -> User:
    """Somebody who has it or had it."""
    return get_object_or_404(User.objects.select_related("second_factor"), second_factor__isnull=False, pk=pk)


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_code()
def two_step_person(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = resets.ask(person=person, why=form.cleaned_data["why"], by=cast(User, request.user))
        except resets.ResetRefused as refused:
            messages.warning(request, REFUSED[refused.code])
        else:
            messages.success(request, _said(made.needs_two))
        return redirect("office:two-step-person", person.pk)
    past = queries.resets(request.user).filter(user=person)
    waiting = past.filter(state=states.PROPOSED).first()
    more: dict[str, Any] = {
        "person": person,
        "phone": for_people(person.phone) if person.phone else "",
        "is_on": queries.is_on(person),
        "is_me": person.pk == request.user.pk,
        "needs_two": resets.needs_two(person),
        "waiting": waiting,
        "is_mine": bool(waiting and waiting.proposed_by_id == request.user.pk),
        "form": form,
        "steps": moves_of(person.second_factor, WORDS),
    }
    return render(request, "office/two_step_person.html", page.context(request, "two-step", **more))


def _said(needs_two: bool) -> str:
    if needs_two:
        return _("Noted. A second colleague must agree; the person gets a mail.")
    return _("Switched off. The person gets a mail and sets it up anew; money waits.")


@staff_only(OFFICE)
@require_POST
@asks_code()
def decide_two_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """agree or refuse: the second colleague; refuse also by who asked, or by the person concerned."""
    person, by = _person(pk), cast(User, request.user)
    waiting = queries.resets(by).filter(user=person).first()
    work = {"agree": resets.agree, "refuse": resets.refuse}.get(step)
    if waiting is None or work is None:
        raise Http404
    try:
        work(reset=waiting, by=by)
    except resets.ResetRefused as refused:
        messages.warning(request, REFUSED[refused.code])
    else:
        messages.success(request, _said(needs_two=False) if step == "agree" else _("It stays on."))
    return redirect("office:two-step-person", person.pk)

"""A pesantren asks to sell here: the form, what became of it, and what the office asks."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.account.join_forms import JoinForm
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.people.phones import for_people
from marketplace.pesantren.joining import queries, services, states
from marketplace.pesantren.joining.models import Application

REFUSED = {
    "known": gettext_lazy(
        "A pesantren with this NSPP sells here already, or asks to. Please call the office."
    ),
    "open": gettext_lazy("You asked already. The office looks at it."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@limited("join", most=20, minutes=60)
def join(request: HttpRequest) -> HttpResponse:
    found = queries.mine(request.user)
    if found and found.state in (states.SENT, states.APPROVED):
        return render(request, "account/join.html", {"application": found, **_shown(found)})
    asked = found if found and found.state == states.ASKED else None
    form = JoinForm(request.POST or None, initial=_initial(asked) if asked else {})
    if request.method == "POST" and form.is_valid() and _sent(request, form, asked):
        messages.success(request, _("Sent. The office looks at it, calls, and you get a mail."))
        return redirect("account:join")
    more: dict[str, Any] = {"form": form, "application": found, **(_shown(found) if found else {})}
    return render(request, "account/join.html", more)


def _sent(request: HttpRequest, form: JoinForm, asked: Application | None) -> bool:
    said = form.cleaned_data["attested"]
    try:
        if asked:
            services.correct(application=asked, facts=form.facts(), attested=said)
        else:
            services.apply(person=request.user, facts=form.facts(), attested=said)
    except services.JoiningError as refused:
        form.add_error("nspp" if refused.code == "known" else None, REFUSED[refused.code])
        return False
    except IllegalMove:  # the office decided meanwhile; the page shows it
        return True
    return True


def _initial(asked: Application) -> dict[str, Any]:
    names = ("nspp", "name", "sector", "product", "nib", "npwp")
    met = asked.answers.filter(state=states.MET).values_list("requirement__code", flat=True)
    return {
        **{name: getattr(asked, name) for name in names},
        "regency": asked.regency.code,
        "phone": for_people(asked.phone),
        "attested": list(met),
    }


def _shown(application: Application) -> dict[str, Any]:
    return {"answers": queries.answers_of(application), "is_open": application.state in states.OPEN}


@login_required
@require_POST
def withdraw_application(request: HttpRequest) -> HttpResponse:
    found = queries.mine(request.user)
    if found is None:
        raise Http404
    try:
        services.withdraw(application=found)
        messages.success(request, _("Taken back."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: the office has decided already."))
    return redirect("account:join")

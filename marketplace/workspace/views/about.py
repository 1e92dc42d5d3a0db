"""What a pesantren says of itself to buyers, and until which hour an order still counts on its day."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue.claims import queries as claims
from catalogue.claims import services as claim_services
from catalogue.claims import states as claim_states
from catalogue.claims.models import ProposedChange
from catalogue.claims.shown import ABOUT, texts
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.services.about import about_of, set_cut_off
from marketplace.workspace.about_forms import AboutForm
from marketplace.workspace.page import context

TONES = {claim_states.WAITS: "warn", claim_states.REFUSED: "bad"}


@members_only
def about(request: HttpRequest, code: str) -> HttpResponse:
    """One form; a text with a new claim waits for the office, everything else holds at once."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    proposed = claims.about_of(partner)
    waits = proposed if proposed and proposed.state == claim_states.WAITS else None
    text = waits.after[ABOUT] if waits else about_of(partner)
    form = AboutForm(request.POST or None, initial={"about": text, "cut_off_hour": partner.cut_off_hour})
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            actor, said = Actor.of(request.user), form.cleaned_data
            set_cut_off(partner=partner, hour=said["cut_off_hour"], actor=actor)
            made = claim_services.write_about(partner=partner, text=said["about"], actor=actor)
        _say(request, made)
        return redirect("workspace:about", partner.code)
    news = proposed if proposed and proposed.state in TONES else None
    more = {
        "partner": partner,
        "form": form,
        "proposed": news,
        "proposed_texts": texts(news) if news else [],
        "proposed_tone": TONES[news.state] if news else "",
    }
    return render(request, "workspace/about.html", context(request, "about", **more))


def _say(request: HttpRequest, waits: ProposedChange | None) -> None:
    if waits is None:
        messages.success(request, _("Changed. Buyers see it now."))
        return
    claimed = ", ".join(dict.fromkeys(claim["text"] for claim in waits.claims))
    text = _("Kept. The office looks at these words first: %(claims)s. Everything else holds now.")
    messages.warning(request, text % {"claims": claimed})


@members_only
@require_POST
def withdraw_about(request: HttpRequest, code: str) -> HttpResponse:
    """Take the text back that waits for the office."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    found = claims.about_of(partner)
    try:
        if found:
            claim_services.withdraw(change=found, actor=Actor.of(request.user))
            messages.success(request, _("Taken back."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: the office has decided already."))
    return redirect("workspace:about", partner.code)

"""One pesantren's supply quote as the exporter reads it: all its versions, and what the two write to each other."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from marketplace.sourcing import states, supply_queries
from marketplace.sourcing.forms import RemarkForm
from marketplace.sourcing.models import Remark
from marketplace.sourcing.services import quotes
from marketplace.workspace.page import context
from marketplace.workspace.views.offers import exporters_only, place_of

TONES = {states.ACCEPTED: "good", states.SENT: "plain"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@exporters_only
def supply_quote(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """GET: what it offers, its terms and the thread. POST: a question or an answer to its people."""
    place = place_of(request, number)
    talk = get_object_or_404(supply_queries.supply_to(place.composer, place.demand), partner__code=code)
    may_write = supply_queries.still_gathers(place.composer, place.demand)
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and may_write and form.is_valid():
        try:
            quotes.remark(
                negotiation=talk,
                key=form.cleaned_data["key"],
                side=Remark.BUYER,
                text=form.cleaned_data["text"],
                person=request.user,
                composer=place.composer,
            )
        except quotes.QuoteError:
            form.add_error(None, _("This conversation is full. Please ask the programme office."))
        else:
            messages.success(request, _("Your message is sent."))
            return redirect(reverse("workspace:supply", args=[number, code]) + place.tail)
    versions = list(talk.quotes.all())
    for one in versions:
        one.tone = TONES.get(one.state, "plain")  # type: ignore[attr-defined]
    more = {
        "place": place,
        "demand": place.demand,
        "negotiation": talk,
        "versions": versions,
        "remarks": supply_queries.remarks_of(talk, place.composer),
        "form": form,
        "closed_text": "" if may_write else _("You do not gather goods for this request any more."),
    }
    return render(request, "workspace/supply.html", context(request, "offers", **more))

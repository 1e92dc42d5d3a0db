"""Libur: the days on which a pesantren prepares nothing. What is ordered meanwhile is promised for later."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.pesantren import services, week_words
from marketplace.pesantren.access import actor_at, goods_kept_by, keepers_only
from marketplace.pesantren.models import Closure, Partner
from marketplace.reference.working_days import today
from marketplace.workspace import queries
from marketplace.workspace.forms import DaysOffForm
from marketplace.workspace.page import context

SHOWN = 5


def _warn(request: HttpRequest, partner: Partner, first: date, last: date) -> None:
    """What is promised stays promised: somebody has to make it on another day, or tell the buyer."""
    found = queries.over_promised(request.user, partner, first, last)
    if found:
        text = _("%(product)s in the week of %(day)s")
        goods = [text % {"product": product.title, "day": week_words.day(week)} for product, week in found]
        said = _(
            "More is promised than can be made then: %(goods)s. Make it on other days, or write to the buyers."
        )
        messages.warning(
            request, said % {"goods": _(", ").join(goods[:SHOWN]) + (" …" if len(goods) > SHOWN else "")}
        )


@keepers_only
def days_off(request: HttpRequest, code: str) -> HttpResponse:
    """The days off of one pesantren: those to come, a form for more, and one tap to be open again."""
    partner = get_object_or_404(goods_kept_by(request.user), code=code)
    actor = actor_at(request.user, partner)
    ahead = Closure.objects.filter(partner=partner, last__gte=today()).order_by("first", "pk")
    if request.method == "POST" and "open" in request.POST:
        wanted = request.POST["open"]
        found = get_object_or_404(ahead, pk=int(wanted) if wanted.isascii() and wanted.isdigit() else 0)
        services.open_again(closure=found, on=today(), actor=actor)
        messages.success(request, _("Open again. Buyers see the new dates."))
        return redirect("workspace:days-off", partner.code)
    form = DaysOffForm(request.POST or None, initial={"first": today()})
    if request.method == "POST" and form.is_valid():
        services.close(partner=partner, actor=actor, **form.cleaned_data)
        messages.success(request, _("Noted. Buyers see dates after your days off."))
        _warn(request, partner, form.cleaned_data["first"], form.cleaned_data["last"])
        return redirect("workspace:days-off", partner.code)
    more = {"partner": partner, "form": form, "ahead": ahead[:50], "today": today()}
    return render(request, "workspace/days_off.html", context(request, "products", **more))

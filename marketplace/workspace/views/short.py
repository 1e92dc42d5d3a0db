"""Less comes than was ordered: the pesantren says so before the goods leave."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.access import members_only
from marketplace.workspace.short_forms import ShortForm
from marketplace.workspace.views.orders import ask_first, do_once, own_part


@members_only
def short(request: HttpRequest, number: str) -> HttpResponse:
    """How many of each line still come, and why. If nothing comes, the part is declined."""
    part, actor = own_part(request, number), Actor.of(request.user)
    form = ShortForm(request.POST or None, lines=list(part.lines.all()))
    if form.is_old:
        return _noted_already(request, part)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        work = partial(
            services.bring_less,
            fulfilment=part,
            brings=form.brings(),
            why=data["why"],
            still_here=data["still_here"],
            actor=actor,
        )
        said = _("Noted. The buyer has been told and does not pay for what is missing.")
        try:
            return do_once(request, part, states.DECLINED, work, said)
        except services.BadQuantities:
            return _noted_already(request, part)
    return ask_first(request, part, "short", form=form)


def _noted_already(request: HttpRequest, part: Fulfilment) -> HttpResponse:
    messages.info(request, _("Nothing was changed: less was noted for this order already. Please look."))
    return redirect("workspace:fulfilment", part.number)

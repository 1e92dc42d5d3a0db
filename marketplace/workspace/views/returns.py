"""Goods that buyers did not keep: what came back, in which state, or that nothing does."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries, services, states
from marketplace.fulfilment.models import Return
from marketplace.pesantren.access import members_only
from marketplace.workspace.page import context
from marketplace.workspace.short_forms import ReturnForm

ALL_GOOD, ALL_BAD, COUNTED, NOTHING = "good", "bad", "counted", "nothing"


@members_only
def returned(request: HttpRequest, number: str) -> HttpResponse:
    """Four buttons, each one tap: all came and is good, all came and is not, as counted below, nothing comes."""
    back = get_object_or_404(queries.returns_for_members(request.user), number=number)
    answer = request.POST.get("answer", "")
    form = ReturnForm(request.POST if answer == COUNTED else None, back=back)
    if request.method == "POST" and (answer != COUNTED or form.is_valid()):
        return _said(request, back, answer, form)
    more = {"back": back, "part": back.fulfilment, "form": form, "is_open": back.state == states.EXPECTED}
    return render(request, "workspace/returned.html", context(request, "orders", **more))


def _said(request: HttpRequest, back: Return, answer: str, form: ReturnForm) -> HttpResponse:
    actor = Actor.of(request.user)
    everything = {line.pk: line.quantity for line in back.lines.all()}
    try:
        if answer == NOTHING:
            services.write_off(back=back, why="", actor=actor)
            messages.success(request, _("Noted: these goods do not come back."))
        elif answer == COUNTED:
            facts = {"came": form.came(), "sellable": form.sellable(), "note": form.cleaned_data["note"]}
            services.take_in(back=back, actor=actor, **facts)
            messages.success(request, _("Noted. What can be sold again is in your stock."))
        elif answer in (ALL_GOOD, ALL_BAD):
            sellable = everything if answer == ALL_GOOD else {}
            services.take_in(back=back, came=everything, sellable=sellable, note="", actor=actor)
            good = _("Noted. What can be sold again is in your stock.")
            messages.success(request, good if sellable else _("Noted. None of it goes into your stock."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was noted already."))
    return redirect("workspace:fulfilment", back.fulfilment.number)

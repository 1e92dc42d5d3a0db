"""Shares of a quantity that many pesantren supply: confirmed or declined before their deadline, in two taps."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.pesantren.access import members_only
from marketplace.pooling import queries, services, states
from marketplace.pooling.exceptions import Bound, TooLate
from marketplace.pooling.models import Share
from marketplace.sourcing.supply_queries import part_of_share, talk_of_share
from marketplace.workspace.page import context, page_of
from marketplace.workspace.share_forms import DeclineShareForm

TONES = {
    states.PROPOSED: "warn",
    states.COMMITTED: "good",
    states.DELIVERED: "good",
    states.SHORT: "warn",
    states.RELEASED: "plain",
}


@require_safe
@members_only
def shares(request: HttpRequest) -> HttpResponse:
    """What waits for an answer first."""
    page, now = page_of(request, queries.shares_of(request.user)), timezone.now()
    for one in page:
        one.tone = TONES.get(one.state, "plain")
        one.waits = one.state == states.PROPOSED and one.confirm_by > now
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/shares.html", context(request, "requests", **more))


@never_cache
@members_only
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """One share: what is asked and why; the button "confirm", or a reason why not."""
    mine = queries.my_share(request.user, pk)
    if mine is None or mine.share is None:
        raise Http404
    confirms = "confirm" in request.POST
    form = DeclineShareForm(request.POST if request.method == "POST" and not confirms else None)
    if confirms or (request.method == "POST" and form.is_valid()):
        return _answer(request, mine.share, "" if confirms else form.cleaned_data["why"])
    is_late = mine.waits and mine.share.confirm_by <= timezone.now()
    ordered = part_of_share(mine.share)
    may_decline = not is_late and ordered is None
    more = {
        "part": mine,
        "share": mine.share,
        "ordered": ordered,
        "talk": talk_of_share(mine.share),
        "form": form,
        "is_late": is_late,
        "may_confirm": mine.waits and not is_late,
        "may_decline": may_decline and states.SHARE.allows(mine.share.state, states.RELEASED),
    }
    return render(request, "workspace/share.html", context(request, "requests", **more))


def _answer(request: HttpRequest, share: Share, why: str) -> HttpResponse:
    actor = Actor.of(request.user)
    try:
        if why:
            services.decline_share(share=share, actor=actor, why=why)
            said = _("Noted. Others are asked for this part.")
        else:
            services.confirm_share(share=share, actor=actor)
            said = _("Confirmed. Whoever gathers the goods sees it now.")
    except TooLate:
        messages.error(request, _("The time to answer is over. This part is offered to others."))
    except Bound:
        messages.info(
            request, _("The order is made: what you cannot deliver is declined at your part of it.")
        )
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was answered already. Please look."))
    else:
        messages.success(request, said)
    return redirect("workspace:share", share.pk)

"""What pesantren want to say of their goods and somebody has to believe: before and after, confirmed or not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.claims import queries, services, states
from catalogue.claims.models import ProposedChange
from catalogue.claims.shown import texts
from catalogue.permits import states as permit_states
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.views.steps import moves_of

TONES = {states.WAITS: "warn", states.CONFIRMED: "good", states.REFUSED: "bad"}


@staff_only(OFFICE)
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; ?state= shows what was decided."""
    state = request.GET.get("state", "")
    known = state if state in states.LABELS else states.WAITS
    found = page.paged(request, queries.for_office(request.user, known), state=known)
    for one in found["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
    more = {"state": known, "labels": states.CHOICES, **found}
    return render(request, "office/claims.html", page.context(request, "claims", **more))


def _change(request: HttpRequest, pk: int) -> ProposedChange:
    return get_object_or_404(queries.for_office(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    found = _change(request, pk)
    is_open = found.state == states.WAITS
    permits = found.product.permits if found.product else found.seller.permits
    confirmed = permits.filter(state=permit_states.CONFIRMED)
    more = {
        "change": found,
        "tone": TONES.get(found.state, "plain"),
        "texts": texts(found),
        "names": queries.names_of(found),
        "permits": confirmed.order_by("expires_on", "pk")[: page.PER_PAGE],
        "is_open": is_open,
        "is_own": services.is_own(found, request.user.pk),
        "is_overtaken": is_open and services.is_overtaken(found.product or found.seller, found),
        "steps": moves_of(found, states.LABELS),
    }
    return render(request, "office/claim.html", page.context(request, "claims", **more))


@staff_only(OFFICE)
@require_POST
def confirm_claim(request: HttpRequest, pk: int) -> HttpResponse:
    found = _change(request, pk)
    try:
        done = services.confirm(change=found, actor=Actor.of(request.user))
    except services.OwnClaim:
        messages.warning(request, _own())
    except IllegalMove as refused:
        _decided(request, refused)
    else:
        if done:
            messages.success(request, _("Confirmed. Buyers read it now."))
        else:
            text = _("The text says something else by now, so this was ended. The pesantren has been told.")
            messages.warning(request, text)
    return redirect("office:claim", found.pk)


def _own() -> str:
    return _("You work for this pesantren, or wrote this for it. Somebody else has to look at it.")


def _decided(request: HttpRequest, refused: IllegalMove) -> None:
    text = _("Nothing was changed: it is now: %(state)s.")
    messages.warning(request, text % {"state": states.LABELS.get(refused.before, refused.before)})


@staff_only(OFFICE)
def refuse_claim(request: HttpRequest, pk: int) -> HttpResponse:
    found = _change(request, pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse(change=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
            messages.success(request, _("Not accepted. The pesantren reads why."))
        except services.OwnClaim:
            messages.warning(request, _own())
        except IllegalMove as refused:
            _decided(request, refused)
        return redirect("office:claim", found.pk)
    more = {"change": found, "form": form}
    return render(request, "office/refuse_claim.html", page.context(request, "claims", **more))

"""Permits that pesantren send: compared with the paper by a person, confirmed or not; those that end soon."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from catalogue.permits import kinds, queries, services, states
from catalogue.permits.kinds import Kind
from catalogue.permits.models import Permit
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.proofs import private_proof
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.views.steps import moves_of

TONES = {states.PROPOSED: "warn", states.CONFIRMED: "good", states.REFUSED: "bad", states.EXPIRED: "bad"}
SOON = 30  # days


@staff_only(OFFICE)
@require_safe
def permits(request: HttpRequest) -> HttpResponse:
    """What waits first; ?q=ending shows what ends within 30 days."""
    state, ending = request.GET.get("state", ""), request.GET.get("q") == "ending"
    known = state if state in states.LABELS else states.PROPOSED
    rows = queries.ending(request.user, SOON) if ending else queries.for_office(request.user, known)
    found = page.paged(request, rows, state="" if ending else known, q="ending" if ending else "")
    for one in found["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
    more = {"state": "" if ending else known, "ending": ending, "labels": states.CHOICES, **found}
    return render(request, "office/permits.html", page.context(request, "permits", **more))


def _permit(request: HttpRequest, pk: int) -> Permit:
    return get_object_or_404(queries.for_office(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _permit(request, pk)
    goods = list(found.products.select_related("product_class").order_by("title", "pk"))
    more = {
        "permit": found,
        "tone": TONES.get(found.state, "plain"),
        "goods": goods,
        "before": _before(found),
        "hints": _hints(found),
        "can_confirm": found.state == states.PROPOSED and found.proposed_by_id != request.user.pk,
        "can_refuse": found.state in (states.PROPOSED, states.CONFIRMED),
        "steps": moves_of(found, states.LABELS),
    }
    return render(request, "office/permit.html", page.context(request, "permits", **more))


def _before(permit: Permit) -> list[Permit]:
    """What these goods have of this kind until now: the new paper would stand beside it."""
    same = Permit.objects.filter(kind=permit.kind, products__in=permit.products.all())
    found = same.filter(state__in=[states.CONFIRMED, states.EXPIRED]).exclude(pk=permit.pk)
    return list(found.distinct().order_by("-expires_on")[:5])


def _hints(permit: Permit) -> list[str]:
    """What the computer sees and a person should ask about."""
    if permit.kind != Kind.PIRT or not kinds.PIRT.match(permit.number):
        return []
    place, here = kinds.pirt_place(permit.number), permit.partner.regency.code
    if place == here:
        return []
    said = _("The digits 4 to 7 name the place %(place)s; the pesantren is in %(here)s (%(name)s).")
    return [said % {"place": place, "here": here, "name": permit.partner.regency}]


@staff_only(OFFICE)
@require_safe
def permit_evidence(request: HttpRequest, pk: int) -> FileResponse:
    found = _permit(request, pk)
    if not found.evidence:
        raise Http404
    return private_proof(found.evidence)


@staff_only(OFFICE)
@require_POST
def confirm_permit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _permit(request, pk)
    try:
        back = services.confirm(permit=found, actor=Actor.of(request.user))
    except services.OwnPermit:
        messages.warning(request, _("You sent this yourself. Somebody else has to look at it."))
    except IllegalMove as refused:
        _changed(request, refused)
    else:
        text = ngettext(
            "Confirmed. %(n)s listing is on sale again.", "Confirmed. %(n)s listings are on sale again.", back
        )
        messages.success(request, text % {"n": back} if back else _("Confirmed."))
    return redirect("office:permit", found.pk)


def _changed(request: HttpRequest, refused: IllegalMove) -> None:
    text = _("Nothing was changed: the permit is now: %(state)s.")
    messages.warning(request, text % {"state": states.LABELS.get(refused.before, refused.before)})


@staff_only(OFFICE)
def refuse_permit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _permit(request, pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.refuse(permit=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
            messages.success(request, _("Not accepted. The pesantren reads why."))
        except IllegalMove as refused:
            _changed(request, refused)
        return redirect("office:permit", found.pk)
    more = {"permit": found, "form": form}
    return render(request, "office/refuse_permit.html", page.context(request, "permits", **more))

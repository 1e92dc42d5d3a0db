"""The permits of a pesantren: what its goods lack, what waits, what ends; a new one; the evidence."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import states as listing_states
from catalogue.models import Product
from catalogue.permits import queries, services, states
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.pesantren.access import actor_at, keepers_only
from marketplace.reference.working_days import today
from marketplace.workspace.page import context, page_of
from marketplace.workspace.permit_forms import PermitForm
from marketplace.workspace.queries import kept_listings

TONES = {states.PROPOSED: "warn", states.CONFIRMED: "good", states.REFUSED: "bad", states.EXPIRED: "bad"}
SOON = 60  # days
MOST_LACKING = 100


@require_safe
@keepers_only
def permits(request: HttpRequest) -> HttpResponse:
    listed = kept_listings(request.user).exclude(state=listing_states.DRAFT)
    goods = listed[:MOST_LACKING]
    lacks = queries.missing_of(goods)
    sent = queries.kept_by(request.user).filter(state=states.PROPOSED)
    asked = set(sent.values_list("products", "kind"))

    def is_asked(product: Product, need: queries.Need) -> bool:
        return any((product.pk, kind) in asked for kind in need.kinds)

    page = page_of(request, queries.kept_by(request.user))
    for one in page:
        one.tone = TONES.get(one.state, "plain")
        one.left = (one.expires_on - today()).days if one.expires_on else None
        one.is_soon = one.state == states.CONFIRMED and one.left is not None and one.left <= SOON
    more = {
        "unsaid": queries.unsaid(listed)[:MOST_LACKING],
        "lacking": [
            (product, [(need, is_asked(product, need)) for need in lacks[product.pk]])
            for product in goods
            if lacks[product.pk]
        ],
        "page_obj": page,
        "page_base": "?page=",
    }
    return render(request, "workspace/permits.html", context(request, "permits", **more))


@keepers_only
@limited("permit", most=60, minutes=60)
def add_permit(request: HttpRequest) -> HttpResponse:
    goods = kept_listings(request.user).exclude(state=listing_states.DRAFT)
    wanted = request.GET.get("product", "")
    initial: dict[str, Any] = {"products": [wanted]} if wanted.isascii() and wanted.isdigit() else {}
    form = PermitForm(
        request.POST or None,
        request.FILES or None,
        products=goods,
        asked=queries.asked_of(goods),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        partner = form.cleaned_data["products"][0].seller
        actor = actor_at(request.user, partner)
        services.propose(partner=partner, person=request.user, actor=actor, **form.cleaned_data)
        messages.success(request, _("Sent. The office looks at it and you get a mail."))
        return redirect("workspace:permits")
    more = {"form": form, "has_goods": goods.exists()}
    return render(request, "workspace/add_permit.html", context(request, "permits", **more))


@keepers_only
@require_POST
def withdraw_permit(request: HttpRequest, pk: int) -> HttpResponse:
    permit = get_object_or_404(queries.kept_by(request.user), pk=pk)
    try:
        services.withdraw(permit=permit, actor=actor_at(request.user, permit.partner))
        messages.success(request, _("Taken back."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: the office has decided already."))
    return redirect("workspace:permits")


@require_safe
@keepers_only
def permit_evidence(request: HttpRequest, pk: int) -> FileResponse:
    permit = get_object_or_404(queries.kept_by(request.user), pk=pk)
    if not permit.evidence:
        raise Http404
    return private_proof(permit.evidence)

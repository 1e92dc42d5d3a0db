"""Disputes of card payments: open ones by the day until which evidence is taken, and each with its order."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.office import page
from marketplace.office.views.steps import moves_of
from marketplace.payments import states
from marketplace.payments.models import Dispute


@staff_only(OFFICE)
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in dict(states.DISPUTE_CHOICES) else states.DISPUTED
    rows = Dispute.objects.filter(state=state).select_related("attempt__due__order")
    order = ("evidence_by", "pk") if state == states.DISPUTED else ("-pk",)
    more = {
        "state": state,
        "labels": states.DISPUTE_CHOICES,
        **page.paged(request, rows.order_by(*order), state=state),
    }
    return render(request, "office/disputes.html", page.context(request, "disputes", **more))


@staff_only(OFFICE)
@require_safe
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Dispute.objects.select_related("attempt__due__order"), pk=pk)
    order = found.attempt.due.order
    more = {
        "dispute": found,
        "order": order,
        "parts": order.fulfilments.select_related("partner").order_by("pk"),
        "is_open": found.state == states.DISPUTED,
        "steps": moves_of(found, dict(states.DISPUTE_CHOICES), {}),
    }
    return render(request, "office/dispute.html", page.context(request, "disputes", **more))

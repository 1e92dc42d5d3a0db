"""Every try to pay by card, those that stopped because something differs first."""

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.office import page
from marketplace.payments import states
from marketplace.payments.models import Attempt

STOPPED_FIRST = Case(When(state=states.STOPPED, then=Value(0)), default=Value(1), output_field=IntegerField())


@staff_only(OFFICE)
@require_safe
def card_payments(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in dict(states.ATTEMPT_CHOICES) else ""
    rows = Attempt.objects.filter(**({"state": state} if state else {})).select_related("due__order")
    more = {
        "state": state,
        "labels": states.ATTEMPT_CHOICES,
        **page.paged(request, rows.order_by(STOPPED_FIRST, "-pk"), state=state),
    }
    return render(request, "office/card_payments.html", page.context(request, "card-payments", **more))

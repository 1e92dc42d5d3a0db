"""How the pesantren does, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.workspace import insights as figures
from marketplace.workspace.page import context


@require_safe
@members_only
def insights(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    orders, questions = figures.orders(partner), figures.questions(partner)
    more = {
        "partner": partner,
        "orders": orders,
        "no_orders": not any(bar.count for bar in orders),
        "questions": questions,
        "no_questions": not any(bar.count for bar in questions),
        "answered": figures.answered(partner),
        "most_sold": figures.most_sold(partner),
        "wanted": figures.wanted(),
    }
    return render(request, "workspace/insights.html", context(request, "insights", **more))

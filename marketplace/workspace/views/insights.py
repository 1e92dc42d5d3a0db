"""How the pesantren does, on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.programme.years import queries as year_queries
from marketplace.workspace import insights as figures
from marketplace.workspace.page import context


@require_safe
@members_only
def insights(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    sectors = figures.sectors(partner)
    more = {
        "partner": partner,
        "charts": [
            figures.Chart("views", _("Looks at your products"), figures.views(partner)),
            figures.Chart("questions", _("Questions"), figures.questions(partner)),
            figures.Chart("orders", _("Orders"), figures.orders(partner)),
        ],
        "most_viewed": figures.most_viewed(partner),
        "own_sectors": sectors.values(),  # "sectors" is what the header of every page shows
        "wanted_here": figures.wanted(sectors) if sectors else [],
        "answered": figures.answered(partner),
        "most_sold": figures.most_sold(partner),
        "wanted": figures.wanted(),
        "participations": year_queries.of_partner(partner),
    }
    return render(request, "workspace/insights.html", context(request, "insights", **more))

"""Open demands: how many pesantren were told, how many answered; those nobody answers first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.office import page
from marketplace.sourcing import queries


@staff_only(OFFICE, EXPORT)
@require_safe
def demands(request: HttpRequest) -> HttpResponse:
    """Export coordinators do not read who the buyer is."""
    found = page.paged(request, queries.followed_by_staff(request.user))
    more = {"silent_days": queries.SILENT.days, **found}
    return render(request, "office/demands.html", page.context(request, "demands", **more))

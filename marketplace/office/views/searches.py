"""What people searched and did not find: goods to look for, or words to add to the synonyms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.search import missed
from marketplace.common.access import OFFICE, staff_only
from marketplace.office import page

DAYS = (30, 90)


@staff_only(OFFICE)
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    days = 90 if request.GET.get("days") == "90" else 30
    found = page.paged(request, missed.most(request.user, days), days=str(days))
    found["page_obj"].object_list = missed.with_synonyms(list(found["page_obj"].object_list))
    return render(
        request, "office/searches.html", page.context(request, "searches", days=days, all_days=DAYS, **found)
    )

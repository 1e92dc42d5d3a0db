"""The first page: everything that waits for a member, oldest first, and their money below."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.pesantren.access import members_only
from marketplace.workspace import inbox, inbox_rows, queries
from marketplace.workspace.page import context, page_of


@require_safe
@members_only
def home(request: HttpRequest) -> HttpResponse:
    page = page_of(request, inbox.waiting(request.user))
    purses = queries.purses(request.user)
    names = {purse.partner.pk: purse.partner.name for purse in purses}
    more = {
        "page_obj": page,
        "page_base": "?page=",
        "rows": inbox_rows.lines(request.user, page.object_list, names),
        "waits": page.paginator.count,
        "total": page.paginator.count,
        "to_pack": inbox.to_pack(request.user).count(),
        "purses": purses,
        "mentor_offer": queries.mentor_offer(request.user),
    }
    return render(request, "workspace/home.html", context(request, "home", **more))

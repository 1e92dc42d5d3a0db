"""What needs a person today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.common.access import EXPORT, OFFICE, PROGRAMME, staff_only
from marketplace.office import page, queries


@staff_only(OFFICE, EXPORT, PROGRAMME)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    work = queries.today(request.user)
    found = {"work": work, "is_calm": not any(one.count for one in work)}
    found["mails"] = list(queries.mails_given_up(request.user)[: page.PER_PAGE])
    return render(request, "office/home.html", page.context(request, "home", **found))

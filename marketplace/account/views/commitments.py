"""What a company promised to buy at events: the list, and one of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.account.company_page import mine_or_404, show
from marketplace.common.files import private_file
from marketplace.programme.commitments import pages as commitment_pages
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments.stages import stages_of
from marketplace.programme.states import BUYER
from offtakers.models import Role

PER_PAGE = 20
ACTS = (Role.OWNER, Role.BUYER)  # who promises for the company, and confirms


@require_safe
@never_cache
@login_required
def commitments(request: HttpRequest) -> HttpResponse:
    places = mine_or_404(request)
    page = Paginator(commitment_queries.of_buyer(request.user), PER_PAGE).get_page(request.GET.get("page"))
    reached = stages_of(page.object_list)
    rows = [(one, reached[one.pk], commitment_pages.TONES[one.state]) for one in page]
    more = {"rows": rows, "page_obj": page, "page_base": "?page=", "base": "layouts/narrow.html"}
    return show(request, "programme/deals/list.html", places, **more, room="account")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def commitment(request: HttpRequest, number: str) -> HttpResponse:
    places = mine_or_404(request, *ACTS)
    found = get_object_or_404(commitment_queries.of_buyer(request.user), number=number)
    forms = commitment_pages.forms_of(
        request, found, request.POST.get("do", "") if request.method == "POST" else ""
    )
    if request.method == "POST" and commitment_pages.act(request, found, BUYER, forms):
        return redirect("account:commitment", found.number)
    found.refresh_from_db()
    more: dict[str, Any] = commitment_pages.context(request, found, BUYER, forms)
    more |= {
        "suggestions": commitment_pages.suggestions(found, BUYER),
        "links": found.links.select_related("demand", "contract", "order"),
        "base": "layouts/narrow.html",
    }
    return show(request, "programme/deals/side.html", places, **more, room="account")


@require_safe
@never_cache
@login_required
def evidence(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    mine_or_404(request, *ACTS)
    found = get_object_or_404(commitment_queries.of_buyer(request.user), number=number)
    row = get_object_or_404(found.settlements.exclude(file=""), token=token)
    return private_file(row.file, row.file_name, row.file_kind, to_save=True)

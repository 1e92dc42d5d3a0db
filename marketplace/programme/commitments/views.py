"""The link by which a side confirms what was promised, without an account. Opening it changes nothing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.files import private_file
from marketplace.common.ratelimit import limited, slow_down, too_many, wrong_link
from marketplace.programme.access import MOST_BY_LINK, MOST_OF_A_HALL
from marketplace.programme.commitments import pages as commitment_pages
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.models import Commitment


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("commitment", most=MOST_OF_A_HALL, minutes=60)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, or "it is different"; later: settled elsewhere, and the answer to that."""
    found = _found(request, token)
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST" and too_many(f"commitment:{token}", most=MOST_BY_LINK, minutes=60):
        return slow_down(request, 60)
    commitment, side = found
    forms = commitment_pages.forms_of(
        request, commitment, request.POST.get("do", "") if request.method == "POST" else ""
    )
    if request.method == "POST" and commitment_pages.act(request, commitment, side, forms):
        return redirect("deals:confirm", token)
    commitment.refresh_from_db()
    more: dict[str, Any] = commitment_pages.context(request, commitment, side, forms)
    more |= {"base": "layouts/narrow.html", "token": token, "room": "link"}
    response = render(request, "programme/deals/side.html", more)
    response["Referrer-Policy"] = (
        "same-origin"  # with "no-referrer" browsers send no origin, and CSRF refuses the form
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def evidence(request: HttpRequest, token: str, settlement: str) -> HttpResponseBase:
    """The paper of a settlement, for both sides."""
    found = _found(request, token)
    if isinstance(found, HttpResponse):
        return found
    row = found[0].settlements.exclude(file="").filter(token=settlement).first()
    if row is None:
        raise Http404
    return private_file(row.file, row.file_name, row.file_kind, to_save=True)


def _found(request: HttpRequest, token: str) -> tuple[Commitment, str] | HttpResponse:
    """Whoever has a link is never locked out by others of the same hall who tried wrong ones."""
    found = commitment_queries.by_token(token)
    return found or wrong_link(request, "commitment-link")

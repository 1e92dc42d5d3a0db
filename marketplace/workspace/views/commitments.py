"""What this pesantren promised at events: the list, one of them, and its own stand."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.files import private_file
from marketplace.common.ratelimit import too_many
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.programme.commitments import floor_pages
from marketplace.programme.commitments import pages as commitment_pages
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments.stages import stages_of
from marketplace.programme.models import Event, Exhibitor
from marketplace.programme.services import floor as services
from marketplace.programme.states import SELLER
from marketplace.workspace.page import context, page_of

MOST_AN_HOUR = 600


@members_only
@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    page = page_of(request, commitment_queries.of_pesantren(request.user))
    reached = stages_of(page.object_list)
    rows = [(one, reached[one.pk], commitment_pages.TONES[one.state]) for one in page]
    more = {
        "rows": rows,
        "page_obj": page,
        "page_base": "?page=",
        "events": commitment_queries.floor_events(request.user).order_by("-starts_on", "-pk")[:10],
        "base": "layouts/workspace.html",
        "room": "workspace",
    }
    return render(request, "programme/deals/list.html", context(request, "commitments", **more))


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(commitment_queries.of_pesantren(request.user), number=number)
    forms = commitment_pages.forms_of(
        request, found, request.POST.get("do", "") if request.method == "POST" else ""
    )
    if request.method == "POST" and commitment_pages.act(request, found, SELLER, forms):
        return redirect("workspace:commitment", found.number)
    found.refresh_from_db()
    more: dict[str, Any] = commitment_pages.context(request, found, SELLER, forms)
    more |= {
        "suggestions": commitment_pages.suggestions(found, SELLER),
        "base": "layouts/workspace.html",
        "room": "workspace",
    }
    return render(request, "programme/deals/side.html", context(request, "commitments", **more))


@members_only
@require_safe
def evidence(request: HttpRequest, number: str, token: str) -> HttpResponseBase:
    found = get_object_or_404(commitment_queries.of_pesantren(request.user), number=number)
    row = get_object_or_404(found.settlements.exclude(file=""), token=token)
    return private_file(row.file, row.file_name, row.file_kind, to_save=True)


def _stand(request: HttpRequest, number: str) -> tuple[Event, list[Exhibitor]]:
    """The event and this person's own exhibitors there."""
    event = get_object_or_404(commitment_queries.floor_events(request.user), number=number)
    mine = set(pesantren_of(request.user).values_list("pk", flat=True))
    return event, [one for one in services.exhibitors_of(event) if one.partner_id in mine]


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def floor(request: HttpRequest, number: str) -> HttpResponse:
    event, mine = _stand(request, number)
    more = context(
        request,
        "commitments",
        send_url=reverse("workspace:floor-send", args=[event.number]),
        worker_url=reverse("workspace:floor-worker"),
        scope=reverse("workspace:floor", args=[event.number]).removesuffix(f"{event.number}/"),
    )
    return floor_pages.page(request, event, mine, "workspace", more)


@never_cache
@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, number: str) -> HttpResponse:
    event, mine = _stand(request, number)
    if request.method == "POST" and too_many(f"floor:{request.user.pk}", most=MOST_AN_HOUR, minutes=60):
        return HttpResponse(status=429)
    return floor_pages.send(request, event, mine, "workspace")


@members_only
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    if not commitment_queries.floor_events(request.user).exists():
        raise Http404
    return floor_pages.worker(request)

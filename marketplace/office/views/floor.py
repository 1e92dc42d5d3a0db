"""The stand of an event, for officers of its province (programme/commitments/floor_pages.py)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.ratelimit import too_many
from marketplace.office import page as office
from marketplace.programme.access import officers_only
from marketplace.programme.commitments import floor_pages
from marketplace.programme.models import Event
from marketplace.programme.services import floor as services
from marketplace.reference.models import Province

MOST_AN_HOUR = 600  # promises by one person


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def floor(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    event = get_object_or_404(Event, province=province, number=number)
    more = office.context(
        request,
        "commitments",
        send_url=reverse("office:floor-send", args=[event.number]),
        worker_url=reverse("office:floor-worker"),
        scope=reverse("office:floor", args=[event.number]).removesuffix(f"{event.number}/"),
    )
    return floor_pages.page(request, event, services.exhibitors_of(event), "office", more)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def send(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    event = get_object_or_404(Event, province=province, number=number)
    if request.method == "POST" and too_many(f"floor:{request.user.pk}", most=MOST_AN_HOUR, minutes=60):
        return HttpResponse(status=429)
    return floor_pages.send(request, event, services.exhibitors_of(event), "office")


@require_safe
@officers_only
def worker(request: HttpRequest, province: Province) -> HttpResponse:
    return floor_pages.worker(request)

"""The public tracking page, in three languages: no prices, no name of the buyer unless it chose so; and the
first export."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.common.ratelimit import WRONG_MINUTES, has_guessed, slow_down, wrong_link
from marketplace.exports.history import SOURCES, first_export
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking import timeline


@require_safe
@never_cache
def track(request: HttpRequest, token: str) -> HttpResponse:
    """What happened to a consignment, for whoever has its link."""
    if has_guessed(request, "track"):
        return slow_down(request, WRONG_MINUTES)
    found = tracking.by_token(token)
    if found is None:
        return wrong_link(request, "track")
    lines = found.lines.select_related("part__line")
    more = timeline.of(found, is_public=True) | {
        "goods": sorted({str(line.part.line.title_here) for line in lines})
    }
    response = render(request, "exports/track.html", more)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    return render(request, "exports/first.html", {"export": first_export(), "sources": SOURCES})

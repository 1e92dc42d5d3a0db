"""The public tracking page, in three languages: no prices, no name of the buyer unless it chose so; and the
first export."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.common.ratelimit import address, is_over, too_many
from marketplace.exports import timeline, tracking
from marketplace.exports.history import SOURCES, first_export

MOST_WRONG = 40  # in ten minutes from one address: nobody finds 128 bits by trying, but may not try for free


@require_safe
@never_cache
def track(request: HttpRequest, token: str) -> HttpResponse:
    """What happened to a consignment, for whoever has its link."""
    key = f"track:{address(request)}"
    if is_over(key, most=MOST_WRONG):
        return render(request, "429.html", {"minutes": 10}, status=429)
    found = tracking.by_token(token)
    if found is None:
        too_many(key, most=MOST_WRONG, minutes=10)
        raise Http404
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

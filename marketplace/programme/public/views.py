"""The public page of the programme, and its open data at addresses that stay."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from marketplace.programme.public import datasets, page


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """What a journalist can quote, with window, participants and source of every figure."""
    return render(request, "programme/statistics.html", page.statistics())


@require_safe
def readme(request: HttpRequest) -> HttpResponse:
    """What every file and column means."""
    return render(request, "programme/data.html", datasets.readme())


@require_safe
def csv(request: HttpRequest, name: str) -> HttpResponse:
    return _file(request, name, "csv")


@require_safe
def json(request: HttpRequest, name: str) -> HttpResponse:
    return _file(request, name, "json")


def _file(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """The file, or 304 for whoever has it; any site may read it, for nothing else of ours is sent along."""
    if name not in datasets.NAMES:
        raise Http404
    made = datasets.file(name, kind)
    etag, since = quote_etag(made.etag), int(made.since.timestamp())
    fresh = HttpResponse(made.content, content_type=made.content_type)
    fresh["Content-Disposition"] = f'inline; filename="opop-{name}.{kind}"'
    response = get_conditional_response(request, etag=etag, last_modified=since, response=fresh) or fresh
    response["ETag"], response["Last-Modified"] = etag, http_date(since)
    response["Cache-Control"] = f"public, max-age={datasets.FIVE_MINUTES}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Last-Modified"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

"""Help, terms, privacy, robots.txt."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.common import personal


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(
        request, "pages/help.html", {"payment_hours": settings.PAYMENT_HOURS, "operator": settings.OPERATOR}
    )


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(
        request, "pages/terms.html", {"payment_hours": settings.PAYMENT_HOURS, "operator": settings.OPERATOR}
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(
        request, "pages/privacy.html", {"operator": settings.OPERATOR, "holdings": personal.holdings()}
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the catalogue, not baskets, accounts or signed links."""
    closed = [
        "basket",
        "checkout",
        "account",
        "orders",
        "workspace",
        "office",
        "track",
        "sign-in",
        "sign-up",
        "password",
    ]
    lines = ["User-agent: *"]
    lines += [f"Disallow: {prefix}/{name}/" for prefix in ("", "/en", "/ar") for name in closed]
    lines += [f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")

"""What every page knows: languages, sectors, basket, who is signed in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject, lazy

from catalogue.queries import sectors
from checkout.basket.queries import count_lines
from marketplace.account.links import account_links


def site(request: HttpRequest) -> dict[str, Any]:
    """Cheap or lazy: error pages and JSON do not pay for it."""
    if not hasattr(request, "user"):
        return {"is_demo": settings.DEMO}
    path = request.get_full_path()
    absolute = f"{settings.BASE_URL}{path}"
    return {
        "is_demo": settings.DEMO,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "operator": settings.OPERATOR,
        "base_url": settings.BASE_URL,
        "alternates": [(code, translate_url(absolute, code)) for code, _ in settings.LANGUAGES],
        "languages": settings.LANGUAGES,
        "sectors": sectors,
        "basket_count": lazy(count_lines, int)(request),
        "account_links": SimpleLazyObject(lambda: account_links(request.user)),  # asked for twice, read once
    }

"""Who may open an order: whoever holds its signed link, or the signed-in buyer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from marketplace.common.actor import GUEST, Actor
from marketplace.orders.models import Order
from marketplace.orders.queries import order_by_token


def by_token(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page with the link from a mail. `view` gets the order; a wrong link is a 404."""

    @wraps(view)
    def inner(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        order = order_by_token(token)
        if order is None:
            raise Http404
        return secret(view(request, order=order, token=token, **kwargs))

    return inner


def secret(response: HttpResponse) -> HttpResponse:
    """The address itself opens the page: no other site, cache or search engine may learn it.

    The policy is strict-origin: no address of ours ever leaves in a Referer, not even inside the site.
    no-referrer would do the same, but then browsers send "Origin: null" with forms, and Django's
    protection against forged forms refuses every button on the page.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def actor_of(request: HttpRequest, order: Order) -> Actor:
    """Who signs or cancels: the buyer if signed in, else whoever holds the link."""
    if request.user.is_authenticated and request.user.pk == order.user_id:
        return Actor.of(request.user)
    return GUEST

"""Order again: the goods of an earlier order, at today's prices."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from checkout.basket.refill import REPORT, Wanted, gathered, refill
from checkout.basket.services import BasketClosed
from marketplace.account.access import by_token
from marketplace.common.ratelimit import limited
from marketplace.orders.models import Order


@require_POST
@by_token
@limited("again", most=60, minutes=10)
def order_again(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """Whoever may see the order may order the same into a basket of their own."""
    lines = order.lines.order_by("pk")
    return into_basket(request, [Wanted(line.product_id, line.quantity, line.title_here) for line in lines])


def into_basket(request: HttpRequest, wanted: Sequence[Wanted]) -> HttpResponse:
    """Fill the visitor's basket and show it, with a word on whatever did not fit."""
    try:
        report = refill(basket=request.basket, wanted=gathered(wanted))  # type: ignore[attr-defined]
    except BasketClosed:
        messages.warning(
            request, _("Your basket has just become an order. Press the button again for a new one.")
        )
        return redirect("basket:summary")
    if report.taken:
        text = ngettext(
            "%(count)s kind of goods is in your basket, at today's price.",
            "%(count)s kinds of goods are in your basket, at today's prices.",
            report.taken,
        )
        messages.success(request, text % {"count": report.taken})
    if report.notes:
        request.session[REPORT] = report.notes
    return redirect("basket:summary")
